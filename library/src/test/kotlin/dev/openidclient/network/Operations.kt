package dev.openidclient.network

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.resource.resource
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.verifyIdToken
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.time.Duration

internal const val REFRESH_TOKEN = "8xLOxBtZp8-rotated"
internal const val CLIENT_SECRET = "7Fjfp0ZBr1KtDRbnfVdmIw"

/** What no message may show. */
internal val SECRETS = listOf(CODE, CODE_VERIFIER, STATE, REFRESH_TOKEN, CLIENT_SECRET, ACCESS_TOKEN)

/** An operation of the library at the server of the issuer that it is given. */
internal typealias Operation = suspend (issuer: String, configure: ClientSettings.() -> Unit) -> Any

/** Those that send something which may be used only once: the server must see each of them once at the most. */
internal val ONE_TIME_OPERATIONS: Map<String, Operation> =
    mapOf(
        "clientCredentialsGrant" to { issuer, configure -> client(issuer, configure).clientCredentialsGrant() },
        "authorizationCodeGrant" to { issuer, configure ->
            client(issuer, configure).authorizationCodeGrant(
                "$REDIRECT_URI?code=$CODE&state=$STATE",
                pendingAuthorization(issuer = issuer),
            )
        },
        "refreshTokenGrant" to { issuer, configure -> client(issuer, configure).refreshTokenGrant(REFRESH_TOKEN) },
    )

/** Those that send a GET request, which the JDK's client repeats where its connection dies without an answer. */
internal val READING_OPERATIONS: Map<String, Operation> =
    mapOf(
        "discovery" to { issuer, configure -> OpenIdClient.discover(issuer, CLIENT_ID, configure) },
        "JWKS" to { issuer, configure ->
            val idToken = TestKeys.signRsa(idTokenClaims("iss" to JsonPrimitive(issuer)))
            client(issuer, configure).verifyIdToken(idToken, nonce = null)
        },
        "resource" to { issuer, configure ->
            val answer = client(issuer, configure).resource("$issuer/orders", ACCESS_TOKEN)
            val isWhole = answer.bodyText() == document(issuer)
            if (isWhole) answer else throw InvalidResponseException(ErrorCode.INVALID_RESPONSE, "another body")
        },
    )

internal val OPERATIONS: Map<String, Operation> = ONE_TIME_OPERATIONS + READING_OPERATIONS

private fun client(
    issuer: String,
    configure: ClientSettings.() -> Unit,
): OpenIdClient {
    val metadata =
        buildJsonObject {
            put("issuer", issuer)
            put("authorization_endpoint", "$issuer/authorize")
            put("token_endpoint", "$issuer/token")
            put("jwks_uri", "$issuer/jwks")
        }
    return OpenIdClient(AuthorizationServerMetadata(metadata), CLIENT_ID, configure)
}

/** Answers every one of [OPERATIONS]. */
internal fun document(issuer: String): String =
    """{"issuer":"$issuer","token_endpoint":"$issuer/token","access_token":"$ACCESS_TOKEN","token_type":"Bearer",""" +
        """"keys":[${TestKeys.publicJwk(TestKeys.rsa)}]}"""

@OptIn(InsecureRequests::class)
internal fun settings(
    transport: HttpTransport,
    timeout: Duration,
): ClientSettings.() -> Unit =
    {
        this.transport = transport
        this.timeout = timeout
        clock = FIXED_CLOCK
        authentication = ClientSecretBasic(CLIENT_SECRET)
        allowInsecureRequests()
    }

/** How an operation ended. */
internal enum class Ending { ANSWERED, NETWORK_ERROR, TIMEOUT, INVALID_RESPONSE, REFUSED }

/** The ending of [call], and its failure where it failed; what is no failure of the network is thrown. */
internal suspend fun ending(call: suspend () -> Any): Pair<Ending, Exception?> =
    try {
        call()
        Ending.ANSWERED to null
    } catch (e: TransportException) {
        (if (e.code == ErrorCode.TIMEOUT) Ending.TIMEOUT else Ending.NETWORK_ERROR) to e
    } catch (e: InvalidResponseException) {
        Ending.INVALID_RESPONSE to e
    } catch (e: ResponseBodyException) {
        Ending.REFUSED to e
    }
