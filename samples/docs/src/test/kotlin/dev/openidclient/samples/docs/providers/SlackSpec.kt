package dev.openidclient.samples.docs.providers

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

private const val TOKEN = "https://slack.com/api/openid.connect.token"
private const val INFO = "https://slack.com/api/openid.connect.userInfo"

private fun slack() =
    ScriptedProvider("https://slack.com", "1234567890.1234567890")
        .discovery(
            "authorization_endpoint" to "https://slack.com/openid/connect/authorize",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to INFO,
            "jwks_uri" to "https://slack.com/openid/connect/keys",
            "scopes_supported" to listOf("openid", "profile", "email"),
            "response_types_supported" to listOf("code"),
            "response_modes_supported" to listOf("form_post"),
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_post", "client_secret_basic"),
        )

private fun claims(team: String): Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "U123ABC456",
        "auth_time" to 1626874655,
        "https://slack.com/team_id" to team,
        "https://slack.com/user_id" to "U123ABC456",
        "email" to "jane@example.com",
        "email_verified" to true,
        "date_email_verified" to 1622128723,
    )

/** No `expires_in`, and `ok` beside what the specification has. */
private fun tokens(idToken: String) =
    json("ok" to true, "access_token" to "xoxp-1234", "token_type" to "Bearer", "id_token" to idToken)

private suspend fun signedIn(
    slack: ScriptedProvider,
    client: OpenIdClient,
    team: String,
) = beginSlack(client).let { request ->
    slack.answer(TOKEN, tokens(slack.idToken(request, *claims(team))))
    finishSlack(client, request.callback(), request.pending.encode())
}

class SlackSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, with those of Slack's own, and UserInfo") {
            val slack = slack()
            val client = slackClient("secret", slack)
            val tokens = signedIn(slack, client, "T0123ABC456").shouldNotBeNull()
            val info =
                json(
                    "ok" to true,
                    "sub" to "U123ABC456",
                    "name" to "Jane Doe",
                    "https://slack.com/team_name" to "Example",
                )
            slack.answer(INFO, info)

            tokens.expiresIn.shouldBeNull()
            tokens.claims?.toMap()?.get("https://slack.com/user_id") shouldBe "U123ABC456"
            client.userInfo(tokens).toMap()["https://slack.com/team_name"] shouldBe "Example"
        }

        test("somebody of another workspace is not let in, though team was asked for") {
            val slack = slack()

            signedIn(slack, slackClient("secret", slack), "T0999ZZZ999").shouldBeNull()
        }

        for (error in listOf("invalid_code", "bad_client_secret", "invalid_refresh_token")) {
            test("$error comes with the status 200 and ok false, and is an error") {
                val client = slackClient("secret", slack().answer(TOKEN, json("ok" to false, "error" to error)))
                val request = beginSlack(client)
                val refused =
                    shouldThrow<ResponseBodyException> {
                        finishSlack(client, request.callback(), request.pending.encode())
                    }

                refused.error shouldBe error
                refused.status shouldBe 200
            }
        }

        test("so does what UserInfo says of a token that is no longer valid") {
            val slack = slack()
            val client = slackClient("secret", slack)
            val tokens = signedIn(slack, client, "T0123ABC456").shouldNotBeNull()
            slack.answer(INFO, json("ok" to false, "error" to "invalid_auth"))

            shouldThrow<ResponseBodyException> { client.userInfo(tokens) }.error shouldBe "invalid_auth"
        }

        test("in Java the same goes from the request to the claims") {
            val slack = slack()
            val client = Slack.client("secret", slack).join()
            for ((team, isLetIn) in listOf("T0123ABC456" to true, "T0999ZZZ999" to false)) {
                val request = Slack.begin(client)
                slack.answer(TOKEN, tokens(slack.idToken(request, *claims(team))))

                Slack.finish(client, request.callback(), request.pending.encode()).join().isPresent shouldBe isLetIn
            }
            client.close()
        }
    })
