package dev.openidclient.client

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer

/**
 * A client of one authorization server. Every operation of the protocol is an extension function on it:
 * `authorizationRequest`, `authorizationCodeGrant`, `refreshTokenGrant`, `clientCredentialsGrant`, `userInfo`, …
 *
 * Immutable and safe to use from any number of coroutines and threads at once: make one for each server and tenant and
 * keep it, for it holds the connections and the server's keys. Several share one transport
 * ([ClientSettings.transport]) or one [Connection]. [close] it at the end. [lazily] makes one whose server may be down
 * now, a [ClientRegistry] those of many tenants.
 *
 * The pages of the project show whole tasks: `docs/sign-in.md`, `docs/client-credentials.md`, `docs/tokens.md`,
 * `docs/errors.md`; `docs/README.md` lists them. By framework: `docs/spring-boot.md`, `docs/spring-boot-kotlin.md`,
 * `docs/quarkus-micronaut.md`, `docs/ktor.md`. For tests of your own: `docs/testing.md`. For those who come from another
 * library: `docs/coming-from.md`, `docs/coming-from-spring.md`.
 */
public class OpenIdClient internal constructor(
    /** What the server says of itself. */
    public val server: AuthorizationServerMetadata,
    internal val configuration: Configuration,
    internal val expectedIssuer: ExpectedIssuer,
    internal val jwks: JwksCache = jwksCache(server, configuration),
    internal val dpop: Dpop? = null,
) : ClientSource,
    AutoCloseable {
    /**
     * A client of a server whose metadata is known, without any request. Throws [IllegalArgumentException] where the
     * settings contradict themselves.
     */
    public constructor(
        server: AuthorizationServerMetadata,
        clientId: String,
        configure: ClientSettings.() -> Unit = {},
    ) : this(server, ClientSettings().apply(configure).build(clientId), ExpectedIssuer.ofMetadata(server.issuer))

    /** What the server knows of this client. */
    public val metadata: ClientMetadata get() = configuration.metadata

    public val clientId: String get() = metadata.clientId

    /** What this client sends through, to be shared with others ([ClientSettings.connection]). */
    public val connection: Connection get() = configuration.connection

    internal val time: ProtocolTime get() = connection.time

    /** This client. */
    override suspend fun client(): OpenIdClient = this

    /**
     * The server's keys as far as they are known, for a runtime without memory: give it to [importJwks] of the next
     * client. Null where no key was needed yet. Holds no secret.
     */
    public fun exportJwks(): String? = jwks.export()

    /**
     * Takes over the keys that [exportJwks] gave, so that they need not be downloaded. Returns false, and does nothing,
     * where they are older than 5 minutes or this client knows keys already. Throws [IllegalArgumentException] where
     * [exported] is something else, or of another issuer or `jwks_uri` than this client's server. The keys are trusted as
     * the server's: store them where nobody can change them.
     */
    public fun importJwks(exported: String): Boolean = jwks.import(exported)

    /**
     * The same client, whose requests prove the possession of the key of [dpop] ([RFC
     * 9449](https://www.rfc-editor.org/rfc/rfc9449)): at the token endpoint, for pushed authorization requests,
     * UserInfo and protected resources. It shares connections, keys and everything else with this one, which alone is
     * to be closed. Throws [IllegalArgumentException] where the algorithm of its key is not one of the security
     * profile's.
     */
    public fun withDpop(dpop: Dpop): OpenIdClient {
        configuration.checkDpop(dpop)
        return OpenIdClient(server, configuration, expectedIssuer, jwks, dpop)
    }

    /**
     * Closes the HTTP engine that this client made for itself; a transport or [Connection] that it was given stays open.
     * Nothing on a client that another one made: [withDpop], `readRegistration`, `updateRegistration`.
     */
    override fun close() {
        if (dpop == null) configuration.close()
    }

    override fun toString(): String = "OpenIdClient(${printable(server.issuer)}, ${printable(clientId)})"

    public companion object {
        /**
         * Asks [issuer] for its metadata and makes a client of it
         * ([OpenID Connect Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig),
         * [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)).
         *
         * [issuer] is the issuer identifier; the metadata must name the same one. The URL of a metadata document itself
         * (its path contains `/.well-known/`) is taken too, but then **nothing ties the metadata to an issuer**: prefer the
         * issuer.
         *
         * Throws [OAuthException] where the server cannot be reached, answers otherwise, or names another issuer;
         * [MetadataException] where [issuer] is not `https`; [IllegalArgumentException] where it is no absolute URL, has
         * a query or fragment without being a document, or the settings contradict themselves.
         *
         * The page `docs/client-credentials.md` shows a client that is made once, `docs/providers/README.md` what one
         * provider needs.
         */
        public suspend fun discover(
            issuer: String,
            clientId: String,
            configure: ClientSettings.() -> Unit = {},
        ): OpenIdClient = discover(issuer, ClientSettings().apply(configure).build(clientId))

        /**
         * A client of [issuer] that is asked for its metadata when it is first needed, and anew as they grow old: for
         * programs that run for months, and must start while the server is down. Sends nothing.
         *
         * Throws [IllegalArgumentException] where [issuer] is no absolute URL, has a query or fragment without being a
         * document, or the settings contradict themselves or have no `timeout`; [MetadataException] where [issuer] is
         * not `https`. Whatever needs the server fails later.
         *
         * The page `docs/long-lived-clients.md` shows how it is used.
         */
        public fun lazily(
            issuer: String,
            clientId: String,
            configure: ClientSettings.() -> Unit = {},
        ): DiscoveredClient = discoverLazily(issuer, clientId, ClientSettings().apply(configure))
    }
}
