package dev.openidclient.client

import dev.openidclient.event.ClientListener
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.tokensource.TokenWorld
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import java.io.IOException

/** Servers `https://t0.example.com`, `https://t1.example.com` and so on, each of which answers after 100 ms. */
class ManyServers(
    private val test: TestScope,
) : HttpTransport {
    private val world = TokenWorld(test)

    /** Every URL that was asked, and when, in virtual milliseconds. */
    val requests = mutableListOf<String>()
    val askedAt = mutableListOf<Long>()
    val searches = mutableListOf<String>()
    val down = mutableSetOf<String>()
    val hanging = mutableSetOf<String>()
    val gone = mutableSetOf<String>()
    val events = mutableListOf<TokenEvent>()
    var beforeFound: suspend (String) -> Unit = {}
    var known: (String) -> Boolean = { KNOWN.matches(it) }

    fun registry(configure: RegistrySettings.() -> Unit = {}) =
        ClientRegistry {
            transport = this@ManyServers
            clock = world.clock
            coroutineContext = test.backgroundScope.coroutineContext
            listener(
                object : ClientListener {
                    override fun happened(event: TokenEvent) {
                        events += event
                    }
                },
            )
            find { issuer ->
                searches += issuer
                beforeFound(issuer)
                if (known(issuer)) ClientEntry("app of $issuer") { clientSecret("secret") } else null
            }
            configure()
        }

    override suspend fun send(request: HttpRequest): HttpResponse {
        requests += request.url
        askedAt += test.currentTime
        val issuer = request.url.substringBefore("/.well-known").substringBefore("/token")
        if (issuer in hanging) awaitCancellation()
        if (request.url in gone) return HttpResponse(404)
        if (issuer in down) throw IOException("down")
        delay(ANSWER_MILLIS)
        val body =
            if (request.url.endsWith("/token")) {
                """{"access_token":"a","token_type":"Bearer","expires_in":3600}"""
            } else {
                """{"issuer":"$issuer","token_endpoint":"$issuer/token","jwks_uri":"$issuer/jwks"}"""
            }
        return HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), body.encodeToByteArray())
    }

    companion object {
        val KNOWN = Regex("https://t\\d+\\.example\\.com")
        const val ANSWER_MILLIS = 100L

        fun issuer(number: Int) = "https://t$number.example.com"
    }
}
