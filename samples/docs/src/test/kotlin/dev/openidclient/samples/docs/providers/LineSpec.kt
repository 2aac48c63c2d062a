package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val TOKEN = "https://api.line.me/oauth2/v2.1/token"
private const val SECRET = "0123456789abcdef0123456789abcdef" // a channel secret has 32 characters

private fun line() =
    ScriptedProvider("https://access.line.me", "1234567890")
        .discovery(
            "authorization_endpoint" to "https://access.line.me/oauth2/v2.1/authorize",
            "token_endpoint" to TOKEN,
            "revocation_endpoint" to "https://api.line.me/oauth2/v2.1/revoke",
            "userinfo_endpoint" to "https://api.line.me/oauth2/v2.1/userinfo",
            "scopes_supported" to listOf("openid", "profile", "email"),
            "jwks_uri" to "https://api.line.me/oauth2/v2.1/certs",
            "response_types_supported" to listOf("code"),
            "subject_types_supported" to listOf("pairwise"),
            "id_token_signing_alg_values_supported" to listOf("ES256"),
            "code_challenge_methods_supported" to listOf("S256"),
        )

private fun claims(request: AuthorizationRequest): Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "U1234567890abcdef1234567890abcdef",
        "nonce" to request.parameters["nonce"],
        "amr" to listOf("linesso"),
        "name" to "Jane Doe",
    )

private fun tokens(idToken: String?) =
    json(
        "access_token" to "bNl4YEFPI",
        "expires_in" to 2592000,
        "id_token" to idToken,
        "refresh_token" to "Aa1FdeggRh",
        "scope" to "profile openid",
        "token_type" to "Bearer",
    )

class LineSpec :
    FunSpec({
        test("a sign-in goes from the request to an ID Token that is verified with the channel secret") {
            val line = line()
            val client = lineClient(SECRET, line)
            val request = beginLine(client)
            line.answer(TOKEN, tokens(line.idTokenWithSecret(SECRET, *claims(request))))
            val tokens =
                finishLine(client, request.callback("friendship_status_changed" to "false"), request.pending.encode())
            line.answer(TOKEN, tokens(idToken = null))

            tokens.claims?.name shouldBe "Jane Doe"
            client.refreshTokenGrant(tokens).claims?.name shouldBe "Jane Doe" // the first one: a refresh brings none
            line.requests.none { it.url.endsWith("/certs") } shouldBe true
        }

        test("one that is signed with another secret is refused") {
            val line = line()
            val client = lineClient(SECRET, line)
            val request = beginLine(client)
            line.answer(TOKEN, tokens(line.idTokenWithSecret("another-secret-of-32-characters-", *claims(request))))

            shouldThrow<ValidationException> { finishLine(client, request.callback(), request.pending.encode()) }
                .subject shouldBe "signature"
        }

        test("one that is signed with ES256 is refused, as the client metadata names HS256") {
            val line = line()
            val client = lineClient(SECRET, line)
            val request = beginLine(client)
            val es256 = SigningKey.generate(JwsAlgorithm.ES256, "key-1")
            line.answer(TOKEN, tokens(line.idToken(*claims(request), signedBy = es256)))

            shouldThrow<ValidationException> { finishLine(client, request.callback(), request.pending.encode()) }
                .subject shouldBe "alg"
        }

        test("without idTokenSignedResponseAlg(\"HS256\") its tokens are refused, as the metadata says ES256") {
            val line = line()
            val client =
                OpenIdClient.discover(
                    "https://access.line.me",
                    "1234567890",
                ) { clientSecret(SECRET).transport(line) }
            val request = beginLine(client)
            line.answer(TOKEN, tokens(line.idTokenWithSecret(SECRET, *claims(request))))

            shouldThrow<ValidationException> { finishLine(client, request.callback(), request.pending.encode()) }
                .subject shouldBe "alg"
        }

        test("a code that was used is invalid_grant") {
            val refusal = json("error" to "invalid_grant", "error_description" to "invalid authorization code")
            val client = lineClient(SECRET, line().answer(TOKEN, refusal, 400))
            val request = beginLine(client)

            shouldThrow<ResponseBodyException> { finishLine(client, request.callback(), request.pending.encode()) }
                .error shouldBe "invalid_grant"
        }

        test("in Java the same goes from the request to the claims") {
            val line = line()
            val client = Line.client(SECRET, line).join()
            val request = Line.begin(client)
            line.answer(TOKEN, tokens(line.idTokenWithSecret(SECRET, *claims(request))))

            Line.finish(client, request.callback(), request.pending.encode()).join().claims?.name shouldBe "Jane Doe"
            client.close()
        }
    })
