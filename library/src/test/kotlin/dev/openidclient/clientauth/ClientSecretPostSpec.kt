package dev.openidclient.clientauth

import dev.openidclient.testing.CLIENT_ID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class ClientSecretPostSpec :
    FunSpec({
        test("sends id and secret in the body, after what is there") {
            val request = authenticationRequest("a" to "1")
            ClientSecretPost("s e&c").authenticate(request)

            request.parameters.encode() shouldBe "a=1&client_id=$CLIENT_ID&client_secret=s+e%26c"
        }

        test("overwrites what the caller gave in their place") {
            val request =
                authenticationRequest("client_secret" to "x", "client_id" to "x", "client_secret" to "y", "a" to "1")
            ClientSecretPost("own").authenticate(request)

            request.parameters.encode() shouldBe "client_secret=own&client_id=$CLIENT_ID&a=1"
        }

        test("sends no header") {
            val request = authenticationRequest()
            ClientSecretPost("s").authenticate(request)

            request.headers.shouldBeEmpty()
        }

        test("takes the secret of the client metadata where it is given none") {
            val request = authenticationRequest(secret = "of-the-metadata")
            ClientSecretPost().authenticate(request)

            request.parameters["client_secret"] shouldBe "of-the-metadata"
        }

        test("prefers its own secret to that of the client metadata") {
            val request = authenticationRequest(secret = "metadata")
            ClientSecretPost("own").authenticate(request)

            request.parameters["client_secret"] shouldBe "own"
        }

        test("refuses a request where there is no secret at all") {
            shouldThrow<IllegalArgumentException> { ClientSecretPost().authenticate(authenticationRequest()) }
                .message shouldContain "no client secret"
        }

        test("refuses an empty secret at once") {
            shouldThrow<IllegalArgumentException> { ClientSecretPost("") }.message shouldBe
                "the client secret must not be empty"
        }

        test("prints no secret") { ClientSecretPost("s3cret").toString() shouldBe "ClientSecretPost(██)" }
    })
