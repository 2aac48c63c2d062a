package dev.openidclient.messages

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.clientFor
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.RegistrySettings
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.testserver.TestAuthorizationServer
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import java.time.Duration
import kotlin.coroutines.CoroutineContext

private fun TestAuthorizationServer.lazyClient(
    issuer: String = this.issuer,
    configure: ClientSettings.() -> Unit = {},
): DiscoveredClient =
    OpenIdClient.lazily(issuer, "app") {
        transport = this@lazyClient
        coroutineContext = Dispatchers.Unconfined
        configure()
    }

private object NoThread : CoroutineDispatcher() {
    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) = error("no thread")
}

/** Clients that discover their server later. */
internal suspend fun Messages.discoveredClients() {
    val server = TestAuthorizationServer()
    of { OpenIdClient(server.metadata, "app") { metadataLifetime = Duration.ofHours(1) } }
    of { server.lazyClient { metadataLifetime = Duration.ofMinutes(1) } }
    of { server.lazyClient { coroutineContext = Job().apply { cancel() } } }
    of { server.lazyClient { timeout = Duration.ZERO } }
    of { server.lazyClient { fallbackMetadata("""{"issuer":"https://other.example.com"}""") } }
    of { server.lazyClient { coroutineContext = NoThread }.client() }
    of { server.lazyClient().apply { close() }.client() }
    val oauth = server.lazyClient()
    oauth.client()
    val metadata = server.metadata.json.toString()
    val insecure = metadata.replace("\"${server.issuer}/token\"", "\"http://as.example.com/token\"")
    server.discovery.answerNext(
        HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), insecure.encodeToByteArray()),
    )
    of { oauth.refresh() }
    val ofDocument = server.lazyClient("${server.issuer}/.well-known/openid-configuration")
    ofDocument.client()
    server.changeIssuer("https://other.example.com")
    of { ofDocument.refresh() }
}

/** Many servers. */
internal suspend fun Messages.clientRegistries() {
    val server = TestAuthorizationServer()

    fun registry(configure: RegistrySettings.() -> Unit = {}) =
        ClientRegistry {
            transport = server
            coroutineContext = Dispatchers.Unconfined
            find { issuer -> if (issuer == server.issuer) ClientEntry("app") else null }
            configure()
        }
    of { ClientRegistry {} }
    of { registry { maximumClients = 0 } }
    of { registry { idleTime = Duration.ZERO } }
    of { registry { timeout = Duration.ZERO } }
    of { registry { coroutineContext = Job().apply { cancel() } } }
    of { registry { connection = server.lazyClient().connection } }
    of { registry().client("https://unknown.example.com") }
    of { registry().client("as.example.com") }
    of {
        registry {
            timeout = Duration.ofMillis(1)
            find { awaitCancellation() }
        }.client(server.issuer)
    }
    of { registry { permitUrl { false } }.client(server.issuer) }
    of {
        registry {
            find {
                ClientEntry(
                    "app",
                ) { connection = server.lazyClient().connection }
            }
        }.client(server.issuer)
    }
    of { registry { find { ClientEntry("app") { executor(Runnable::run) } } }.client(server.issuer) }
    of { registry { coroutineContext = NoThread }.client(server.issuer) }
    of { registry().apply { close() }.client(server.issuer) }
    val pending =
        OpenIdClient(server.metadata, "app")
            .authorizationRequest {
                redirectUri("https://rp.example.com/callback")
            }.pending
    of { registry().clientFor("https://rp.example.com/callback?code=c&iss=https%3A%2F%2Fother.example.com", pending) }
}
