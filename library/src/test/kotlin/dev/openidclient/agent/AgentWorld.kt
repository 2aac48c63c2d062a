package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.client.Connection
import dev.openidclient.client.NanoTime
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.token.introspect
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

/** A resource of which a program knows the URL alone, its authorization servers, and a browser, in virtual time. */
class AgentWorld(
    private val test: TestScope,
    configure: TestServerSettings.() -> Unit = {},
) : HttpTransport {
    private val start = Instant.parse("2001-01-01T08:00:00Z")

    val clock: Clock =
        object : Clock() {
            override fun instant(): Instant = start.plusMillis(test.currentTime)

            override fun getZone(): ZoneId = ZoneOffset.UTC

            override fun withZone(zone: ZoneId): Clock = this
        }

    val server = server("https://as.example.com", configure)

    /** The origins of all servers. */
    private val servers = mutableMapOf("https://as.example.com" to server)

    /** What the resource says of itself, by URL. */
    val documents = mutableMapOf(PATH_DOCUMENT to document())

    /** The parameters of the challenge of a 401 without a token; null: the answer has none. */
    var challenge: String? = "realm=\"mcp\""

    /** Which scopes a token must have. */
    var scopes: List<String> = emptyList()

    /** What the resource answers before it looks at the token; null: it looks. */
    var refuses: (HttpRequest) -> HttpResponse? = { null }

    /** What came to the resource, without the requests for its documents. */
    val calls = mutableListOf<HttpRequest>()

    /** Every URL that was asked for. */
    val asked = mutableListOf<String>()

    /** Where the browser was sent. */
    val opened = mutableListOf<String>()

    /** How long the person thinks. */
    var thinking: Duration = Duration.ZERO

    /** What the person does at the page of an authorization server. */
    var person: (String) -> String = { url -> serverAt(url).signIn(url) }

    val browser =
        AuthorizationHandler { begin ->
            val url = begin(REDIRECT_URI).url
            opened += url
            delay(thinking.toMillis())
            AuthorizationCallback.url(person(url))
        }

    val connection: Connection = connection()

    fun connection(permitUrl: (String) -> Boolean = { true }): Connection =
        Connection.open {
            transport = this@AgentWorld
            clock = this@AgentWorld.clock
            permitUrl { permitUrl(it) }
        }

    fun mcp(
        url: String = URL,
        configure: InteractiveTokensSettings.() -> Unit = { register() },
    ): McpAccess = McpAccess(url) { inThisWorld(configure) }

    fun InteractiveTokensSettings.inThisWorld(configure: InteractiveTokensSettings.() -> Unit) {
        connection = this@AgentWorld.connection
        coroutineContext = test.backgroundScope.coroutineContext
        authorize = browser
        tokens {
            nanoTime = NanoTime { test.currentTime * NANOS }
            random = { 0.5 }
        }
        configure()
    }

    /** Another authorization server. */
    fun server(
        issuer: String,
        configure: TestServerSettings.() -> Unit = {},
    ): TestAuthorizationServer =
        TestAuthorizationServer {
            this.issuer = issuer
            clock = this@AgentWorld.clock
            configure()
        }

    /** The resource names [other] in place of its server from now on. */
    fun move(other: TestAuthorizationServer) {
        servers[originOf(other.issuer)] = other
        documents[PATH_DOCUMENT] = document("authorization_servers" to listOf(other.issuer))
    }

    fun with(other: TestAuthorizationServer) {
        servers[originOf(other.issuer)] = other
    }

    private fun serverAt(url: String) = servers.getValue(originOf(url))

    override suspend fun send(request: HttpRequest): HttpResponse {
        asked += request.url
        if (originOf(request.url) != ORIGIN) {
            return servers[originOf(request.url)]?.send(request) ?: error("nobody is at ${request.url}")
        }
        if (".well-known" in request.url) return documents[request.url] ?: text(404, "nothing is here")
        calls += request
        refuses(request)?.let { return it }
        val token = request.headers["authorization"]?.substringAfter(' ')
        if (token == null) return challenged(401, challenge)
        val active = servers.values.map { introspected(it, token) }.firstOrNull { it.isActive }
        if (active == null) return challenged(401, "error=\"invalid_token\"")
        val granted = active.scope.orEmpty().split(' ')
        val missing = scopes - granted.toSet()
        if (missing.isEmpty()) return text(200, "hello")
        return challenged(403, "error=\"insufficient_scope\", scope=\"${missing.joinToString(" ")}\"")
    }

    private suspend fun introspected(
        server: TestAuthorizationServer,
        token: String,
    ) = OpenIdClient(server.metadata, "rs") {
        clientSecret("secret-of-the-resource")
        transport = server
        clock = this@AgentWorld.clock
    }.introspect(token)

    /** The parameters of the [number]th authorization request. */
    fun authorization(number: Int): Parameters = Parameters.parse(opened[number].substringAfter('?'))

    /** The forms that came to the token endpoint. */
    fun tokenForms(server: TestAuthorizationServer = this.server): List<Parameters> =
        server.requests.filter { it.endpoint == "token" }.map { checkNotNull(it.request.body?.parameters) }

    companion object {
        const val ORIGIN = "https://mcp.example.com"
        const val URL = "$ORIGIN/mcp"
        const val PATH_DOCUMENT = "$ORIGIN/.well-known/oauth-protected-resource/mcp"
        const val ROOT_DOCUMENT = "$ORIGIN/.well-known/oauth-protected-resource"
        const val REDIRECT_URI = "http://127.0.0.1:49152/callback"
        private const val NANOS = 1_000_000L

        fun originOf(url: String): String = Regex("^[a-z]+://[^/?#]+").find(url)?.value.orEmpty()

        /** The metadata of the resource; [members] in place of its own, null for none. */
        fun document(vararg members: Pair<String, Any?>): HttpResponse {
            val all =
                mapOf<String, Any?>(
                    "resource" to URL,
                    "authorization_servers" to listOf("https://as.example.com"),
                ) + members
            val json = JsonObject(all.filterValues { it != null }.mapValues { (_, value) -> element(value) })
            return HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), "$json".encodeToByteArray())
        }

        private fun element(value: Any?): JsonElement =
            when (value) {
                is List<*> -> JsonArray(value.map(::element))
                is Boolean -> JsonPrimitive(value)
                else -> JsonPrimitive("$value")
            }

        fun text(
            status: Int,
            text: String,
        ) = HttpResponse(status, HttpHeaders.of("content-type" to "text/plain"), text.encodeToByteArray())

        /** A refusal with [parameters] of the scheme Bearer; null: without a challenge. */
        fun challenged(
            status: Int,
            parameters: String?,
        ): HttpResponse {
            val refused = text(status, "no")
            val headers = parameters?.let { refused.headers.with("www-authenticate", "Bearer $it") } ?: refused.headers
            return HttpResponse(status, headers, refused.body)
        }
    }
}
