package dev.openidclient.spring

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.openidclient.testserver.TestAuthorizationServer
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.file.Path
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.io.path.createTempFile
import kotlin.io.path.writeText

internal const val SECRET = "secret-of-the-app"
internal const val ORDERS = "openid-client.clients.orders"

/** An application with the starter, and what Spring Boot itself has for HTTP clients. */
internal fun applications(): ApplicationContextRunner =
    ApplicationContextRunner().withConfiguration(
        AutoConfigurations.of(
            OpenIdStoreAutoConfiguration::class.java,
            OpenIdClientAutoConfiguration::class.java,
            OpenIdHttpClientAutoConfiguration::class.java,
            OpenIdRestClientAutoConfiguration::class.java,
            HttpClientAutoConfiguration::class.java,
            ImperativeHttpClientAutoConfiguration::class.java,
            RestClientAutoConfiguration::class.java,
        ),
    )

/** The client `orders` at [server], which is asked without a socket. */
internal fun ApplicationContextRunner.ordersAt(server: TestAuthorizationServer): ApplicationContextRunner =
    withPropertyValues("$ORDERS.issuer=${server.issuer}", "$ORDERS.client-id=app", "$ORDERS.client-secret=$SECRET")
        .withBean(OpenIdClientCustomizer::class.java, {
            OpenIdClientCustomizer { _, settings -> settings.transport(server) }
        })

internal fun testServer() = TestAuthorizationServer { client("app", SECRET) }

/** An API on this machine, which answers as [answer] does and remembers what came. */
internal class Api(
    private val answer: (HttpExchange) -> Unit = { it.sendResponseHeaders(200, -1) },
) : AutoCloseable {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)

    val authorizations = CopyOnWriteArrayList<String?>()
    val bodies = CopyOnWriteArrayList<String>()
    val origin = "http://127.0.0.1:${server.address.port}"

    init {
        server.createContext("/") { exchange ->
            authorizations += exchange.requestHeaders.getFirst("authorization")
            bodies += exchange.requestBody.readAllBytes().decodeToString()
            exchange.use(answer)
        }
        server.start()
    }

    override fun close() = server.stop(0)
}

/** A file with a new private key, as `dpop.key` names one. */
internal fun pemFile(): Path {
    val pair =
        KeyPairGenerator
            .getInstance(
                "EC",
            ).apply { initialize(ECGenParameterSpec("secp256r1")) }
            .generateKeyPair()
    val mime = Base64.getMimeEncoder()

    fun block(
        name: String,
        bytes: ByteArray,
    ) = "-----BEGIN $name-----\n${mime.encodeToString(bytes)}\n-----END $name-----\n"
    return createTempFile("key", ".pem")
        .apply { toFile().deleteOnExit() }
        .apply { writeText(block("PRIVATE KEY", pair.private.encoded) + block("PUBLIC KEY", pair.public.encoded)) }
}
