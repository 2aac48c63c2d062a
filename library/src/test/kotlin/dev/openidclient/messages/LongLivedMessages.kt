package dev.openidclient.messages

import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Connection
import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.RegistrySettings
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.testserver.TestAuthorizationServer
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import java.time.Duration
import kotlin.coroutines.CoroutineContext

private fun TestAuthorizationServer.lazily(
    issuer: String = this.issuer,
    configure: ClientSettings.() -> Unit = {},
): DiscoveredClient =
    OpenIdClient.lazily(issuer, "app") {
        transport = this@lazily
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
    of { server.lazily { metadataLifetime = Duration.ofMinutes(1) } }
    of { server.lazily { coroutineContext = Job().apply { cancel() } } }
    of { server.lazily { timeout = Duration.ZERO } }
    of { server.lazily { fallbackMetadata("""{"issuer":"https://other.example.com"}""") } }
    of { server.lazily { coroutineContext = NoThread }.client() }
    of { server.lazily().apply { close() }.client() }
    val oauth = server.lazily()
    oauth.client()
    val insecure = server.metadata.json.toString().replace("\"${server.issuer}/token\"", "\"http://as.example.com/token\"")
    server.discovery.answerNext(
        HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), insecure.encodeToByteArray()),
    )
    of { oauth.refresh() }
    val ofDocument = server.lazily("${server.issuer}/.well-known/openid-configuration")
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
    of { registry { connection = Connection.open() } }
    of { registry().client("https://unknown.example.com") }
    of { registry { permitUrl { false } }.client(server.issuer) }
    of { registry { find { ClientEntry("app") { connection = Connection.open() } } }.client(server.issuer) }
    of { registry { find { ClientEntry("app") { executor(Runnable::run) } } }.client(server.issuer) }
    of { registry { coroutineContext = NoThread }.client(server.issuer) }
    of { registry().apply { close() }.client(server.issuer) }
}
