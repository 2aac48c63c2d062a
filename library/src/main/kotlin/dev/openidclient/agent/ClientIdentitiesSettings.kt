package dev.openidclient.agent

import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.error.printable
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.requireDocumentUrl
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration
import java.util.function.Consumer

/**
 * Who a program is at authorization servers that it does not know beforehand: the settings of [ClientIdentities], asked
 * in the order of these functions. Read once, when they are made.
 *
 * The settings of each client say how it authenticates, and what it checks. How requests are sent is not theirs: all
 * clients share the connection of what needs them, and a setting of it is [IllegalArgumentException].
 */
@OpenIdClientDsl
public class ClientIdentitiesSettings internal constructor() {
    internal val given = LinkedHashMap<String, GivenClient>()

    internal var document: DocumentClient? = null
        private set

    internal var registration: (RegistrationBuilder.() -> Unit)? = null
        private set

    internal var question: ClientQuestion? = null
        private set

    /** Null: registrations are in the memory of this process. */
    internal var shared: SharedStore? = null

    /**
     * First: the client that is registered at [issuer], as [clientId]. It is used where the server names just this
     * issuer, character by character, and nothing of it is sent anywhere else. May be called again for another issuer.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun registered(
        issuer: String,
        clientId: String,
        configure: ClientSettings.() -> Unit,
    ): ClientIdentitiesSettings {
        require(issuer.isNotEmpty()) { "the issuer of registered(…) must not be empty" }
        require(issuer !in given) {
            "registered(…) names ${printable(issuer)} twice: a program is one client of a server"
        }
        given[issuer] = GivenClient(clientId, configure)
        checked(configure).build(clientId)
        return this
    }

    /** The same for a public client. */
    public fun registered(
        issuer: String,
        clientId: String,
    ): ClientIdentitiesSettings = registered(issuer, clientId) {}

    /** The same with settings of its own: for Java. */
    public fun registered(
        issuer: String,
        clientId: String,
        configure: Consumer<ClientSettings>,
    ): ClientIdentitiesSettings = registered(issuer, clientId) { configure.accept(this) }

    /**
     * Second, where the server says that it supports client id metadata documents: the client whose id is [url], where
     * its [ClientIdMetadataDocument] can be fetched. It is public, or has `authentication = PrivateKeyJwt(key)` in
     * [configure], where the document says `private_key_jwt`; there can be no secret.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadataDocument(
        url: String,
        configure: ClientSettings.() -> Unit,
    ): ClientIdentitiesSettings {
        requireDocumentUrl(url)
        return document(DocumentClient(url, document = null, configure))
    }

    /** The same for a public client. */
    public fun metadataDocument(url: String): ClientIdentitiesSettings = metadataDocument(url) {}

    /** The same with settings of its own: for Java. */
    public fun metadataDocument(
        url: String,
        configure: Consumer<ClientSettings>,
    ): ClientIdentitiesSettings = metadataDocument(url) { configure.accept(this) }

    /** The same for a document that this program serves itself: its redirect URIs and grants are known then. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadataDocument(
        document: ClientIdMetadataDocument,
        configure: ClientSettings.() -> Unit,
    ): ClientIdentitiesSettings = document(DocumentClient(document.url, document, configure))

    /** The same for a public client. */
    public fun metadataDocument(document: ClientIdMetadataDocument): ClientIdentitiesSettings =
        metadataDocument(document) {}

    /** The same with settings of its own: for Java. */
    public fun metadataDocument(
        document: ClientIdMetadataDocument,
        configure: Consumer<ClientSettings>,
    ): ClientIdentitiesSettings = metadataDocument(document) { configure.accept(this) }

    private fun document(client: DocumentClient): ClientIdentitiesSettings {
        val settings = checked(client.configure)
        val authentication = settings.authentication
        val isSecret =
            authentication is ClientSecretBasic || authentication is ClientSecretPost ||
                authentication is ClientSecretJwt || "client_secret" in settings.metadataNames
        require(!isSecret) {
            "the client of a metadata document has no secret, which everybody could read there: use PrivateKeyJwt, " +
                "or no authentication"
        }
        settings.build(client.url)
        document = client
        return this
    }

    /**
     * Third, where the server has a `registration_endpoint`: a client that is registered there ([RFC
     * 7591](https://www.rfc-editor.org/rfc/rfc7591)) when it is first needed, and kept in [store] for that issuer until
     * its secret ends or the server no longer knows it.
     *
     * What [configure] does not name is sent so: `redirect_uris` with the one that is used; `grant_types` with
     * `authorization_code` and `refresh_token`; `response_types` with `code`; `application_type` as the redirect URIs
     * say; `token_endpoint_auth_method` with the first of `none`, `client_secret_basic`, `client_secret_post` that the
     * server lists. [configure] runs for each registration. Throws [IllegalArgumentException] where the redirect URIs are
     * of programs and of web sites at once, or it has
     * a secret, a client secret or an `initialAccessToken`, which any server would get.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun register(configure: RegistrationBuilder.() -> Unit): ClientIdentitiesSettings {
        val builder = RegistrationBuilder().apply(configure)
        requireNoCredential(requireSharing(builder.clientSettings()), builder)
        if (APPLICATION_TYPE !in builder.names) namedRedirectUris(builder)?.let(::applicationType)
        registration = configure
        return this
    }

    /** The same with the defaults alone. */
    public fun register(): ClientIdentitiesSettings = register {}

    /** The same for Java. */
    public fun register(configure: Consumer<RegistrationBuilder>): ClientIdentitiesSettings =
        register { configure.accept(this) }

    /**
     * Last: asks whoever may know, as the person in front of the program. What is answered is kept as long as these
     * identities, or until the server refuses it.
     */
    public fun ask(question: ClientQuestion): ClientIdentitiesSettings = apply { this.question = question }

    /**
     * Keeps the registrations in [store], sealed with [cipher], for later runs and all instances of the program: each has
     * the same store, the same keys and the same [namespace]. The store stays open. Default: in the memory of this
     * process, so that each run registers again.
     */
    public fun store(
        store: TokenStore,
        cipher: TokenCipher,
    ): ClientIdentitiesSettings = apply { shared = SharedStore(store, cipher) }

    /** Keeps the registrations in [store], which nobody else can read: for several of one process, as in tests. */
    public fun store(store: InMemoryTokenStore): ClientIdentitiesSettings =
        apply { shared = SharedStore(store, cipher = null) }

    /** The time that one call of [store] or its cipher may take; then it counts as an outage. Default 1 second. */
    @set:JvmSynthetic // Java has the function
    public var storeTimeout: Duration = Duration.ofSeconds(1)

    /** Sets [storeTimeout] and returns these settings: for Java. */
    public fun storeTimeout(storeTimeout: Duration): ClientIdentitiesSettings =
        apply { this.storeTimeout = storeTimeout }

    /** What tells the entries of this program from those of others in the same [store]. Default empty. */
    @set:JvmSynthetic // Java has the function
    public var namespace: String = ""

    /** Sets [namespace] and returns these settings: for Java. */
    public fun namespace(namespace: String): ClientIdentitiesSettings = apply { this.namespace = namespace }

    /** Throws [IllegalArgumentException] where these settings contradict themselves. */
    internal fun check() {
        require(given.isNotEmpty() || document != null || registration != null || question != null) {
            "client identities need one at least: registered(…), metadataDocument(…), register { } or ask { }"
        }
        require(!storeTimeout.isNegative && !storeTimeout.isZero) {
            "storeTimeout must be positive, but is $storeTimeout"
        }
    }

    override fun toString(): String =
        "ClientIdentitiesSettings(registered=${given.keys}, metadataDocument=${document?.url}, " +
            "register=${registration != null}, ask=${question != null})"
}

/** The client that a server gave the program. */
internal class GivenClient(
    val clientId: String,
    val configure: ClientSettings.() -> Unit,
)

/** The client of a metadata document. */
internal class DocumentClient(
    val url: String,
    /** Null: what it says is not known here. */
    val document: ClientIdMetadataDocument?,
    val configure: ClientSettings.() -> Unit,
)

private fun checked(configure: ClientSettings.() -> Unit): ClientSettings =
    requireSharing(ClientSettings().apply(configure))

/** Throws [IllegalArgumentException] where every server that a resource names would get a secret. */
internal fun requireNoCredential(
    settings: ClientSettings,
    builder: RegistrationBuilder,
) {
    val secret =
        when (val authentication = settings.authentication) {
            is ClientSecretBasic -> authentication.clientSecret
            is ClientSecretPost -> authentication.clientSecret
            is ClientSecretJwt -> authentication.clientSecret
            else -> null
        }
    require(secret == null && builder.initialAccessToken == null) {
        "register { } is for whatever server a resource names, so it must have no client secret and no " +
            "initialAccessToken: have a client registered at that server, and say registered(issuer, clientId)"
    }
}

/** Throws [IllegalArgumentException] where [settings] say how requests are sent. */
internal fun requireSharing(settings: ClientSettings): ClientSettings {
    val names = settings.sendingNames + listOfNotNull("connection".takeIf { settings.connection != null })
    require(names.isEmpty()) {
        "${names.joinToString()} cannot be set for one of the client identities: all of them share the connection of " +
            "what needs them"
    }
    return settings
}
