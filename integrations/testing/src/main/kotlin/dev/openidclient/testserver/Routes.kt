package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse

/** Where a request goes to. */
internal class Route(
    val endpoint: TestEndpoint,
    val answer: Server.(Exchange) -> HttpResponse,
)

/** The endpoints by their paths. */
internal class Routes(
    private val server: Server,
    private val endpoints: TestEndpoints,
) {
    /** Null where there is nothing at [url]. */
    fun find(url: String): Route? {
        val plain = url.substringBefore('#').substringBefore('?')
        if (plain in documents()) return Route(endpoints.discovery) { jsonResponse(serverMetadata(this)) }
        val base = server.issuer.removeSuffix("/") + "/"
        if (!plain.startsWith(base)) return null
        return when (plain.removePrefix(base)) {
            AUTHORIZE -> Route(endpoints.authorization) { authorizationPage(it) }
            TOKEN -> Route(endpoints.token) { token(it) }
            JWKS -> Route(endpoints.jwks) { jsonResponse(keys.document()) }
            USERINFO -> Route(endpoints.userinfo) { userInfo(it) }
            PAR -> Route(endpoints.pushed) { jsonResponse(authorizations.push(it), CREATED) }
            DEVICE -> Route(endpoints.device) { jsonResponse(polled.device(it)) }
            CIBA -> Route(endpoints.backchannel) { jsonResponse(polled.backchannel(it)) }
            INTROSPECT -> Route(endpoints.introspection) { introspect(it) }
            REVOKE -> Route(endpoints.revocation) { revoke(it) }
            REGISTER -> Route(endpoints.registration) { register(it) }
            LOGOUT -> Route(endpoints.endSession) { logoutPage(it) }
            else -> null
        }
    }

    /** RFC 8414 §3 puts the suffix between host and path, OpenID Connect Discovery §4 at the end. */
    private fun documents(): Set<String> {
        val issuer = server.issuer.removeSuffix("/")
        val path = pathOf(issuer)
        val origin = issuer.removeSuffix(path)
        return setOf("$issuer/.well-known/openid-configuration", "$origin/.well-known/oauth-authorization-server$path")
    }

    companion object {
        private val ORIGIN = Regex("^[a-z]+://[^/]+")

        fun pathOf(issuer: String): String = issuer.substring(originOf(issuer).length)

        fun originOf(url: String): String = ORIGIN.find(url)?.value.orEmpty()
    }
}

/** One for each endpoint. */
internal class TestEndpoints {
    val discovery = TestEndpoint("discovery")
    val authorization = TestEndpoint("authorization")
    val token = TestEndpoint("token")
    val jwks = TestEndpoint("jwks")
    val userinfo = TestEndpoint("userinfo")
    val pushed = TestEndpoint("pushed_authorization_request")
    val device = TestEndpoint("device_authorization")
    val backchannel = TestEndpoint("backchannel_authentication")
    val introspection = TestEndpoint("introspection")
    val revocation = TestEndpoint("revocation")
    val registration = TestEndpoint("registration")
    val endSession = TestEndpoint("end_session")
}
