package dev.openidclient.contract

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.contract.LocalServer.RawRequest
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import kotlinx.coroutines.future.await
import java.net.InetSocketAddress
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicReference

/** The one origin that gets tokens. */
internal const val API = "http://api.example.com"

/** An authorization server, a client of it, and every host of the world, each request to which is remembered. */
internal class AccessWorld(
    val contract: ResourceAccessContract,
    case: AccessCase,
) : AutoCloseable {
    val server = TestAuthorizationServer { client("app", "secret-of-the-app") }

    private val client =
        OpenIdClient(server.metadata, "app") {
            clientSecret("secret-of-the-app")
            transport = server
        }.let { if (case.isBound) it.withDpop(Dpop(SigningKey.generate("ES256"))) else it }

    private val service = ClientCredentialsTokens(client) {}

    /** All requests to all hosts, as they came. */
    val arrived: MutableList<ArrivedRequest> = CopyOnWriteArrayList()

    /** Those that came to [API]. */
    val arrivedAtApi: List<ArrivedRequest> get() = arrived.filter { it.isAtApi }

    private val hosts =
        LocalServer.conversing {
            readRequest()?.let { raw ->
                val request = arrived(raw)
                if (request.method == "CONNECT") respond("502 No TLS") else case.answer(this, request)
            }
        }

    private fun arrived(raw: RawRequest): ArrivedRequest =
        synchronized(arrived) { ArrivedRequest(raw, arrived.size + 1, this).also(arrived::add) }

    /** How many tokens were asked for. */
    val tokenRequests: Int get() = server.tokenEndpoint.requestCount

    @OptIn(InsecureRequests::class) // the hosts are all in this process
    val setup: CallerSetup =
        CallerSetup(
            ResourceAccess(client, case.source(this) ?: service.source { scope("orders") }) { allowInsecure(API) },
            InetSocketAddress("127.0.0.1", hosts.port),
        )

    val caller: AuthorizedCaller = contract.newCaller(setup)

    /** Where a check waits for something that it began. */
    val begun = CompletableFuture<Unit>()

    /** Where a check waits for its end. */
    val over = CompletableFuture<Unit>()

    /** The token of the first request. */
    val firstToken = AtomicReference<String>()

    suspend fun send(request: CallerRequest): Received =
        caller.send(request) { Received(it.status, it.headers, it.body.readAllBytes().decodeToString()) }.await()

    suspend fun get(
        path: String = "/orders",
        headers: HttpHeaders = HttpHeaders.EMPTY,
        tokens: TokenSource? = null,
    ): Received = send(CallerRequest("GET", API + path, headers, tokens = tokens))

    /** Where the client follows no redirects, the next request is of the URL that the answer names. */
    suspend fun follow(path: String): Received {
        var answer = get(path)
        while (!contract.followsRedirects && answer.status in REDIRECTS) {
            val location = answer.headers["location"] ?: break
            answer = if (location.startsWith("/")) get(location) else send(CallerRequest("GET", location))
        }
        return answer
    }

    /** No token and no proof is anywhere but at [API], no proof was used twice, and each is of its request. */
    fun verify() {
        val tokens = arrived.filter { it.isAuthorized }.map { it.token }.toSet()
        for (request in arrived) if (!request.isAtApi) request.requireBare(tokens)
        val proofs = arrived.filter { it.raw.all("dpop").isNotEmpty() }
        for (request in proofs) request.requireOwnProof()
        equal(proofs.size, proofs.map { it.claim("jti") }.toSet().size)
    }

    override fun close() {
        caller.close()
        service.close()
        hosts.close()
    }

    class Received(
        val status: Int,
        val headers: HttpHeaders,
        val body: String,
    )

    companion object {
        val REDIRECTS = listOf(301, 302, 303, 307, 308)

        fun <T> equal(
            expected: T,
            actual: T,
        ) {
            if (expected != actual) throw AssertionError("expected $expected, but was $actual")
        }
    }
}

/** Tokens that never change; it remembers which were refused. */
internal class GivenTokens(
    private val give: suspend () -> TokenResponse,
) : TokenSource {
    val refused: MutableList<TokenResponse> = CopyOnWriteArrayList()

    override suspend fun token(): TokenResponse = give()

    override fun invalidate(tokens: TokenResponse) {
        refused += tokens
    }

    override fun state(): TokenState = TokenState.Unused

    override fun toString(): String = "GivenTokens"
}
