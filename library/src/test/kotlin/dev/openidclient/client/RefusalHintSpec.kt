package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldNotContain

private const val SECRET = "s3cret"

private val KEY by lazy { SigningKey.generate("ES256") }

/** What a client that authenticates with [authentication] is told where the server answers [body]. */
private suspend fun refusal(
    status: Int,
    body: String,
    authentication: ClientAuthentication = ClientSecretPost(SECRET),
    listed: String? = null,
): String {
    val metadata = serverMetadata("token_endpoint_auth_methods_supported" to listed?.let(::json))
    val client =
        StubServer().answer("/token", body, status).client(metadata) {
            this.authentication = authentication
            if (authentication is TlsClientAuth) transportPresentsCertificate()
        }
    return shouldThrow<OAuthException> { client.clientCredentialsGrant() }.message.orEmpty()
}

class RefusalHintSpec :
    FunSpec({
        val methods =
            mapOf(
                ClientSecretBasic(SECRET) to "the client authenticated with client_secret_basic",
                ClientSecretPost(SECRET) to "the client authenticated with client_secret_post",
                ClientSecretJwt(SECRET) to "the client authenticated with client_secret_jwt",
                PrivateKeyJwt(KEY) to "the client authenticated with private_key_jwt",
                TlsClientAuth to "the client authenticated with tls_client_auth",
                NoClientAuthentication to "the client sent no authentication (none)",
            )
        for ((authentication, sent) in methods) {
            test("invalid_client tells that $sent, what the server lists, and what to change") {
                val listed = """["private_key_jwt","tls_client_auth"]"""

                refusal(401, """{"error":"invalid_client"}""", authentication, listed) shouldBe
                    "POST $ISSUER/token: the server answered 401 with error \"invalid_client\"; $sent, " +
                    "and the server's metadata lists private_key_jwt, tls_client_auth: " +
                    "\"authentication\" in the settings chooses another one"
            }

            test("a refusal without a word tells that $sent") {
                refusal(403, "", authentication) shouldBe
                    "POST $ISSUER/token: the server refused with 403 and no body; $sent"
            }
        }

        test("invalid_client tells that the server lists no method, and what that stands for") {
            refusal(401, """{"error":"invalid_client"}""").substringAfter(", and ") shouldBe
                "the server's metadata lists no method, which stands for client_secret_basic: " +
                "\"authentication\" in the settings chooses another one"
        }

        test("another error tells nothing of the client's authentication") {
            refusal(400, """{"error":"invalid_grant"}""") shouldEndWith "error \"invalid_grant\""
        }

        test("no hint shows the secret") {
            for (body in listOf("", """{"error":"invalid_client"}""")) refusal(401, body) shouldNotContain SECRET
        }

        test("an access token that is refused without a word is told to be sent as Bearer, or as DPoP") {
            val client = StubServer().answer("/api", "", 401).client()
            for ((scheme, asking) in mapOf("Bearer" to client, "DPoP" to client.withDpop(Dpop(KEY)))) {
                shouldThrow<OAuthException> { asking.resource("$ISSUER/api", "t0ken") }.message shouldEndWith
                    "; the access token was sent as $scheme"
            }
        }
    })
