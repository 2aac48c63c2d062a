package dev.openidclient.logout

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.grant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

class EndSessionSpec :
    FunSpec({
        val client = StubServer().client()

        test("names this client") {
            client.endSessionUrl() shouldBe "$ISSUER/logout?client_id=$CLIENT_ID"
        }

        test("has the caller's parameters in order, then the client") {
            client.endSessionUrl {
                state("s t")
                postLogoutRedirectUri("https://rp.example.com/bye?x=1")
                logoutHint("jane@example.com")
                uiLocales("de-CH", "fr")
                idTokenHint("e30.e30.")
                parameter("x", "y")
            } shouldBe "$ISSUER/logout?state=s+t&post_logout_redirect_uri=https%3A%2F%2Frp.example.com%2Fbye%3Fx%3D1" +
                "&logout_hint=jane%40example.com&ui_locales=de-CH+fr&id_token_hint=e30.e30.&x=y&client_id=$CLIENT_ID"
        }

        test("the caller's client wins") {
            client.endSessionUrl { parameter("client_id", "other") } shouldBe "$ISSUER/logout?client_id=other"
        }

        test("the hint may come from tokens") {
            val idToken = idToken()
            val tokens = StubServer().answerTokens("id_token" to idToken).client().grant("urn:x")

            client.endSessionUrl { idTokenHint(tokens) } shouldContain "?id_token_hint=${idToken.content}&"
        }

        for ((what, other) in mapOf(
            "of another issuer" to StubServer().client(serverMetadata("issuer" to JsonPrimitive("https://other.ex"))),
            "of another client" to OpenIdClient(serverMetadata(), "other") { transport = StubServer().transport },
        )) {
            test("the hint may not come from tokens $what") {
                val tokens = StubServer().answerTokens("id_token" to idToken()).client().grant("urn:x")

                shouldThrow<IllegalArgumentException> { other.endSessionUrl { idTokenHint(tokens) } }
                    .message shouldStartWith "the tokens are of client \"$CLIENT_ID\" at \"$ISSUER\""
            }
        }

        test("the hint may come from tokens that were refreshed without an ID Token") {
            val idToken = idToken()
            val server = StubServer().answerTokens("id_token" to idToken, "refresh_token" to JsonPrimitive("r"))
            val tokens = server.client().grant("urn:x")
            val refreshed = server.answerTokens().client().refreshTokenGrant(tokens)

            client.endSessionUrl { idTokenHint(refreshed) } shouldContain idToken.content
        }

        test("tokens without an ID Token give no hint") {
            val tokens = StubServer().answerTokens().client().grant("urn:x")

            client.endSessionUrl { idTokenHint(tokens) } shouldBe "$ISSUER/logout?client_id=$CLIENT_ID"
        }

        test("the endpoint's own query is kept, in front") {
            val own = serverMetadata("end_session_endpoint" to JsonPrimitive("$ISSUER/logout?tenant=a#f"))

            StubServer().client(own).endSessionUrl() shouldBe "$ISSUER/logout?tenant=a&client_id=$CLIENT_ID"
        }

        test("a mutual TLS alias is not for browsers") {
            val aliases = json("""{"end_session_endpoint":"https://mtls.example.com/logout"}""")
            val mtls =
                StubServer().client(
                    serverMetadata("mtls_endpoint_aliases" to aliases),
                ) { metadata { useMtlsEndpointAliases() } }

            mtls.endSessionUrl() shouldStartWith "$ISSUER/logout?"
        }

        test("nothing is sent") {
            val server = StubServer()
            server.client().endSessionUrl()

            server.received.shouldBeEmpty()
        }

        val unusable =
            mapOf(
                null to ErrorCode.MISSING_SERVER_METADATA,
                "/logout" to ErrorCode.INVALID_SERVER_METADATA,
                "http://as.example.com/logout" to ErrorCode.HTTP_REQUEST_FORBIDDEN,
            )
        for ((endpoint, code) in unusable) {
            test("rejects the end session endpoint $endpoint") {
                val metadata = serverMetadata("end_session_endpoint" to endpoint?.let(::JsonPrimitive))

                shouldThrow<MetadataException> { StubServer().client(metadata).endSessionUrl() }.code shouldBe code
            }
        }

        test("shows the names of its parameters only") {
            client.endSessionUrl {
                idTokenHint("e30.secret.")
                toString() shouldContain "id_token_hint"
                toString() shouldNotContain "secret"
            }
        }
    })
