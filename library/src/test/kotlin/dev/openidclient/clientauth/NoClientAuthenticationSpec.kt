package dev.openidclient.clientauth

import dev.openidclient.testing.CLIENT_ID
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe

class NoClientAuthenticationSpec :
    FunSpec({
        test("names the client in the body") {
            val request = authenticationRequest("a" to "1")
            NoClientAuthentication.authenticate(request)

            request.parameters.encode() shouldBe "a=1&client_id=$CLIENT_ID"
        }

        test("overwrites another client's id") {
            val request = authenticationRequest("client_id" to "other")
            NoClientAuthentication.authenticate(request)

            request.parameters.encode() shouldBe "client_id=$CLIENT_ID"
        }

        test("sends neither a header nor the secret that the client metadata has") {
            val request = authenticationRequest(secret = "s3cret")
            NoClientAuthentication.authenticate(request)

            request.headers.shouldBeEmpty()
            request.parameters.encode() shouldBe "client_id=$CLIENT_ID"
        }

        test("prints its name") { NoClientAuthentication.toString() shouldBe "NoClientAuthentication" }
    })
