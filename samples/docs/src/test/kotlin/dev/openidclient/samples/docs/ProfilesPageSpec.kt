package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.security.KeyPairGenerator
import java.util.Base64

private const val PAGE = "profiles.md"
private const val CLIENT = "s6BhdRkqt3"
private val SERVER =
    AuthorizationServerMetadata.parse(
        """{"issuer": "https://as.example.com", "authorization_endpoint": "https://as.example.com/authorize",
            "token_endpoint": "https://as.example.com/token",
            "pushed_authorization_request_endpoint": "https://as.example.com/par"}""",
    )

class ProfilesPageSpec :
    FunSpec({
        val key = SigningKey.generate("PS256")
        val decrypting =
            DecryptionKey.fromKeyPair(
                KeyPairGenerator.getInstance("RSA").apply { initialize(2048) }.generateKeyPair(),
                "RSA-OAEP",
            )
        val server = FakeServer()
        val kotlin = ProfilesKotlin(SERVER, CLIENT, key, server)
        val java = Profiles(SERVER, CLIENT, key, server)
        beforeTest { server.requests.clear() }

        fun answerPushed() =
            server.answer(201, """{"request_uri": "urn:ietf:params:oauth:request_uri:1", "expires_in": 60}""")

        /** The claims of the request object that was pushed. */
        fun pushed(): JsonObject = claimsOf(checkNotNull(server.requests.last().body?.parameters?.get("request")))

        /** The claims of the request object in the URL. */
        fun inUrl(request: AuthorizationRequest): JsonObject =
            claimsOf(Regex("[?&]request=([^&]+)").find(request.url)!!.groupValues[1])

        test("the intent of Open Banking UK is in the signed request, which asks for a detached signature") {
            for (request in listOf(
                kotlin.unitedKingdom(kotlin.unitedKingdom(), "i-1"),
                java.unitedKingdom(java.unitedKingdom(), "i-1").join(),
            )) {
                val claims = inUrl(request)
                claims.text("response_type") shouldBe "code id_token"
                claims.at("claims", "id_token", "openbanking_intent_id", "value") shouldBe JsonPrimitive("i-1")
            }
            server.requests.size shouldBe 0
        }

        test("the consent of Open Finance Brasil is in the signed request, which is pushed") {
            repeat(2) { answerPushed() }
            kotlin.brazil(kotlin.brazil(decrypting), "urn:bank:c-1")
            pushed().text("scope") shouldBe "openid consent:urn:bank:c-1 accounts"
            java.brazil(java.brazil(decrypting), "urn:bank:c-1").join()
            pushed().text("scope") shouldBe "openid consent:urn:bank:c-1 accounts"
            pushed().at("claims", "id_token", "acr", "value") shouldBe JsonPrimitive("urn:brasil:openbanking:loa2")
        }

        test("the request of the Consumer Data Right is pushed, and its answer is a signed JWT with a code") {
            repeat(2) { answerPushed() }
            kotlin.australia(kotlin.australia(), 7_776_000)
            pushed().at("claims", "sharing_duration") shouldBe JsonPrimitive(7_776_000)
            java.australia(java.australia(), 7_776_000).join()
            pushed().at("claims", "sharing_duration") shouldBe JsonPrimitive(7_776_000)
            pushed().text("response_type") shouldBe "code"
            pushed().text("response_mode") shouldBe "jwt"
        }

        test("the messages of the page are real") {
            val rs256 = SigningKey.generate("RS256")
            pageShows(
                PAGE,
                shouldThrow<IllegalArgumentException> { ProfilesKotlin(SERVER, CLIENT, rs256, server).unitedKingdom() },
            )
            val unsigned =
                kotlin.unitedKingdom().authorizationRequest {
                    redirectUri("https://rp.example.com/callback")
                    scope("openid")
                }
            pageShows(PAGE, shouldThrow<IllegalStateException> { unsigned.url })
        }
    })

private fun claimsOf(jwt: String): JsonObject =
    Json.parseToJsonElement(Base64.getUrlDecoder().decode(jwt.split('.')[1]).decodeToString()).jsonObject

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

private fun JsonObject.at(vararg path: String): JsonElement =
    path.fold(this as JsonElement) { element, name -> element.jsonObject.getValue(name) }
