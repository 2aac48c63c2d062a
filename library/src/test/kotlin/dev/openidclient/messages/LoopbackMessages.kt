package dev.openidclient.messages

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.loopback.LoopbackRedirect
import dev.openidclient.loopback.LoopbackRedirectSettings
import dev.openidclient.loopback.LoopbackServer
import dev.openidclient.testing.StubServer
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.supervisorScope
import java.time.Duration

/** Sign-ins with the browser of this machine that do not come to an end, and their settings. */
internal suspend fun Messages.loopbackRedirects() {
    val client = StubServer().client()
    val settings: List<LoopbackRedirectSettings.() -> Unit> =
        listOf(
            { port = 65_536 },
            { path = "callback?a=b" },
            { timeout = Duration.ZERO },
            { completionPage("") },
            { completionRedirect("http://app.example.com/done") },
        )
    for (configure in settings) of { LoopbackRedirect(configure) {} }
    of { LoopbackServer.requireAvailable { throw ClassNotFoundException(it) } }
    LoopbackRedirect {}.use { redirect ->
        val other = client.authorizationRequest { redirectUri("https://app.example.com/callback") }
        of { redirect.await(other) }
        supervisorScope {
            val request = client.authorizationRequest { redirectUri(redirect.uri) }
            val first = async(start = CoroutineStart.UNDISPATCHED) { redirect.await(request) }
            of { redirect.await(request) }
            redirect.close()
            of { first.await() }
            of { redirect.await(request) }
        }
    }
    LoopbackRedirect({ timeout = Duration.ofMillis(1) }) {}.use { redirect ->
        of { redirect.await(client.authorizationRequest { redirectUri(redirect.uri) }) }
    }
    of { client.authorizationRequest { redirectUri("http://app.example.com/callback?secret=s3cr3t") } }
}
