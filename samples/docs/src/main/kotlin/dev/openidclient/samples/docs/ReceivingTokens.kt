package dev.openidclient.samples.docs

import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.tokenstore.ReplayCache
import org.slf4j.LoggerFactory
import java.time.Duration

private val log = LoggerFactory.getLogger("api")

/** What a web framework sends. */
class ApiAnswer(
    val status: Int,
    val headers: Map<String, List<String>> = emptyMap(),
    val body: String = "",
) {
    fun with(more: Map<String, List<String>>): ApiAnswer = ApiAnswer(status, headers + more, body)
}

fun ordersApi(): ResourceServer {
    // region server
    // one for the program: it keeps the keys of the authorization server
    val api =
        ResourceServer("https://api.example.com") {
            // the resource identifier, as tokens have it in "aud"
            issuer("https://as.example.com") // as tokens have it in "iss"; its keys are found by discovery
            scopesSupported("orders:read", "orders:write")
        }
    // endregion
    return api
}

class ReceivingTokensKotlin(
    private val api: ResourceServer,
) {
    // region request
    suspend fun guarded( // before the handler of each route
        request: ResourceRequest,
        handle: suspend (GrantedAccess) -> ApiAnswer,
    ): ApiAnswer =
        try {
            val access = api.authorize(request)
            handle(access).with(access.responseHeaders)
        } catch (e: RequestRefusedException) {
            log.info("refused, {}", e.message) // why, for you alone
            ApiAnswer(e.status, e.headers) // ready to send
        } catch (e: OAuthException) {
            log.warn("the token cannot be judged, {}: {}", e.code, e.message) // not the caller's fault
            ApiAnswer(503)
        }
    // endregion

    fun cancelOrder(access: GrantedAccess): ApiAnswer {
        // region needs
        access
            .requireScopes("orders:write") // all of them; requireAnyScope: one
            .requireAuthentication(acr = listOf("phr", "phrh"), maxAge = Duration.ofMinutes(5)) // step-up
        // endregion
        return ApiAnswer(204)
    }
}

fun otherServers(secret: String): ResourceServer {
    // region issuers
    val api =
        ResourceServer("https://api.example.com") {
            issuer("https://as.example.com")
            issuer("https://login.microsoftonline.com/$TENANT/v2.0") {
                acceptUntyped() // its tokens do not say that they are access tokens
                acceptMissing("client_id", "jti")
                scopeClaim("scp")
            }
            audience("6f0a2b6e-4a0c-4f64-9f0e-7f9f1d1c2b3a") // how that server calls this API
            issuer("https://legacy.example.com") {
                introspection("orders-api", ClientSecretBasic(secret)) // asked each time
                cache(Duration.ofSeconds(30)) // a revoked token may pass for so long
                staleOnOutage(Duration.ofMinutes(5))
            }
        }
    // endregion
    return api
}

private const val TENANT = "5a2f8c1e-0b7d-4a43-8a37-2f3e4d5c6b7a"

fun boundTokens(
    ourCache: ReplayCache,
    nonceSecret: ByteArray,
): ResourceServer {
    // region dpop
    val api =
        ResourceServer("https://api.example.com") {
            issuer("https://as.example.com")
            dpop {
                replayCache = ourCache // Redis, JDBC: the same for all instances
                requireNonce() // stricter: a proof cannot be made in advance
                nonceSecrets(nonceSecret) // 32 random bytes, the same in all instances
            }
            requireSenderConstrained() // no token that whoever finds it can use
            forwarded("10.0.0.0/8") // the proxies: what they say of scheme and host
        }
    // endregion
    return api
}
