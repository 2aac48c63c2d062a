package dev.openidclient.samples.docs

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.register
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val PAGE = "registration.md"

class RegistrationPageSpec :
    FunSpec({
        val server = FakeServer()
        val metadata = AuthorizationServerMetadata.parse(FakeServer.METADATA)
        val key = SigningKey.generate("ES256")
        beforeTest { server.requests.clear() }

        suspend fun registered(
            transport: HttpTransport,
            answer: String,
            status: Int = 201,
            vararg headers: Pair<String, String>,
        ): OpenIdClient {
            server.answer(status, answer, *headers)
            return RegistrationKotlin().withKey(metadata, key) { settings { configure(transport, key) } }
        }

        val good =
            """{"client_id": "c1", "token_endpoint_auth_method": "private_key_jwt",
                "id_token_signed_response_alg": "ES256", "token_endpoint_auth_signing_alg": "ES256"}"""

        test("the public half of the key is registered, and what was stored makes the same client") {
            val client = registered(server, good)
            client.clientId shouldBe "c1"
            val sent = checkNotNull(server.requests.single().body).bytes().decodeToString()
            sent shouldContain "\"jwks\""
            sent shouldNotContain "\"d\":"

            val stored = client.metadata.json.toString()
            server.answer(200, FakeServer.METADATA)
            val again =
                OpenIdClient.discover("https://as.example.com", "c1") {
                    transport = server
                    metadata { members(ClientMetadata.parse(stored)) }
                }
            again.metadata.idTokenSignedResponseAlg shouldBe "ES256"
        }

        test("less protection than was asked for is refused") {
            val lesser = good.replaceFirst("ES256", "RS256").dropLast(1)
            val failure =
                shouldThrow<RegistrationException> {
                    registered(
                        server,
                        """$lesser, "registration_client_uri": "https://as.example.com/register/c1",
                            "registration_access_token": "this.is.an.access.token"}""",
                    )
                }
            pageShows(PAGE, failure)
        }

        test("the other messages of the page are real") {
            pageShows(
                PAGE,
                shouldThrow<OAuthException> { registered(server, """{"error": "invalid_redirect_uri"}""", 400) },
            )
            val challenge = "www-authenticate" to """Bearer error="invalid_token""""
            pageShows(PAGE, shouldThrow<OAuthException> { registered(server, "", 401, challenge) })
            val inSettings =
                shouldThrow<IllegalArgumentException> {
                    OpenIdClient.register(metadata) {
                        settings { metadata { idTokenSignedResponseAlg("ES256") } }
                    }
                }
            pageShows(PAGE, inSettings)
            val bare = AuthorizationServerMetadata.parse("""{"issuer": "https://as.example.com"}""")
            pageShows(PAGE, shouldThrow<MetadataException> { OpenIdClient.register(bare) { clientName("x") } })
            val secret = Jwk.parse("""{"kty": "oct", "k": "AAAA"}""")
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { JwkSet.of(secret) })
            key.publicJwk.algorithm shouldNotBe null
        }
    })

private fun ClientSettings.configure(
    server: HttpTransport,
    key: SigningKey,
) {
    authentication = PrivateKeyJwt(key)
    transport = server
}
