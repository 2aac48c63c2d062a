package dev.openidclient.vectors

import io.kotest.core.spec.style.FunSpec

class Rfc7516Spec :
    FunSpec({
        for (vector in Vector.of(RFC, "expect" to "opens")) opens("RFC 7516", vector)
        for (vector in Vector.of(RFC, "expect" to "refused")) isNotOpened("RFC 7516", vector)
        for (vector in Vector.of(RFC, "expect" to "malformed")) isNoCompactSerialization("RFC 7516", vector)
    })

private const val RFC = "rfc7516.json"
