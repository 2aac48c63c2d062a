package dev.openidclient.resourceserver

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.ClientSource
import dev.openidclient.client.Connection
import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.SourceTime
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.jose.Decryption
import dev.openidclient.metadata.WellKnown

/** The servers whose tokens a resource server takes: of each a client that finds its keys, or asks about its tokens. */
internal class TokenSources private constructor(
    private val jwts: AccessTokenValidation,
    /** Null: no server is asked. */
    private val asked: AskedIssuer?,
    /** Whether the asked one is the only one there is. */
    private val isAskedAlone: Boolean,
    private val isDecrypting: Boolean,
    private val onClose: () -> Unit,
) {
    /** The one server that is asked about its tokens. */
    private class AskedIssuer(
        val issuer: TrustedIssuer,
        val tokens: IntrospectedTokens,
    )

    /** [token], which is trusted from then on. Throws as [AccessTokenValidation.validate] and [IntrospectedTokens.claims]. */
    suspend fun trusted(token: String): TrustedToken {
        if (asked == null) return jwts.validate(token)
        if (isAskedAlone || !isJwt(token)) return asked.trusted(token)
        val jwt = jwts.read(token)
        val issuer = jwts.issuerOf(jwt)
        return if (issuer === asked.issuer) asked.trusted(token) else jwts.validate(jwt, issuer)
    }

    private fun isJwt(token: String): Boolean {
        val dots = token.count { it == '.' }
        return dots == JWS_DOTS || (isDecrypting && dots == JWE_DOTS)
    }

    private suspend fun AskedIssuer.trusted(token: String) = TrustedToken(issuer, tokens.claims(token))

    fun close() = onClose()

    companion object {
        private const val JWS_DOTS = 2
        private const val JWE_DOTS = 4

        /** Those of [settings]; nothing is sent. Throws [IllegalArgumentException] where they contradict themselves. */
        fun of(
            settings: Map<String, IssuerSettings>,
            audiences: Set<String>,
            decryption: Decryption?,
            connection: Connection,
            coroutines: OwnCoroutines,
        ): TokenSources {
            val issuers =
                settings.map { (issuer, of) ->
                    TrustedIssuer(issuer, source(issuer, of, connection, coroutines), of.rules())
                }
            val asked =
                settings.entries.firstOrNull { it.value.introspectingClient != null }?.let { (name, of) ->
                    val issuer = issuers.first { it.issuer == name }
                    val time = SourceTime(connection.time.clock)
                    val rules = of.introspectionRules(audiences)
                    AskedIssuer(issuer, IntrospectedTokens(issuer.source, rules, connection.time, time, coroutines))
                }
            return TokenSources(
                AccessTokenValidation(issuers, audiences, decryption, connection.time),
                asked,
                isAskedAlone = issuers.size == 1,
                isDecrypting = decryption != null,
            ) {
                issuers.forEach { (it.source as? DiscoveredClient)?.close() }
                coroutines.cancel()
            }
        }

        private fun source(
            issuer: String,
            settings: IssuerSettings,
            connection: Connection,
            coroutines: OwnCoroutines,
        ): ClientSource {
            requireIssuer(issuer)
            val introspecting = settings.introspectingClient
            val clientId = introspecting?.clientId ?: NO_CLIENT
            val configure: ClientSettings.() -> Unit = {
                this.connection = connection
                jwksOutageTolerance = settings.jwksOutageTolerance
                introspecting?.let {
                    authentication = it.authentication
                    it.configure(this)
                }
            }
            val metadata = settings.metadata
            if (metadata != null) return OpenIdClient(metadata, clientId, configure)
            return OpenIdClient.lazily(issuer, clientId) {
                configure()
                coroutineContext = coroutines.scope.coroutineContext
                discoveryAlgorithm = settings.discoveryAlgorithm
            }
        }

        private fun requireIssuer(issuer: String) {
            val url = AbsoluteUrl.parse(issuer)
            require(url == null || !WellKnown.isDocument(url)) {
                "the issuer must be written as tokens name it (\"iss\"), not as the URL of its metadata, " +
                    "but is \"${shownUrl(issuer)}\""
            }
        }

        /** Whoever only needs keys is nobody's client. */
        private const val NO_CLIENT = "resource-server"
    }
}
