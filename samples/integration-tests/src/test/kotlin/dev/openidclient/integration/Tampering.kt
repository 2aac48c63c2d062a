@file:JvmName("Tampering")

package dev.openidclient.integration

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import java.util.Base64

/** The `alg` of the header of [jwt]. */
fun algorithmOf(jwt: String): String =
    Json
        .parseToJsonElement(Base64.getUrlDecoder().decode(jwt.substringBefore('.')).decodeToString())
        .jsonObject
        .string("alg")

/** [jwt] with another first character of its signature: still base64url, but not what the server signed. */
fun withOtherSignature(jwt: String): String {
    val start = jwt.lastIndexOf('.') + 1
    return jwt.replaceRange(start, start + 1, if (jwt[start] == 'A') "B" else "A")
}
