package dev.openidclient.samples.docs.providers

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant

private const val LOGIN = "https://login.salesforce.com"
private const val TOKEN = "$LOGIN/services/oauth2/token"
private const val SUBJECT = "$LOGIN/id/00Dx0000000BV7zEAG/005x00000012Q9PAAU"

private fun salesforce() =
    ScriptedProvider(LOGIN, "3MVG9.example")
        .discovery(
            "authorization_endpoint" to "$LOGIN/services/oauth2/authorize",
            "token_endpoint" to TOKEN,
            "revocation_endpoint" to "$LOGIN/services/oauth2/revoke",
            "userinfo_endpoint" to "$LOGIN/services/oauth2/userinfo",
            "introspection_endpoint" to "$LOGIN/services/oauth2/introspect",
            "jwks_uri" to "$LOGIN/id/keys",
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid", "api", "refresh_token", "offline_access", "id", "full"),
        )

/** No `expires_in`, and where the API is. */
private fun tokens(
    idToken: String?,
    instance: String = "https://example.my.salesforce.com",
) = json(
    "access_token" to "00Dx0000000BV7z!AR8AQ",
    "refresh_token" to idToken?.let { "5Aep8614iLM.Dq661" },
    "signature" to "CMJ4l+CCaPQiKjoOEwEig9H4wqhpuLSk4J2urAe+fVg=",
    "scope" to "openid api refresh_token",
    "id_token" to idToken,
    "instance_url" to instance,
    "id" to SUBJECT,
    "token_type" to "Bearer",
    "issued_at" to "1558553873237",
)

class SalesforceSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, and a refresh keeps the refresh token") {
            val salesforce = salesforce()
            val client = salesforceClient("secret", http = salesforce)
            val request = beginSalesforce(client)
            salesforce.answer(TOKEN, tokens(salesforce.idToken(request, "sub" to SUBJECT)))
            val tokens = finishSalesforce(client, request.callback(), request.pending.encode())
            salesforce.answer(TOKEN, tokens(idToken = null))

            tokens.expiresIn.shouldBeNull()
            tokens.claims?.subject shouldBe SUBJECT
            client.refreshTokenGrant(tokens).refreshToken shouldBe "5Aep8614iLM.Dq661"
        }

        test("UserInfo has a time as text, which is read") {
            val salesforce = salesforce()
            val client = salesforceClient("secret", http = salesforce)
            val request = beginSalesforce(client)
            salesforce.answer(TOKEN, tokens(salesforce.idToken(request, "sub" to SUBJECT)))
            val tokens = finishSalesforce(client, request.callback(), request.pending.encode())
            val info =
                json(
                    "sub" to SUBJECT,
                    "user_id" to "005x",
                    "organization_id" to "00Dx",
                    "updated_at" to "2026-12-02T18:46:42Z",
                )
            salesforce.answer("$LOGIN/services/oauth2/userinfo", info)

            client.userInfo(tokens).updatedAt shouldBe Instant.parse("2026-12-02T18:46:42Z")
        }

        test("the API is called where the answer says, with the access token, and nowhere else") {
            val query = "https://example.my.salesforce.com/services/data/v62.0/query"
            val salesforce = salesforce().answer(query, json("totalSize" to 0, "done" to true))
            val client = salesforceClient("secret", http = salesforce)
            for ((instance, isTaken) in listOf(
                "https://example.my.salesforce.com" to true,
                "https://evil.example.com" to false,
            )) {
                val request = beginSalesforce(client)
                salesforce.answer(TOKEN, tokens(salesforce.idToken(request, "sub" to SUBJECT), instance))
                val tokens = finishSalesforce(client, request.callback(), request.pending.encode())

                if (isTaken) {
                    query(client, tokens).bodyText() shouldContain "totalSize"
                    salesforce.lastTo(query).headers["authorization"] shouldBe "Bearer 00Dx0000000BV7z!AR8AQ"
                } else {
                    shouldThrow<IllegalArgumentException> { query(client, tokens) }
                }
            }
        }

        test("a session that is over answers the API with 401 and an array, which is a refusal of the token") {
            val query = "https://example.my.salesforce.com/services/data/v62.0/query"
            val expired = """[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"""
            val salesforce = salesforce().answer(query, expired, 401)
            val client = salesforceClient("secret", http = salesforce)
            val request = beginSalesforce(client)
            salesforce.answer(TOKEN, tokens(salesforce.idToken(request, "sub" to SUBJECT)))
            val tokens = finishSalesforce(client, request.callback(), request.pending.encode())

            shouldThrow<WwwAuthenticateChallengeException> { query(client, tokens) }
                .body
                .decodeToString() shouldContain "INVALID_SESSION_ID"
        }

        test("a code that was used is invalid_grant") {
            val refusal = json("error" to "invalid_grant", "error_description" to "expired authorization code")
            val client = salesforceClient("secret", http = salesforce().answer(TOKEN, refusal, 400))
            val request = beginSalesforce(client)

            shouldThrow<ResponseBodyException> {
                finishSalesforce(
                    client,
                    request.callback(),
                    request.pending.encode(),
                )
            }.errorDescription shouldBe "expired authorization code"
        }

        test("in Java the same goes from the request to the API") {
            val query = "https://example.my.salesforce.com/services/data/v62.0/query"
            val salesforce = salesforce().answer(query, json("totalSize" to 0, "done" to true))
            val client = Salesforce.client("secret", LOGIN, salesforce).join()
            val request = Salesforce.begin(client)
            salesforce.answer(TOKEN, tokens(salesforce.idToken(request, "sub" to SUBJECT)))
            val tokens = Salesforce.finish(client, request.callback(), request.pending.encode()).join()

            Salesforce.query(client, tokens).join().bodyText() shouldContain "totalSize"
            client.close()
        }
    })
