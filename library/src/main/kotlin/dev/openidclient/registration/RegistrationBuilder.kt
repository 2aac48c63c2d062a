package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Connection
import dev.openidclient.dpop.Dpop
import dev.openidclient.metadata.OpenIdClientDsl
import java.util.function.Consumer

/**
 * What a client registers with ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2), [OpenID Connect
 * Registration §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata)). A function is named
 * after its member; nothing is sent that was not named, but for the response type that the settings choose.
 */
@OpenIdClientDsl
public class RegistrationBuilder internal constructor() : ClientDescription<RegistrationBuilder>() {
    /** The access token that the server wants for a registration, if it wants one. `toString` does not show it. */
    @set:JvmSynthetic // Java has the function
    public var initialAccessToken: String? = null

    /** Sets [initialAccessToken] and returns these settings: for Java. */
    public fun initialAccessToken(initialAccessToken: String?): RegistrationBuilder =
        apply { this.initialAccessToken = initialAccessToken }

    /** Proves the possession of a key in the registration request (RFC 9449). */
    @set:JvmSynthetic // Java has the function
    public var dpop: Dpop? = null

    /** Sets [dpop] and returns these settings: for Java. */
    public fun dpop(dpop: Dpop?): RegistrationBuilder = apply { this.dpop = dpop }

    private var configureSettings: (ClientSettings.() -> Unit)? = null

    internal val hasSettings: Boolean get() = configureSettings != null

    /**
     * The settings of the client that is made, and of the requests that make it, without `metadata { }`: its metadata
     * is what the server answers, and what it is asked for is named here.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun settings(configure: ClientSettings.() -> Unit): RegistrationBuilder {
        configureSettings = configure
        return this
    }

    /**
     * The settings of the client that is made, and of the requests that make it, without `metadata(…)`: its metadata is
     * what the server answers, and what it is asked for is named here. For Java.
     */
    public fun settings(configure: Consumer<ClientSettings>): RegistrationBuilder = settings { configure.accept(this) }

    /** What the client that is made sends through, whatever else its settings say; null: what they say. */
    internal var connection: Connection? = null

    internal fun clientSettings(): ClientSettings {
        val settings = ClientSettings().also { made -> configureSettings?.invoke(made) }
        val given = connection ?: return settings
        require(settings.connection == null || settings.connection === given) {
            "connection cannot be set for a client that is made where it is needed: it shares the connection of what " +
                "needs it"
        }
        return settings.connection(given)
    }

    override fun self(): RegistrationBuilder = this

    override fun toString(): String = "RegistrationBuilder($names)"
}
