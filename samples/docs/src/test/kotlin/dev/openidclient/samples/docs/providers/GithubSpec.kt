package dev.openidclient.samples.docs.providers

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.util.concurrent.CompletionException

private const val TOKEN = "https://github.com/login/oauth/access_token"
private const val USER = "https://api.github.com/user"

private fun github() = ScriptedProvider("https://github.com/login/oauth", "Iv1.0123456789abcdef")

/** The scopes are separated by commas; the token of an OAuth app does not expire. */
private val TOKENS = json("access_token" to "gho_16C7e42F", "scope" to "read:user,user:email", "token_type" to "bearer")

private val DEVICE =
    json(
        "device_code" to "3584d83530557fdd1f46af8289938c8ef79f9dc5",
        "user_code" to "WDJB-MJHT",
        "verification_uri" to "https://github.com/login/device",
        "expires_in" to 900,
        "interval" to 5,
    )

@OptIn(ExperimentalCoroutinesApi::class)
class GithubSpec :
    FunSpec({
        test("a sign-in goes from the request to the person, with JSON asked for and the iss of the callback checked") {
            val github = github().answer(TOKEN, TOKENS).answer(USER, json("login" to "octocat", "id" to 583231))
            val client = githubClient("secret", github)
            val request = beginGithub(client)
            request.url shouldStartWith "https://github.com/login/oauth/authorize?"
            request.url.query["nonce"].shouldBeNull()
            val callback = request.callback("iss" to "https://github.com/login/oauth")
            val user = finishGithub(client, callback, request.pending.encode())

            user.bodyText() shouldContain "583231"
            github.lastTo(TOKEN).headers["accept"] shouldBe "application/json" // else the answer is a form
            github.formTo(TOKEN)["code_verifier"].shouldNotBeNull()
            github.lastTo(USER).headers["authorization"] shouldBe "Bearer gho_16C7e42F"
            github.lastTo(USER).headers["accept"] shouldBe "application/vnd.github+json"
        }

        test("a callback of another server is refused before its code is sent") {
            val github = github()
            val client = githubClient("secret", github)
            val request = beginGithub(client)
            val callback = request.callback("iss" to "https://evil.example.com")

            shouldThrow<ValidationException> { finishGithub(client, callback, request.pending.encode()) }
                .subject shouldBe "iss"
            github.requests.size shouldBe 0
        }

        test("the scopes that were granted come with commas, as one text") {
            val client = githubClient("secret", github().answer(TOKEN, TOKENS))
            val request = beginGithub(client)

            client.authorizationCodeGrant(request.callback(), request.pending).scope shouldBe "read:user,user:email"
        }

        for (error in listOf("bad_verification_code", "incorrect_client_credentials", "redirect_uri_mismatch")) {
            test("$error comes with the status 200, and is an error") {
                val body = json("error" to error, "error_description" to "…", "error_uri" to "https://docs.github.com/")
                val client = githubClient("secret", github().answer(TOKEN, body))
                val request = beginGithub(client)
                val refused =
                    shouldThrow<ResponseBodyException> {
                        client.authorizationCodeGrant(request.callback(), request.pending)
                    }

                refused.error shouldBe error
                refused.status shouldBe 200
            }
        }

        test("the tokens of a GitHub App expire and are refreshed, and a refresh token that was used is an error") {
            val app =
                json(
                    "access_token" to "ghu_first",
                    "expires_in" to 28800,
                    "refresh_token" to "ghr_first",
                    "refresh_token_expires_in" to 15897600,
                    "scope" to "",
                    "token_type" to "bearer",
                )
            val second =
                json(
                    "access_token" to "ghu_2",
                    "expires_in" to 28800,
                    "refresh_token" to "ghr_2",
                    "token_type" to "bearer",
                )
            val used = json("error" to "bad_refresh_token")
            val github = github().answer(TOKEN, app).answer(TOKEN, second).answer(TOKEN, used)
            val client = githubClient("secret", github)
            val request = beginGithub(client)
            val tokens = client.authorizationCodeGrant(request.callback(), request.pending)
            val refreshed = client.refreshTokenGrant(tokens)

            refreshed.refreshToken shouldBe "ghr_2"
            shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) }.error shouldBe "bad_refresh_token"
        }

        test("the device flow goes on while 200 says authorization_pending and slow_down, without a secret") {
            runTest {
                val github =
                    github()
                        .answer("https://github.com/login/device/code", DEVICE)
                        .answer(TOKEN, json("error" to "authorization_pending"))
                        .answer(TOKEN, json("error" to "slow_down", "interval" to 10))
                        .answer(TOKEN, TOKENS)
                var shown = ""
                val tokens = signInOnCommandLine(githubClient(null, github)) { url, code -> shown = "$url $code" }

                shown shouldBe "https://github.com/login/device WDJB-MJHT"
                tokens.accessToken shouldBe "gho_16C7e42F"
                github.formTo(TOKEN)["client_secret"].shouldBeNull()
                currentTime shouldBe 20_000
            }
        }

        test("in Java the same goes from the request to the person") {
            val github = github().answer(TOKEN, TOKENS).answer(USER, json("login" to "octocat", "id" to 583231))
            val client = Github.client("secret", github)
            val request = Github.begin(client)
            val user = Github.finish(client, request.callback(), request.pending.encode()).join()

            user.bodyText() shouldContain "octocat"
            client.close()
        }

        test("in Java the device flow shows what to type, and says when the time is over") {
            val device =
                json(
                    "device_code" to "d",
                    "user_code" to "WDJB-MJHT",
                    "verification_uri" to "https://github.com/login/device",
                    "expires_in" to 0,
                )
            val client = Github.client(null, github().answer("https://github.com/login/device/code", device))
            var shown = ""
            val failed =
                shouldThrow<CompletionException> {
                    Github.signInOnCommandLine(client) { url, code -> shown = "$url $code" }.join()
                }

            (failed.cause is TransportException) shouldBe true
            shown shouldBe "https://github.com/login/device WDJB-MJHT"
            client.close()
        }
    })
