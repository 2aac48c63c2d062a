package dev.openidclient.jdbc

import dev.openidclient.testing.sealedRowTests
import io.kotest.core.spec.style.FunSpec

/** The duties of every store, at H2 in this process. */
class H2ContractSpec :
    FunSpec({
        contractTests(::h2)

        sealedRowTests { JdbcTokenStore(h2()) }
    })
