package dev.openidclient.clientauth

import dev.openidclient.testing.CLIENT_ID
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe

class TlsClientAuthSpec :
    FunSpec({
        test("names the client in the body, in place of what the caller gave, and sends no header") {
            val request = authenticationRequest("a" to "1", "client_id" to "x")
            TlsClientAuth.authenticate(request)

            request.parameters.encode() shouldBe "a=1&client_id=$CLIENT_ID"
            request.headers.shouldBeEmpty()
        }

        test("sends no secret, also where there is one") {
            val request = authenticationRequest(secret = "s3cret")
            TlsClientAuth.authenticate(request)

            request.parameters.encode() shouldBe "client_id=$CLIENT_ID"
        }

        test("prints its name") { TlsClientAuth.toString() shouldBe "TlsClientAuth" }
    })
