package dev.openidclient.jdbc

import io.kotest.core.spec.style.FunSpec

/** The duties of every store, at H2 in this process. */
class H2ContractSpec : FunSpec({ contractTests(::h2) })
