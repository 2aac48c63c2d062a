package dev.openidclient.clientauth

import dev.openidclient.testing.CLIENT_ID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.Base64

class ClientSecretBasicSpec :
    FunSpec({
        test("sends the header of RFC 6749 §2.3.1 byte for byte") {
            authorization(CLIENT_ID, "gX1fBat3bV") shouldBe "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"
        }

        val encodings =
            listOf(
                "client %&+-_.!~*'()" to "client+%25%26%2B-_.%21%7E*%27%28%29",
                "ä€😀" to "%C3%A4%E2%82%AC%F0%9F%98%80",
                "a:b" to "a%3Ab",
                "azAZ09" to "azAZ09",
                "/?#[]@\"\\" to "%2F%3F%23%5B%5D%40%22%5C",
                "\u0000\t\n\u007f" to "%00%09%0A%7F",
            )
        for ((value, encoded) in encodings) {
            test("encodes the client id $value as $encoded") {
                credentials(authorization(clientId = value, secret = "s")) shouldBe "$encoded:s"
            }

            test("encodes the secret $value as $encoded") {
                credentials(authorization(clientId = "c", secret = value)) shouldBe "c:$encoded"
            }
        }

        test("sends a client id with hyphens as it is, for servers that do not decode") {
            credentials(authorization(clientId = "pre-registered-client", secret = "a.b_c-d")) shouldBe
                "pre-registered-client:a.b_c-d"
        }

        test("separates id and secret with the one colon that is not escaped") {
            credentials(authorization(clientId = ":", secret = ":")) shouldBe "%3A:%3A"
        }

        test("encodes in the standard alphabet of Base64, with padding") {
            authorization(clientId = "c", secret = "s>>>???") shouldBe
                "Basic " + Base64.getEncoder().encodeToString("c:s%3E%3E%3E%3F%3F%3F".encodeToByteArray())
            authorization(clientId = "c", secret = "se") shouldBe "Basic YzpzZQ=="
        }

        test("leaves the body alone") {
            val request = authenticationRequest("a" to "1")
            ClientSecretBasic("s").authenticate(request)

            request.parameters.encode() shouldBe "a=1"
        }

        test("keeps a client_id that the body already has") {
            val request = authenticationRequest("client_id" to "in-the-body")
            ClientSecretBasic("s").authenticate(request)

            request.parameters.encode() shouldBe "client_id=in-the-body"
        }

        test("takes the secret of the client metadata where it is given none") {
            val request = authenticationRequest(secret = "of-the-metadata")
            ClientSecretBasic().authenticate(request)

            credentials(request.headers["authorization"]) shouldBe "$CLIENT_ID:of-the-metadata"
        }

        test("prefers its own secret to that of the client metadata") {
            val request = authenticationRequest(secret = "metadata")
            ClientSecretBasic("own").authenticate(request)

            credentials(request.headers["authorization"]) shouldBe "$CLIENT_ID:own"
        }

        test("sends to each of several clients the credentials of that one") {
            val authentication = ClientSecretBasic()
            for ((id, secret) in listOf("a" to "1", "a" to "2", "b" to "2", "b" to "2", "a" to "1")) {
                val request = authenticationRequest(clientId = id, secret = secret)
                authentication.authenticate(request)

                credentials(request.headers["authorization"]) shouldBe "$id:$secret"
            }
        }

        test("refuses a request where there is no secret at all") {
            shouldThrow<IllegalArgumentException> { ClientSecretBasic().authenticate(authenticationRequest()) }
                .message shouldContain "no client secret"
        }

        test("refuses an empty secret at once") {
            shouldThrow<IllegalArgumentException> { ClientSecretBasic("") }.message shouldBe
                "the client secret must not be empty"
        }

        test("prints no secret") { ClientSecretBasic("s3cret").toString() shouldBe "ClientSecretBasic(██)" }
    })

private suspend fun authorization(
    clientId: String,
    secret: String,
): String? {
    val request = authenticationRequest(clientId = clientId)
    ClientSecretBasic(secret).authenticate(request)
    return request.headers["authorization"]
}

private fun credentials(header: String?): String =
    Base64.getDecoder().decode(checkNotNull(header).removePrefix("Basic ")).decodeToString()
