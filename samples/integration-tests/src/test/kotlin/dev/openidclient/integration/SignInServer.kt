package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.samples.server.DemoClient
import dev.openidclient.samples.server.HeadlessBrowser
import dev.openidclient.token.TokenRequestBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** What the flows that every authorization server has need to know of one of them. */
interface SignInServer {
    val issuer: String

    /** Authenticates by `client_secret_basic`, and may have refresh tokens. */
    val confidentialClient: InteropClient

    /** Authenticates by `client_secret_post`. */
    val postClient: InteropClient
    val publicClient: InteropClient

    /** Gets tokens for itself with the scope `orders:read`. */
    val serviceClient: InteropClient

    /** The e-mail address of `alice`. */
    val email: String

    /** A protected resource, for tokens with the scope `orders:read`. */
    val orders: String

    /** A new browser session of `alice`. */
    fun browser(): HeadlessBrowser

    /** Makes the server issue a refresh token. */
    fun askForRefreshToken(request: AuthorizationRequestBuilder)

    /** Asks for a token for [orders]. */
    fun askForOrders(request: TokenRequestBuilder)

    companion object {
        @JvmStatic
        val spring: SignInServer = SpringSignIn

        /** The servers that can run here, of which none is started by this. */
        @JvmStatic
        fun all(): List<SignInServer> =
            listOfNotNull(SpringSignIn, OidcProviderSignIn.takeIf { OidcProviderAvailable.isAvailable() })
    }
}

private object SpringSignIn : SignInServer {
    override val issuer: String get() = SpringServer.get().issuer()
    override val confidentialClient get() = registered(SpringServer.get().webClient(), "client_secret_basic")
    override val postClient get() = registered(SpringServer.get().webClient(), "client_secret_post")
    override val publicClient get() = registered(SpringServer.get().publicClient(), "none")
    override val serviceClient get() = registered(SpringServer.get().serviceClient(), "client_secret_basic")
    override val email: String = "alice.moreau@example.com"

    override val orders: String get() = SpringServer.get().apiUrl()

    override fun browser(): HeadlessBrowser = SpringServer.browser()

    override fun askForRefreshToken(request: AuthorizationRequestBuilder) = Unit

    override fun askForOrders(request: TokenRequestBuilder) {
        request.scope("orders:read")
    }

    override fun toString(): String = "Spring Authorization Server"

    private fun registered(
        client: DemoClient,
        authMethod: String,
    ) = InteropClient(
        buildJsonObject {
            put("client_id", client.id())
            if (client.secret().isNotEmpty()) put("client_secret", client.secret())
            put("token_endpoint_auth_method", authMethod)
        },
    )
}

private object OidcProviderSignIn : SignInServer {
    private val everything get() = OidcProvider.everything
    override val issuer: String get() = everything.url
    override val confidentialClient get() = everything.client("basic")
    override val postClient get() = everything.client("post")
    override val publicClient get() = everything.client("public")
    override val serviceClient get() = everything.client("service")
    override val email: String = "alice@example.com"

    override val orders: String get() = everything.resource

    override fun browser(): HeadlessBrowser = OidcProvider.browser()

    override fun askForRefreshToken(request: AuthorizationRequestBuilder) {
        request.scope("offline_access").prompt("consent")
    }

    override fun askForOrders(request: TokenRequestBuilder) {
        request.scope("orders:read").resource(orders)
    }

    override fun toString(): String = "oidc-provider"
}
