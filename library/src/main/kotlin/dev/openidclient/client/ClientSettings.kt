package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.jose.Decryption
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ClientMetadataBuilder
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.OpenIdClientDsl
import java.time.Duration
import java.util.function.Consumer

/**
 * The settings of an [OpenIdClient]. Read once, when the client is made; later changes have no effect.
 *
 * The pages `docs/engines.md` (engines, TLS, proxies, timeouts), `docs/fapi.md` and `docs/profiles.md` (profiles) show
 * what to set for what.
 */
@OpenIdClientDsl
public class ClientSettings internal constructor() : LazySettings() {
    /**
     * How the client authenticates. Default: what the client metadata's `token_endpoint_auth_method` names if the
     * `client_secret` suffices for it, else `client_secret_post` with a secret, else `none`.
     */
    @set:JvmSynthetic // Java has the function
    public var authentication: ClientAuthentication? = null

    /** Sets [authentication] and returns these settings: for Java. */
    public fun authentication(authentication: ClientAuthentication?): ClientSettings =
        apply { this.authentication = authentication }

    /**
     * The connection that this client shares with others, as [Connection.open] made it, or of another client
     * ([OpenIdClient.connection]). Then [close][OpenIdClient.close] closes nothing, and how requests are sent (`transport`,
     * `engine`, `tls`, `proxy`, `timeout`, `clock` and all else of [ConnectionSettings]) is the connection's: to name
     * that here too is [IllegalArgumentException]. Default null: one of its own.
     */
    @set:JvmSynthetic // Java has the function
    public var connection: Connection? = null

    /** Sets [connection] and returns these settings: for Java. */
    public fun connection(connection: Connection?): ClientSettings = apply { this.connection = connection }

    /** How long after the authorization request its callback is taken. Default 1 hour. */
    @set:JvmSynthetic // Java has the function
    public var pendingAuthorizationLifetime: Duration = Duration.ofHours(1)

    /** Sets [pendingAuthorizationLifetime] and returns these settings: for Java. */
    public fun pendingAuthorizationLifetime(pendingAuthorizationLifetime: Duration): ClientSettings =
        apply { this.pendingAuthorizationLifetime = pendingAuthorizationLifetime }

    /**
     * How much longer than the ordinary 5 minutes the known keys of the server stay usable, for the `kid`s that are
     * known, while its JWK Set cannot be downloaded. Default zero: not at all.
     */
    @set:JvmSynthetic // Java has the function
    public var jwksOutageTolerance: Duration = Duration.ZERO

    /** Sets [jwksOutageTolerance] and returns these settings: for Java. */
    public fun jwksOutageTolerance(jwksOutageTolerance: Duration): ClientSettings =
        apply { this.jwksOutageTolerance = jwksOutageTolerance }

    /**
     * Which document discovery asks for. Default [DiscoveryAlgorithm.OIDC]. Without effect on a client from given
     * metadata.
     */
    @set:JvmSynthetic // Java has the function
    public var discoveryAlgorithm: DiscoveryAlgorithm = DiscoveryAlgorithm.OIDC

    /** Sets [discoveryAlgorithm] and returns these settings: for Java. */
    public fun discoveryAlgorithm(discoveryAlgorithm: DiscoveryAlgorithm): ClientSettings =
        apply { this.discoveryAlgorithm = discoveryAlgorithm }

    private val metadataBuilder = ClientMetadataBuilder()
    private var nonRepudiation = false
    private var senderConstrained = false
    private var detachedSignature = false
    private var issRequired = false
    private var responseKind: ResponseKind? = null
    private var decryption: Decryption? = null
    private var profile: SecurityProfile? = null

    /** What the server knows of this client. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadata(configure: ClientMetadataBuilder.() -> Unit): ClientSettings {
        metadataBuilder.configure()
        return this
    }

    /** What the server knows of this client: for Java. */
    public fun metadata(configure: Consumer<ClientMetadataBuilder>): ClientSettings =
        metadata { configure.accept(this) }

    /** Short for `metadata { clientSecret(secret) }`. */
    public fun clientSecret(secret: String): ClientSettings = metadata { clientSecret(secret) }

    /**
     * Verifies the signatures of the JWTs that come straight from the server over TLS too: ID Tokens of the token
     * endpoint, UserInfo, introspection. Those that come through the browser are always verified.
     */
    public fun nonRepudiationChecks(): ClientSettings {
        nonRepudiation = true
        return this
    }

    /**
     * Refuses bearer tokens: an access token must be bound to the DPoP key ([RFC
     * 9449](https://www.rfc-editor.org/rfc/rfc9449)), unless the client presents a client certificate, as with [tls] or
     * [transportPresentsCertificate]: whether the server binds the token to that ([RFC 8705
     * §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)) is not visible here.
     */
    public fun requireSenderConstrained(): ClientSettings {
        senderConstrained = true
        return this
    }

    /**
     * An authorization response must have `iss` ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)), also where the
     * server does not say that it sends it: for a program with several servers, whose redirect URI is one for all. An
     * ID Token or a JWT in the response says by itself who sent it.
     */
    public fun requireAuthorizationResponseIss(): ClientSettings {
        issRequired = true
        return this
    }

    /**
     * Authorization responses are signed JWTs ([JARM](https://openid.net/specs/oauth-v2-jarm-final.html)):
     * `response_mode=jwt`.
     */
    public fun useJwtResponseMode(): ClientSettings = responseKind(ResponseKind.JWT)

    /**
     * Authorization responses have a code and an ID Token: `response_type=code id_token` (OpenID Connect Core §3.3).
     */
    public fun useCodeIdTokenResponseType(): ClientSettings = responseKind(ResponseKind.CODE_ID_TOKEN)

    /** Authorization responses have an ID Token and no code: `response_type=id_token` (OpenID Connect Core §3.2). */
    public fun useIdTokenResponseType(): ClientSettings = responseKind(ResponseKind.ID_TOKEN)

    /**
     * The ID Token of a `code id_token` response is a detached signature: it must have `s_hash`
     * ([FAPI 1.0 Part 2 §5.2.3.1](https://openid.net/specs/openid-financial-api-part-2-1_0.html)).
     */
    public fun detachedSignatureResponseChecks(): ClientSettings {
        detachedSignature = true
        return this
    }

    /**
     * Opens encrypted ID Tokens, authorization responses, UserInfo and introspection answers with [keys].
     * [contentEncryption] are the `enc` that are allowed; none: all six of [RFC 7518
     * §5](https://www.rfc-editor.org/rfc/rfc7518#section-5).
     */
    public fun decryption(
        keys: List<DecryptionKey>,
        vararg contentEncryption: String,
    ): ClientSettings {
        val configured = Decryption.of(keys, contentEncryption)
        check(decryption == null) { "decryption is configured already: name all keys in one call" }
        decryption = configured
        return this
    }

    /** Short for `decryption(listOf(key))`. */
    public fun decryption(key: DecryptionKey): ClientSettings = decryption(listOf(key))

    /**
     * [FAPI 2.0 Security Profile](https://openid.net/specs/fapi-security-profile-2_0-final.html): `PrivateKeyJwt` or
     * [TlsClientAuth], pushed authorization requests, PKCE, `iss` in the authorization response, sender-constrained
     * access tokens, PS256, ES256 or Ed25519. What contradicts it is refused: when the client is made with
     * [IllegalArgumentException], later where it happens.
     */
    public fun fapi2Security(): ClientSettings = profile(SecurityProfile.FAPI2_SECURITY)

    /**
     * [FAPI 2.0 Message Signing](https://openid.net/specs/fapi-message-signing-2_0-final.html): [fapi2Security], and
     * signed request objects, signed authorization responses ([useJwtResponseMode] is implied) and
     * [nonRepudiationChecks].
     */
    public fun fapi2MessageSigning(): ClientSettings = profile(SecurityProfile.FAPI2_MESSAGE_SIGNING)

    /**
     * The same for what [configure] names alone: `fapi2MessageSigning { signedRequests() }` leaves the responses as they
     * are, `fapi2MessageSigning { signedResponses() }` the requests.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun fapi2MessageSigning(configure: Fapi2MessageSigning.() -> Unit): ClientSettings =
        profile(Fapi2MessageSigning().apply(configure).profile())

    /** The same for what [configure] names alone, of requests and responses: for Java. */
    public fun fapi2MessageSigning(configure: Consumer<Fapi2MessageSigning>): ClientSettings =
        fapi2MessageSigning { configure.accept(this) }

    /**
     * [FAPI 1.0 Part 2: Advanced](https://openid.net/specs/openid-financial-api-part-2-1_0.html): `PrivateKeyJwt` or
     * [TlsClientAuth], signed request objects, `code id_token` with a detached signature (implied, unless
     * [useJwtResponseMode] is chosen), certificate-bound access tokens, PS256 or ES256.
     */
    public fun fapi1Advanced(): ClientSettings = profile(SecurityProfile.FAPI1_ADVANCED)

    /**
     * [FAPI: CIBA Profile](https://openid.net/specs/openid-financial-api-ciba-ID1.html): what [fapi1Advanced] demands,
     * and signed backchannel authentication requests.
     */
    public fun fapiCiba(): ClientSettings = profile(SecurityProfile.FAPI_CIBA)

    private fun profile(chosen: SecurityProfile): ClientSettings {
        require(
            profile == null || profile == chosen,
        ) { "${profile?.title} is chosen already, ${chosen.title} cannot be added" }
        profile = chosen
        return this
    }

    private fun responseKind(chosen: ResponseKind): ClientSettings {
        require(responseKind == null || responseKind == chosen) {
            "a client has one kind of authorization response: $responseKind is chosen already, $chosen cannot be added"
        }
        responseKind = chosen
        return this
    }

    /** What was said of the authorization response, by itself or with a profile; null: nothing. */
    internal val chosenResponseType: String?
        get() = (responseKind ?: profile?.responseKinds?.first())?.responseType

    /** Chooses the kind of authorization response for [responseType] where nothing else has. */
    internal fun chooseResponseType(responseType: String) {
        if (responseKind == null) responseKind = ResponseKind.of(responseType)
    }

    override fun self(): ClientSettings = this

    internal fun build(clientId: String): Configuration {
        requireNotLazy()
        return configuration(ownMetadata(clientId))
    }

    private fun ownMetadata(clientId: String): ClientMetadata {
        val metadata = metadataBuilder.build(clientId)
        requireHmacSecret(authentication, metadata)
        return metadata
    }

    /** For clients of [issuer] that share their connection with the later ones in their place. */
    internal fun buildLazily(
        clientId: String,
        issuer: String,
    ): Configuration {
        checkLazy()
        val timeout = connection?.limits?.timeout ?: timeout
        require(!timeout.isZero) {
            "a client that discovers its server later needs a timeout, or discovery could hang for ever: give " +
                "\"timeout\" in the settings a value above zero"
        }
        return configuration(ownMetadata(clientId), issuer, MetadataDoubt())
    }

    /** The members of the client metadata that these settings name. */
    internal val metadataNames: Set<String> get() = metadataBuilder.names

    /** For a client of which the server knows [metadata], whatever these settings name. */
    internal fun build(metadata: ClientMetadata): Configuration {
        requireNotLazy()
        return configuration(metadata)
    }

    private fun configuration(
        metadata: ClientMetadata,
        askedIssuer: String? = null,
        doubt: MetadataDoubt? = null,
    ): Configuration {
        require(!pendingAuthorizationLifetime.isNegative && !pendingAuthorizationLifetime.isZero) {
            "pendingAuthorizationLifetime must be positive, but is $pendingAuthorizationLifetime"
        }
        require(!jwksOutageTolerance.isNegative) {
            "jwksOutageTolerance must not be negative, but is $jwksOutageTolerance"
        }
        val shared = connection
        if (shared == null) checkSending() else requireNothingElse("a client")
        profile?.checkTransport(shared?.transport ?: transport)
        val kind = responseKind ?: profile?.responseKinds?.first() ?: ResponseKind.CODE
        val detached =
            detachedSignature || (profile?.requiresDetachedSignature == true && kind == ResponseKind.CODE_ID_TOKEN)
        require(!detached || kind == ResponseKind.CODE_ID_TOKEN) {
            "detachedSignatureResponseChecks() belongs to useCodeIdTokenResponseType()"
        }
        val traits = shared?.traits ?: traits()
        return Configuration(
            metadata,
            GivenSettings(
                authentication,
                decryption,
                discoveryAlgorithm,
                pendingAuthorizationLifetime,
                jwksOutageTolerance,
                askedIssuer,
            ),
            ClientRules(
                ResponseRules(kind, detached, issRequired || profile?.requiresIssParameter == true),
                nonRepudiation = nonRepudiation || profile?.requiresNonRepudiation == true,
                requireSenderConstrained = senderConstrained || profile != null,
                leniency(),
                profile,
            ),
            traits,
            ownsConnection = shared == null && doubt == null,
            doubt,
        ) { shared ?: open(traits, onlyRecommendedSuites = profile != null) }
    }
}
