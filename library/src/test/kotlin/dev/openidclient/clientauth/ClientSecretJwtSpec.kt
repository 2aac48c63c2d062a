package dev.openidclient.clientauth

import com.nimbusds.jwt.SignedJWT
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

class ClientSecretJwtSpec :
    FunSpec({
        // RFC 7515 A.1
        test("its HMAC is that of the example of HS256") {
            val key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
            val input =
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
                    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

            Base64Url.encode(Jca.hmacSha256(checkNotNull(Base64Url.decode(key)), input.encodeToByteArray())) shouldBe
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        }

        for (secret in listOf("s", "short", "ä€😀", "x".repeat(32), "x".repeat(200))) {
            test("signs with HS256 and a secret of ${secret.encodeToByteArray().size} bytes") {
                val jwt = assertion(ClientSecretJwt(secret))
                val (header, payload, signature) = jwt.split('.')

                checkNotNull(Base64Url.decode(header)).decodeToString() shouldBe
                    """{"alg":"HS256","typ":"client-authentication+jwt"}"""
                val mac =
                    Mac
                        .getInstance(
                            "HmacSHA256",
                        ).apply { init(SecretKeySpec(secret.encodeToByteArray(), "HmacSHA256")) }
                signature shouldBe Base64Url.encode(mac.doFinal("$header.$payload".encodeToByteArray()))
            }
        }

        test("has exactly the claims of a client assertion, in their order") {
            val now = NOW.epochSecond
            val payload = checkNotNull(Base64Url.decode(assertion(ClientSecretJwt("s")).split('.')[1])).decodeToString()

            payload shouldMatch
                Regex(
                    """\{"jti":"[A-Za-z0-9_-]{43}","aud":"$ISSUER","exp":${now + 60},"iat":$now,"nbf":$now,""" +
                        """"iss":"$CLIENT_ID","sub":"$CLIENT_ID"}""",
                )
        }

        test("sends neither the secret nor a header") {
            val request = authenticationRequest("client_assertion" to "x")
            ClientSecretJwt("s3cret-value").authenticate(request)

            request.parameters.names.toSet() shouldBe setOf("client_id", "client_assertion_type", "client_assertion")
            request.parameters.encode() shouldNotContain "s3cret-value"
            request.headers.shouldBeEmpty()
        }

        test("makes another assertion for each request") {
            val authentication = ClientSecretJwt("s")
            List(20) { assertion(authentication) }.shouldBeUnique()
        }

        test("takes the secret of the client metadata where it is given none") {
            val request = authenticationRequest(secret = "of-the-metadata")
            ClientSecretJwt().authenticate(request)
            val jwt = checkNotNull(request.parameters["client_assertion"])

            jwt.substringAfterLast('.') shouldBe hmac("of-the-metadata", jwt)
        }

        test("prefers its own secret to that of the client metadata") {
            val request = authenticationRequest(secret = "metadata")
            ClientSecretJwt("own").authenticate(request)
            val jwt = checkNotNull(request.parameters["client_assertion"])

            jwt.substringAfterLast('.') shouldBe hmac("own", jwt)
        }

        test("lets the hook have the last word before it signs") {
            val jwt = assertion(ClientSecretJwt("s") { it.claim("aud", "other") })

            SignedJWT.parse(jwt).jwtClaimsSet.audience shouldBe listOf("other")
            jwt.substringAfterLast('.') shouldBe hmac("s", jwt)
        }

        test("refuses a request where there is no secret at all") {
            shouldThrow<IllegalArgumentException> {
                ClientSecretJwt().authenticate(
                    authenticationRequest(),
                )
            }.message shouldContain
                "no client secret"
        }

        test("refuses an empty secret at once") {
            shouldThrow<IllegalArgumentException> { ClientSecretJwt("") }.message shouldBe
                "the client secret must not be empty"
        }

        test("prints no secret") { ClientSecretJwt("s3cret").toString() shouldBe "ClientSecretJwt(██)" }
    })

private suspend fun assertion(authentication: ClientAuthentication): String {
    val request = authenticationRequest()
    authentication.authenticate(request)
    return checkNotNull(request.parameters["client_assertion"])
}

private fun hmac(
    secret: String,
    jwt: String,
): String =
    Base64Url.encode(Jca.hmacSha256(secret.encodeToByteArray(), jwt.substringBeforeLast('.').encodeToByteArray()))
