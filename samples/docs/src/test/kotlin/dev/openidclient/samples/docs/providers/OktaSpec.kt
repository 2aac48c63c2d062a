package dev.openidclient.samples.docs.providers

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val ORG = "https://example.okta.com"
private const val CUSTOM = "$ORG/oauth2/default"

private fun custom() =
    ScriptedProvider(CUSTOM, "0oa0123456789abcde5d7")
        .discovery(
            "authorization_endpoint" to "$CUSTOM/v1/authorize",
            "token_endpoint" to "$CUSTOM/v1/token",
            "userinfo_endpoint" to "$CUSTOM/v1/userinfo",
            "jwks_uri" to "$CUSTOM/v1/keys",
            "revocation_endpoint" to "$CUSTOM/v1/revoke",
            "introspection_endpoint" to "$CUSTOM/v1/introspect",
            "end_session_endpoint" to "$CUSTOM/v1/logout",
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "code_challenge_methods_supported" to listOf("S256"),
            "dpop_signing_alg_values_supported" to listOf("RS256", "ES256"),
        )

private fun org() =
    ScriptedProvider(ORG, "0oa9876543210zyxwv5d7")
        .discovery("token_endpoint" to "$ORG/oauth2/v1/token", "jwks_uri" to "$ORG/oauth2/v1/keys")

private fun tokens(
    idToken: String,
    refreshToken: String,
) = json(
    "token_type" to "Bearer",
    "expires_in" to 3600,
    "access_token" to "eyJ.access",
    "scope" to "openid profile email offline_access",
    "refresh_token" to refreshToken,
    "id_token" to idToken,
)

private val CLAIMS: Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "00uid4BxXw6I6TV4m0g3",
        "ver" to 1,
        "jti" to "ID.1",
        "amr" to listOf("pwd"),
        "idp" to "00o1",
        "auth_time" to 1700000000,
    )

/** Okta wants a nonce in the proof, and says so with 400. */
private fun ScriptedProvider.wantsNonce(): ScriptedProvider {
    val refusal =
        json(
            "error" to "use_dpop_nonce",
            "error_description" to "Authorization server requires nonce in DPoP proof.",
        )
    val token =
        json(
            "token_type" to "DPoP",
            "expires_in" to 3600,
            "access_token" to "eyJ.dpop",
            "scope" to "okta.users.read",
        )
    return answer("$ORG/oauth2/v1/token", refusal.toString(), 400, "application/json", "dpop-nonce" to "a-nonce")
        .answer("$ORG/oauth2/v1/token", token)
}

class OktaSpec :
    FunSpec({
        test("a sign-in at a custom server goes from the request to the claims, and its refresh token rotates") {
            val okta = custom()
            val client = oktaClient("secret", okta)
            val request = beginOkta(client)
            okta.answer("$CUSTOM/v1/token", tokens(okta.idToken(request, *CLAIMS), "first"))
            val tokens = finishOkta(client, request.callback(), request.pending.encode())
            okta.answer("$CUSTOM/v1/token", tokens(okta.idToken(*CLAIMS), "second"))

            tokens.claims?.issuer shouldBe CUSTOM
            tokens.claims?.amr shouldBe listOf("pwd")
            client.refreshTokenGrant(tokens).refreshToken shouldBe "second"
        }

        test("an ID Token of the org server is none of the custom one") {
            val okta = custom()
            val client = oktaClient("secret", okta)
            val request = beginOkta(client)
            okta.answer("$CUSTOM/v1/token", tokens(okta.idToken(request, *CLAIMS, "iss" to ORG), "first"))

            shouldThrow<ValidationException> { finishOkta(client, request.callback(), request.pending.encode()) }
                .subject shouldBe "claim:iss"
        }

        test("a custom server that does not exist answers in Okta's own form, which the exception keeps") {
            val notFound =
                json(
                    "errorCode" to "E0000007",
                    "errorSummary" to "Not found: Resource not found: default (AuthorizationServer)",
                )
            val okta = ScriptedProvider(CUSTOM, "x").answer("$CUSTOM/.well-known/openid-configuration", notFound, 404)
            val failed = shouldThrow<InvalidResponseException> { oktaClient("secret", okta) }

            failed.status shouldBe 404
            failed.body.decodeToString() shouldContain "E0000007"
        }

        test(
            "a service of the org server proves its key twice: in the assertion, and with the nonce that Okta demands",
        ) {
            val okta = org().wantsNonce()
            val key = SigningKey.generate(JwsAlgorithm.RS256, "service-key")
            val tokens = oktaServiceTokens(oktaService(key, SigningKey.generate("ES256"), okta))
            val sent = okta.lastTo("$ORG/oauth2/v1/token")

            tokens.isSenderConstrained shouldBe true
            payloadOf(sent.headers["dpop"].shouldNotBeNull())["nonce"] shouldBe json("n" to "a-nonce")["n"]
            val assertion = okta.formTo("$ORG/oauth2/v1/token")["client_assertion"].shouldNotBeNull()
            payloadOf(assertion)["aud"] shouldBe json("aud" to "$ORG/oauth2/v1/token")["aud"]
            headerOf(assertion) shouldBe
                json("alg" to "RS256", "typ" to "client-authentication+jwt", "kid" to "service-key")
        }

        test("in Java the same goes from the request to the claims, and the service gets its token") {
            val okta = custom()
            val client = Okta.client("secret", okta).join()
            val request = Okta.begin(client)
            okta.answer("$CUSTOM/v1/token", tokens(okta.idToken(request, *CLAIMS), "first"))
            val tokens = Okta.finish(client, request.callback(), request.pending.encode()).join()
            val service =
                Okta
                    .service(
                        SigningKey.generate("RS256"),
                        SigningKey.generate("ES256"),
                        org().wantsNonce(),
                    ).join()

            tokens.claims?.subject shouldBe "00uid4BxXw6I6TV4m0g3"
            Okta.serviceTokens(service).join().accessToken shouldBe "eyJ.dpop"
            client.close()
        }
    })
