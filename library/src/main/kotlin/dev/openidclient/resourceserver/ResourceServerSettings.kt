package dev.openidclient.resourceserver

import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionSettings
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.jose.Decryption
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.util.concurrent.Executor
import java.util.function.Consumer
import java.util.function.Function
import kotlin.coroutines.CoroutineContext

/**
 * The settings of a [ResourceServer]: whose tokens it takes, and what it says of itself. Read once, when it is made.
 *
 * The page `docs/receiving-tokens.md` shows what to set for what.
 */
@OpenIdClientDsl
public class ResourceServerSettings internal constructor() {
    /** `realm` of the challenges of the scheme Bearer: printable ASCII. Default null: none. */
    @set:JvmSynthetic // Java has the function
    public var realm: String? = null

    /** Sets [realm] and returns these settings: for Java. */
    public fun realm(realm: String?): ResourceServerSettings = apply { this.realm = realm }

    /**
     * The connection through which servers are asked, as [Connection.open] made it, or of a client: then it says how
     * requests are sent, and [close][ResourceServer.close] leaves it open. Default null: one of its own.
     */
    @set:JvmSynthetic // Java has the function
    public var connection: Connection? = null

    /** Sets [connection] and returns these settings: for Java. */
    public fun connection(connection: Connection?): ResourceServerSettings = apply { this.connection = connection }

    /**
     * Where discovery runs, and what is asked about a token for several: it outlives the requests that wait for it. A `Job`
     * in it becomes the parent of the resource server's own. Default: [Dispatchers.Default].
     */
    @set:JvmSynthetic // Java has executor
    @get:JvmSynthetic
    @Suppress("InjectDispatcher") // this is where it is injected
    public var coroutineContext: CoroutineContext = Dispatchers.Default

    /** Where discovery runs: for Java, in place of [coroutineContext]. */
    public fun executor(executor: Executor): ResourceServerSettings =
        apply { coroutineContext = executor.asCoroutineDispatcher() }

    private val issuers = LinkedHashMap<String, IssuerSettings>()
    private val audiences = LinkedHashSet<String>()
    private val described = ResourceServerMetadata()
    private var own: ConnectionSettings? = null
    private var decryption: Decryption? = null
    private var senderConstrained = false
    private var dpop: DpopSettings? = null
    private var externalUrl: Function<ResourceRequest, String>? = null
    private var proxies: TrustedProxies? = null
    private val origins = LinkedHashSet<String>()

    /**
     * Takes the access tokens of [issuer], written as its tokens name it (`iss`). May be called again for others; those
     * that are named nowhere are refused, and nothing is sent to them.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun issuer(
        issuer: String,
        configure: IssuerSettings.() -> Unit,
    ): ResourceServerSettings {
        require(issuer.isNotEmpty()) { "the issuer must not be empty" }
        require(issuer !in issuers) { "the issuer \"$issuer\" is named already: name it once" }
        issuers[issuer] = IssuerSettings().apply(configure)
        return this
    }

    /** The same with settings for Java. */
    public fun issuer(
        issuer: String,
        configure: Consumer<IssuerSettings>,
    ): ResourceServerSettings = issuer(issuer) { configure.accept(this) }

    /** The same with default settings. */
    public fun issuer(issuer: String): ResourceServerSettings = issuer(issuer) {}

    /**
     * Takes tokens for [names] too (`aud`), beside those for the resource identifier: for a server that names this one
     * otherwise. Another call adds to the earlier ones.
     */
    public fun audience(vararg names: String): ResourceServerSettings {
        require(names.isNotEmpty() && names.all(String::isNotEmpty)) {
            "audience(…) needs a name at least, and none may be empty"
        }
        return apply { audiences += names }
    }

    /**
     * Opens encrypted access tokens with [keys]. [contentEncryption] are the `enc` that are allowed; none: all six of [RFC
     * 7518 §5](https://www.rfc-editor.org/rfc/rfc7518#section-5). What is in a token must be signed all the same, and
     * one that is not encrypted is still taken.
     */
    public fun decryption(
        keys: List<DecryptionKey>,
        vararg contentEncryption: String,
    ): ResourceServerSettings {
        val configured = Decryption.of(keys, contentEncryption)
        check(decryption == null) { "decryption is configured already: name all keys in one call" }
        return apply { decryption = configured }
    }

    /** Short for `decryption(listOf(key))`. */
    public fun decryption(key: DecryptionKey): ResourceServerSettings = decryption(listOf(key))

    /** Refuses tokens that are bound to no key and no certificate, or whose possession was not proven. */
    public fun requireSenderConstrained(): ResourceServerSettings = apply { senderConstrained = true }

    /**
     * Takes tokens that are bound to a key, with a proof of its possession ([RFC
     * 9449](https://www.rfc-editor.org/rfc/rfc9449)). Without this call nobody's proof is looked at, and such a token is
     * refused.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun dpop(configure: DpopSettings.() -> Unit): ResourceServerSettings =
        apply { dpop = (dpop ?: DpopSettings()).apply(configure) }

    /** The same with settings for Java. */
    public fun dpop(configure: Consumer<DpopSettings>): ResourceServerSettings = dpop { configure.accept(this) }

    /** The same with default settings. */
    public fun dpop(): ResourceServerSettings = dpop {}

    /**
     * Says which URL the client used for a request, which a DPoP proof names: for a server behind a proxy that knows its
     * own address. Default: [ResourceRequest.url]. Excludes [forwarded].
     */
    public fun externalUrl(url: Function<ResourceRequest, String>): ResourceServerSettings = apply { externalUrl = url }

    /**
     * Further origins at which clients reach this API, as `https://eu.api.example.com`: by default a DPoP proof is taken
     * for the origin of the resource identifier only, as the host of a request is its sender's to write. Another call
     * adds to the earlier ones. What [externalUrl] says is taken as it is. Throws [IllegalArgumentException] where one is
     * more than an origin.
     */
    public fun origins(vararg origins: String): ResourceServerSettings {
        require(origins.isNotEmpty()) { "origins(…) needs an origin at least" }
        return apply { origins.mapTo(this.origins) { requireOrigin(it) } }
    }

    private fun requireOrigin(origin: String): String {
        val url = AbsoluteUrl.parse(origin)
        return requireNotNull(url?.origin?.takeIf { url.toString().removeSuffix("/") == it }) {
            "origins(…) takes origins, as https://eu.api.example.com, but one is \"${shownUrl(origin)}\""
        }
    }

    /**
     * Reads which URL the client used from `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)), or
     * `X-Forwarded-Proto`, `-Host` and `-Port`, where [ResourceRequest.peer] is one of [trustedProxies]: addresses and
     * networks, as `10.0.0.7`, `10.0.0.0/8` and `fd00::/8`. Nobody else's headers are looked at. A proxy that is named here
     * must write these headers anew, and not pass on what a client wrote. Excludes [externalUrl].
     *
     * Throws [IllegalArgumentException] where none is named, or one is neither.
     */
    public fun forwarded(vararg trustedProxies: String): ResourceServerSettings =
        apply { proxies = TrustedProxies.of(trustedProxies.asList()) }

    /** How servers are asked: timeouts, proxy, TLS, clock, as [ConnectionSettings] have them. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun connection(configure: ConnectionSettings.() -> Unit): ResourceServerSettings =
        apply { own = (own ?: ConnectionSettings()).apply(configure) }

    /** How servers are asked: for Java. */
    public fun connection(configure: Consumer<ConnectionSettings>): ResourceServerSettings =
        connection { configure.accept(this) }

    /**
     * `scopes_supported`: what a client may ask for; another call replaces the earlier one. Throws [IllegalArgumentException] for `offline_access`, which asks
     * for a refresh token and is no scope of an API, and for what is no scope.
     */
    public fun scopesSupported(vararg scopes: String): ResourceServerSettings {
        scopes.forEach(GrantedAccess::requireScope)
        require("offline_access" !in scopes) {
            "scopesSupported(…) must not have offline_access: it asks the authorization server for a refresh token, " +
                "and is no scope of an API"
        }
        return described { set("scopes_supported", scopes.toList()) }
    }

    /** `resource_name`: for people. */
    public fun resourceName(name: String): ResourceServerSettings = described { set("resource_name", name) }

    /** `resource_documentation`: a page for developers. */
    public fun resourceDocumentation(url: String): ResourceServerSettings =
        described { set("resource_documentation", url) }

    /** `resource_policy_uri`: what a client must do with the data. */
    public fun resourcePolicyUri(url: String): ResourceServerSettings = described { set("resource_policy_uri", url) }

    /** `resource_tos_uri`: the terms of service. */
    public fun resourceTosUri(url: String): ResourceServerSettings = described { set("resource_tos_uri", url) }

    /** `jwks_uri`: the resource server's own keys, as those that tokens are encrypted for. */
    public fun jwksUri(url: String): ResourceServerSettings = described { set("jwks_uri", url) }

    /** `authorization_details_types_supported` (RFC 9396). */
    public fun authorizationDetailsTypesSupported(vararg types: String): ResourceServerSettings =
        described { set("authorization_details_types_supported", types.toList()) }

    /** `tls_client_certificate_bound_access_tokens`: says that tokens may be bound to a client certificate. */
    public fun tlsClientCertificateBoundAccessTokens(): ResourceServerSettings =
        described { set(MTLS, JsonPrimitive(true)) }

    /**
     * Another member of the metadata, as `resource_name#de`. Throws [IllegalArgumentException] where [name] has a call of
     * its own.
     */
    public fun parameter(
        name: String,
        value: JsonElement,
    ): ResourceServerSettings = described { add(name, value) }

    /** The same with a string. */
    public fun parameter(
        name: String,
        value: String,
    ): ResourceServerSettings = parameter(name, JsonPrimitive(value))

    private inline fun described(describe: ResourceServerMetadata.() -> Unit): ResourceServerSettings =
        apply { described.describe() }

    /** Fixes these settings for [resource]. Opens nothing where it throws [IllegalArgumentException]. */
    internal fun build(resource: String): ResourceServerParts {
        check()
        val insecureAllowed = (connection?.traits ?: own?.traits())?.insecureRequestsAllowed == true
        val identifier = ResourceIdentifier(resource, insecureAllowed)
        val url = ExternalUrl(externalUrl, proxies, origins + identifier.origin)
        val connection = connection ?: (own ?: ConnectionSettings()).open()
        val coroutines = OwnCoroutines(coroutineContext, "resource server")
        var built: ResourceServerParts? = null
        try {
            val proofs = dpop?.let { DpopProofValidation(it, connection.time, resource) }
            val possession = Possession(proofs, url, senderConstrained)
            return ResourceServerParts(
                Opened(connection, isOwn = this.connection == null),
                TokenSources.of(issuers, audiences + resource, decryption, connection, coroutines),
                possession,
                Challenges(realm, proofs?.algorithms, identifier.metadataUrl),
                document(identifier, proofs?.algorithms),
            ).also { built = it }
        } finally {
            if (built == null) {
                coroutines.cancel()
                if (this.connection == null) connection.close()
            }
        }
    }

    private fun check() {
        require(issuers.isNotEmpty()) { "a resource server needs issuer(…): whose tokens it takes" }
        for ((issuer, settings) in issuers) settings.check(issuer)
        require(issuers.values.count { it.introspectingClient != null } < 2) {
            "introspection(…) is for one issuer only: of an opaque token nothing says whose it is, and no other " +
                "server may see it"
        }
        require(realm?.let(Challenges::isQuotable) != false) { "realm must be printable ASCII" }
        require(connection == null || own == null) {
            "connection { } cannot be set for a resource server that is given a connection: set it in " +
                "Connection.open { }"
        }
        require(coroutineContext[Job]?.isActive != false) { "the Job in coroutineContext has ended already" }
    }

    private fun document(
        identifier: ResourceIdentifier,
        proofAlgorithms: List<String>?,
    ): ResourceDocument {
        // where a certificate binds tokens too, no proof is demanded of those
        val isProofRequired = senderConstrained && proofAlgorithms != null && MTLS !in described
        val owned =
            listOfNotNull(
                "resource" to JsonPrimitive(identifier.text),
                "authorization_servers" to JsonArray(issuers.keys.map(::JsonPrimitive)),
                "bearer_methods_supported" to JsonArray(listOf(JsonPrimitive("header"))),
                proofAlgorithms?.let { DPOP_ALGORITHMS to JsonArray(it.map(::JsonPrimitive)) },
                if (isProofRequired) "dpop_bound_access_tokens_required" to JsonPrimitive(true) else null,
            ).toMap()
        return ResourceDocument(described.build(owned), identifier.metadataPath)
    }

    private companion object {
        const val MTLS = "tls_client_certificate_bound_access_tokens"
        const val DPOP_ALGORITHMS = "dpop_signing_alg_values_supported"
    }
}
