package dev.openidclient.agent

import dev.openidclient.client.ClientSettings
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration
import java.util.function.Consumer

/**
 * Who a program is, of the settings of what finds its servers itself, as [InteractiveTokensSettings]: in the order of
 * these functions. [S] is the settings themselves, so that calls chain.
 */
@OpenIdClientDsl
public abstract class IdentitySettings<S : IdentitySettings<S>> internal constructor() {
    /** The ways to be known that are said here. */
    private val ways = ClientIdentitiesSettings()
    private var areOwnIdentities = false

    /** Who this program is, as [registered] and its kind say it, made elsewhere and perhaps shared with others. */
    @set:JvmSynthetic // Java has the function
    public var identities: ClientIdentities? = null

    /** Sets [identities] and returns these settings: for Java. */
    public fun identities(identities: ClientIdentities?): S = self().also { this.identities = identities }

    /** First of who this program is: as [ClientIdentitiesSettings.registered]. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun registered(
        issuer: String,
        clientId: String,
        configure: ClientSettings.() -> Unit,
    ): S = identified { registered(issuer, clientId, configure) }

    /** The same for a public client. */
    public fun registered(
        issuer: String,
        clientId: String,
    ): S = registered(issuer, clientId) {}

    /** The same for Java. */
    public fun registered(
        issuer: String,
        clientId: String,
        configure: Consumer<ClientSettings>,
    ): S = registered(issuer, clientId) { configure.accept(this) }

    /** Second: as [ClientIdentitiesSettings.metadataDocument]. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadataDocument(
        url: String,
        configure: ClientSettings.() -> Unit,
    ): S = identified { metadataDocument(url, configure) }

    /** The same for a public client. */
    public fun metadataDocument(url: String): S = metadataDocument(url) {}

    /** The same for Java. */
    public fun metadataDocument(
        url: String,
        configure: Consumer<ClientSettings>,
    ): S = metadataDocument(url) { configure.accept(this) }

    /** The same for a document that this program serves itself. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadataDocument(
        document: ClientIdMetadataDocument,
        configure: ClientSettings.() -> Unit,
    ): S = identified { metadataDocument(document, configure) }

    /** The same for a public client. */
    public fun metadataDocument(document: ClientIdMetadataDocument): S = metadataDocument(document) {}

    /** The same for Java. */
    public fun metadataDocument(
        document: ClientIdMetadataDocument,
        configure: Consumer<ClientSettings>,
    ): S = metadataDocument(document) { configure.accept(this) }

    /** Third: as [ClientIdentitiesSettings.register]. Registrations are kept where the tokens are. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun register(configure: RegistrationBuilder.() -> Unit): S = identified { register(configure) }

    /** The same with the defaults alone. */
    public fun register(): S = register {}

    /** The same for Java. */
    public fun register(configure: Consumer<RegistrationBuilder>): S = register { configure.accept(this) }

    /** Last: as [ClientIdentitiesSettings.ask]. */
    public fun ask(question: ClientQuestion): S = identified { ask(question) }

    private fun identified(say: ClientIdentitiesSettings.() -> Unit): S =
        self().also {
            areOwnIdentities = true
            ways.say()
        }

    internal fun keepRegistrations(
        store: TokenStore,
        cipher: TokenCipher,
    ) {
        ways.store(store, cipher)
    }

    internal fun keepRegistrations(store: InMemoryTokenStore) {
        ways.store(store)
    }

    /** Throws [IllegalArgumentException] where two say who this program is. */
    internal fun requireOneIdentity() {
        require(identities == null || !areOwnIdentities) {
            "identities says who this program is: leave out registered(…), metadataDocument(…), register { } and ask(…)"
        }
    }

    internal fun identified(
        namespace: String,
        storeTimeout: Duration,
    ): ClientIdentities = identities ?: ClientIdentities(ways.namespace(namespace).storeTimeout(storeTimeout))

    internal abstract fun self(): S
}
