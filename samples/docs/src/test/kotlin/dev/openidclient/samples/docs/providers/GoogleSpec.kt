package dev.openidclient.samples.docs.providers

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.verifyIdToken
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.util.concurrent.CompletionException

private const val CLIENT = "1234567890-abc.apps.googleusercontent.com"
private const val TOKEN = "https://oauth2.googleapis.com/token"
private const val SUBJECT = "110169484474386276334"

private fun google() =
    ScriptedProvider("https://accounts.google.com", CLIENT)
        .discovery(
            "authorization_endpoint" to "https://accounts.google.com/o/oauth2/v2/auth",
            "device_authorization_endpoint" to "https://oauth2.googleapis.com/device/code",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to "https://openidconnect.googleapis.com/v1/userinfo",
            "revocation_endpoint" to "https://oauth2.googleapis.com/revoke",
            "jwks_uri" to "https://www.googleapis.com/oauth2/v3/certs",
            "response_types_supported" to listOf("code", "token", "id_token"),
            "subject_types_supported" to listOf("public"),
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid", "email", "profile"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_post", "client_secret_basic"),
            "code_challenge_methods_supported" to listOf("plain", "S256"),
        ).keys("https://www.googleapis.com/oauth2/v3/certs")

private fun claims(domain: String?): Array<Pair<String, Any?>> =
    arrayOf(
        "azp" to CLIENT,
        "sub" to SUBJECT,
        "hd" to domain,
        "email" to "jane@example.com",
        "email_verified" to true,
        "name" to "Jane Doe",
    )

/** The scopes come back under their long names. */
private fun tokens(idToken: String) =
    json(
        "access_token" to "ya29.a0AfH6SM",
        "expires_in" to 3599,
        "refresh_token" to "1//0gRefresh",
        "scope" to "openid https://www.googleapis.com/auth/userinfo.email",
        "token_type" to "Bearer",
        "id_token" to idToken,
    )

@OptIn(ExperimentalCoroutinesApi::class)
class GoogleSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, and the refreshed tokens keep the refresh token") {
            val google = google()
            val client = googleClient("secret", google)
            val request = beginGoogle(client)
            val sent = request.url.query

            request.url.substringBefore('?') shouldBe "https://accounts.google.com/o/oauth2/v2/auth"
            sent["access_type"] shouldBe "offline"
            sent["hd"] shouldBe "example.com"
            sent["code_challenge_method"] shouldBe "S256"

            google.answer(TOKEN, tokens(google.idToken(request, *claims("example.com"))))
            val callback = request.callback("scope" to "email openid", "authuser" to "0", "prompt" to "consent")
            val tokens = finishGoogle(client, callback, request.pending.encode()).shouldNotBeNull()

            tokens.claims?.subject shouldBe SUBJECT
            tokens.claims?.email shouldBe "jane@example.com"
            google.formTo(TOKEN)["client_secret"] shouldBe "secret"

            val info = json("sub" to SUBJECT, "name" to "Jane Doe", "email_verified" to true, "hd" to "example.com")
            google.answer("https://openidconnect.googleapis.com/v1/userinfo", info)
            client.userInfo(tokens).name shouldBe "Jane Doe"

            google.answer(
                TOKEN,
                json(
                    "access_token" to "ya29.second",
                    "expires_in" to 3599,
                    "scope" to "openid https://www.googleapis.com/auth/userinfo.email",
                    "token_type" to "Bearer",
                    "id_token" to google.idToken(*claims("example.com")),
                ),
            )
            client.refreshTokenGrant(tokens).refreshToken shouldBe "1//0gRefresh"
        }

        for (domain in listOf("other.example.org", null)) {
            test("an account of ${domain ?: "no organization"} is not let in, though hd was asked for") {
                val google = google()
                val client = googleClient("secret", google)
                val request = beginGoogle(client)
                google.answer(TOKEN, tokens(google.idToken(request, *claims(domain))))

                finishGoogle(client, request.callback(), request.pending.encode()).shouldBeNull()
            }
        }

        test("a code that was used is invalid_grant") {
            val google = google()
            val client = googleClient("secret", google)
            val request = beginGoogle(client)
            google.answer(TOKEN, json("error" to "invalid_grant", "error_description" to "Malformed auth code."), 400)

            shouldThrow<ResponseBodyException> { client.authorizationCodeGrant(request.callback(), request.pending) }
                .error shouldBe "invalid_grant"
        }

        test("the credential of the button or of One Tap is verified with the keys of Google, and its nonce") {
            val google = google()
            val client = googleClient("secret", google)
            val credential = google.idToken(*claims("example.com"), "nonce" to "n-0S6", "jti" to "1")

            client.verifyIdToken(credential, "n-0S6").subject shouldBe SUBJECT
            shouldThrow<ValidationException> { client.verifyIdToken(credential, "another") }
            val foreign = google.idToken(*claims(null), signedBy = ScriptedProvider.keyPair("key-1"))
            shouldThrow<ValidationException> { client.verifyIdToken(foreign, null) }
        }

        test("an issuer without https:// is refused") {
            val google = google()
            val old = google.idToken(*claims(null), "iss" to "accounts.google.com")

            shouldThrow<ValidationException> { googleClient("secret", google).verifyIdToken(old, null) }
                .subject shouldBe "claim:iss"
        }

        test("the device flow has verification_url, and 428 and 403 while the person decides") {
            runTest {
                val google = google()
                val device =
                    json(
                        "device_code" to "4/4-GMMh",
                        "user_code" to "GQVQ-JKEC",
                        "verification_url" to "https://www.google.com/device",
                        "expires_in" to 1800,
                        "interval" to 5,
                    )
                google
                    .answer("https://oauth2.googleapis.com/device/code", device)
                    .answer(TOKEN, json("error" to "authorization_pending", "error_description" to "Precondition"), 428)
                    .answer(TOKEN, json("error" to "slow_down", "error_description" to "Forbidden"), 403)
                    .answer(TOKEN, tokens(google.idToken(*claims("example.com"))))
                var shown = ""
                val tokens = signInOnTelevision(googleClient("secret", google)) { url, code -> shown = "$url $code" }

                shown shouldBe "https://www.google.com/device GQVQ-JKEC"
                tokens.claims?.subject shouldBe SUBJECT
                currentTime shouldBe 20_000 // 5 seconds twice, then 10
            }
        }

        test("in Java the same goes from the request to the claims") {
            val google = google()
            val client = Google.client("secret", google).join()
            val request = Google.begin(client)
            google.answer(TOKEN, tokens(google.idToken(request, *claims("example.com"))))
            val tokens = Google.finish(client, request.callback(), request.pending.encode()).join()

            tokens.orElseThrow().claims?.subject shouldBe SUBJECT
            client.close()
        }

        test("in Java the device flow shows what to type, and says when the time is over") {
            val url = "https://www.google.com/device"
            val device =
                json("device_code" to "d", "user_code" to "GQVQ-JKEC", "verification_url" to url, "expires_in" to 0)
            val google = google().answer("https://oauth2.googleapis.com/device/code", device)
            val client = Google.client("secret", google).join()
            var shown = ""
            val failed =
                shouldThrow<CompletionException> {
                    Google.signInOnTelevision(client) { shownUrl, code -> shown = "$shownUrl $code" }.join()
                }

            (failed.cause is TransportException) shouldBe true
            shown shouldBe "$url GQVQ-JKEC"
            client.close()
        }

        test("without openid in the scope the answer to a sign-in that waits for an ID Token is refused") {
            val google = google()
            val client = googleClient("secret", google)
            val request = beginGoogle(client)
            google.answer(TOKEN, json("access_token" to "ya29", "expires_in" to 3599, "token_type" to "Bearer"))

            shouldThrow<InvalidResponseException> { client.authorizationCodeGrant(request.callback(), request.pending) }
        }
    })
