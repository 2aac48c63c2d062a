package dev.openidclient

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwk
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.MtlsEndpointAliases
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.token.IntrospectionResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.userinfo.UserInfo
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What ends a log line, or turns the order of its letters, and so could forge another line. */
private const val FORGED = "a\r\nINFO forged\u2028\u202E"

private val FORGED_JSON =
    JsonObject(
        listOf(
            "iss",
            "kid",
            "kty",
            "token_endpoint",
            "scope",
            "token_type",
            "active",
            "client_id",
            FORGED,
        ).associateWith {
            JsonPrimitive(FORGED)
        },
    )

class PrintedTextSpec :
    FunSpec({
        val printed =
            mapOf<String, suspend () -> Any>(
                "a callback" to { AuthorizationCallback.url("https://rp/$FORGED?$FORGED=1") },
                "a posted callback" to { AuthorizationCallback.formPost("/cb$FORGED", Parameters.of(FORGED to "1")) },
                "parameters" to { Parameters.of(FORGED to "1") },
                "headers" to { HttpHeaders.received(mapOf("content-type" to listOf("a\u2028\u202Eb")).entries) },
                "a request" to { HttpRequest("GET", "https://rp/$FORGED") },
                "a response" to
                    { HttpResponse(200, HttpHeaders.received(mapOf("content-type" to listOf("a\u202Eb")).entries)) },
                "a client" to { OpenIdClient(serverMetadata("issuer" to JsonPrimitive(FORGED)), FORGED) },
                "server metadata" to
                    { AuthorizationServerMetadata(JsonObject(FORGED_JSON + ("issuer" to JsonPrimitive("x")))) },
                "aliases" to { MtlsEndpointAliases(FORGED_JSON) },
                "client metadata" to { ClientMetadata(FORGED_JSON) },
                "a key" to { Jwk(FORGED_JSON) },
                "UserInfo" to { UserInfo(FORGED_JSON) },
                "an introspection" to { IntrospectionResponse(FORGED_JSON) },
                "a challenge" to { WwwAuthenticateChallenge(FORGED, mapOf("error" to FORGED)) },
            )
        for ((what, make) in printed) {
            test("$what is printed on one line") {
                make().toString() shouldNotContain Regex("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]")
            }
        }

        test("a token type that repeats the access token is masked") {
            val token = "2YotnFZFEjr1zCsicMWpAA"
            val json = tokenResponseJson("access_token" to JsonPrimitive(token), "scope" to JsonPrimitive("a $token"))
            val tokens = StubServer().answer("/token", json.toString()).client().clientCredentialsGrant()

            tokens.toString() shouldNotContain token
        }

        test("a scheme that is none of the registered ones is masked, for it may be the access token") {
            WwwAuthenticateChallenge("2yotnfzfejr1zcsicmwpaa", emptyMap()).toString() shouldBe
                "WwwAuthenticateChallenge(██)"
            WwwAuthenticateChallenge("bearer", emptyMap()).toString() shouldBe "WwwAuthenticateChallenge(bearer)"
        }
    })
