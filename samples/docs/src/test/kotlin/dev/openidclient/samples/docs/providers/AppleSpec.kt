package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.randomState
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import java.nio.charset.StandardCharsets.UTF_8
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.time.Instant
import java.util.Base64

private const val TOKEN = "https://appleid.apple.com/auth/token"
private const val CALLBACK = "https://rp.example.com/callback/apple"
private const val SUBJECT = "000544.5e201aec537347aeb79d23cbc345170a.1321"
private const val USER = """{"name":{"firstName":"Jane","lastName":"Doe"},"email":"x@privaterelay.appleid.com"}"""

private fun apple() =
    ScriptedProvider("https://appleid.apple.com", "com.example.web")
        .discovery(
            "authorization_endpoint" to "https://appleid.apple.com/auth/authorize",
            "token_endpoint" to TOKEN,
            "revocation_endpoint" to "https://appleid.apple.com/auth/revoke",
            "jwks_uri" to "https://appleid.apple.com/auth/keys",
            "response_types_supported" to listOf("code"),
            "response_modes_supported" to listOf("query", "fragment", "form_post"),
            "subject_types_supported" to listOf("pairwise"),
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid", "email", "name"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_post"),
        ).keys("https://appleid.apple.com/auth/keys")

private fun claims(): Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to SUBJECT,
        "email" to "x@privaterelay.appleid.com",
        "email_verified" to "true",
        "is_private_email" to "true",
        "auth_time" to Instant.now().epochSecond,
        "nonce_supported" to true,
    )

private suspend fun tokens(
    apple: ScriptedProvider,
    request: AuthorizationRequest,
) = json(
    "access_token" to "adg61.first",
    "token_type" to "Bearer",
    "expires_in" to 3600,
    "refresh_token" to "rca7.lABoQ",
    "id_token" to apple.idToken(request, *claims()),
)

private fun body(
    request: AuthorizationRequest,
    vararg others: Pair<String, String>,
) = Parameters.of("state" to request.parameters().getValue("state"), *others).encode()

private fun generated() =
    KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

class AppleSpec :
    FunSpec({
        test("a sign-in comes back as a form, with the name the first time") {
            val apple = apple()
            val client = appleClient("TEAM123456", SigningKey.generate(JwsAlgorithm.ES256, "KEY1234567"), apple)
            val request = beginApple(client)

            request.url.query["response_mode"] shouldBe "form_post"
            request.url.query["scope"] shouldBe "openid name email"

            apple.answer(TOKEN, tokens(apple, request))
            val stored = mutableMapOf<String, String>()
            val body = body(request, "code" to "c1f6.0.rsza", "user" to USER)
            val tokens = finishApple(client, CALLBACK, body, request.pending.encode(), stored::put)

            stored shouldBe mapOf(SUBJECT to USER)
            val claims = tokens.claims.shouldNotBeNull()
            claims.email shouldBe "x@privaterelay.appleid.com"
            claims.emailVerified shouldBe true // though it came as text
            claims.toMap()["is_private_email"] shouldBe "true"
        }

        test("the second time there is no name, and a refresh brings neither a refresh token nor a nonce") {
            val apple = apple()
            val client = appleClient("TEAM123456", SigningKey.generate(JwsAlgorithm.ES256, "KEY1234567"), apple)
            val request = beginApple(client)
            apple.answer(TOKEN, tokens(apple, request))
            val names = mutableListOf<String>()
            val body = body(request, "code" to "c1f6.0.rsza")
            val tokens = finishApple(client, CALLBACK, body, request.pending.encode()) { _, user -> names += user }
            names.shouldBeEmpty()

            val idToken = apple.idToken(*claims(), "auth_time" to null)
            val refreshed =
                json(
                    "access_token" to "a",
                    "token_type" to "Bearer",
                    "expires_in" to 3600,
                    "id_token" to idToken,
                )
            apple.answer(TOKEN, refreshed)
            client.refreshTokenGrant(tokens).refreshToken shouldBe "rca7.lABoQ"
        }

        test("the client secret is a JWT of the team, signed with ES256, new for each request") {
            val pair = generated()
            val apple = apple()
            val key = SigningKey.fromKeyPair(pair, JwsAlgorithm.ES256, "KEY1234567")
            val client = appleClient("TEAM123456", key, apple)
            apple.answer(TOKEN, json("error" to "invalid_client"), 400)
            val secrets =
                List(2) {
                    shouldThrow<ResponseBodyException> { client.refreshTokenGrant("rca7") }.error shouldBe
                        "invalid_client"
                    apple.formTo(TOKEN)["client_secret"].shouldNotBeNull()
                }

            secrets[0] shouldNotBe secrets[1]
            for (secret in secrets) {
                headerOf(secret) shouldBe json("alg" to "ES256", "kid" to "KEY1234567")
                payloadOf(secret) shouldContainAll
                    json("iss" to "TEAM123456", "aud" to "https://appleid.apple.com", "sub" to "com.example.web")
                val verifier = Signature.getInstance("SHA256withECDSAinP1363Format").apply { initVerify(pair.public) }
                verifier.update(secret.substringBeforeLast('.').toByteArray(UTF_8))
                verifier.verify(Base64.getUrlDecoder().decode(secret.substringAfterLast('.'))) shouldBe true
            }
            apple.formTo(TOKEN)["client_id"] shouldBe "com.example.web"
            client.toString() shouldNotContain secrets[0]
        }

        test("who cancels comes back with user_cancelled_authorize") {
            val client = appleClient("TEAM123456", SigningKey.generate("ES256"), apple())
            val request = beginApple(client)
            val body = body(request, "error" to "user_cancelled_authorize")

            shouldThrow<AuthorizationResponseException> {
                finishApple(client, CALLBACK, body, request.pending.encode()) { _, _ -> }
            }.error shouldBe "user_cancelled_authorize"
        }

        test("a form with another state is refused") {
            val client = appleClient("TEAM123456", SigningKey.generate("ES256"), apple())
            val request = beginApple(client)
            val body = Parameters.of("state" to randomState(), "code" to "c1f6").encode()

            shouldThrow<ValidationException> {
                finishApple(client, CALLBACK, body, request.pending.encode()) { _, _ -> }
            }.subject shouldBe "state"
        }

        test("in Java the same goes from the request to the claims, with a secret that verifies") {
            val pair = generated()
            val apple = apple()
            val client = Apple.client("TEAM123456", "KEY1234567", pair.private, apple).join()
            val request = Apple.begin(client)
            apple.answer(TOKEN, tokens(apple, request))
            val stored = mutableMapOf<String, String>()
            val body = body(request, "code" to "c1f6.0.rsza", "user" to USER)
            val tokens = Apple.finish(client, CALLBACK, body, request.pending.encode(), stored::put).join()

            tokens.claims?.emailVerified shouldBe true
            stored shouldBe mapOf(SUBJECT to USER)
            val secret = apple.formTo(TOKEN)["client_secret"].shouldNotBeNull()
            payloadOf(secret) shouldContainAll json("iss" to "TEAM123456", "sub" to "com.example.web")
            val verifier = Signature.getInstance("SHA256withECDSAinP1363Format").apply { initVerify(pair.public) }
            verifier.update(secret.substringBeforeLast('.').toByteArray(UTF_8))
            verifier.verify(Base64.getUrlDecoder().decode(secret.substringAfterLast('.'))) shouldBe true
            client.close()
        }
    })
