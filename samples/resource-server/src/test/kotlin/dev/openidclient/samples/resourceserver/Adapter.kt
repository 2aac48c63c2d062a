package dev.openidclient.samples.resourceserver

import dev.openidclient.async.AsyncResourceServer
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.resourceserver.ResourceServerSettings
import io.javalin.Javalin
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import jakarta.servlet.DispatcherType
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import org.eclipse.jetty.ee10.servlet.FilterHolder
import org.eclipse.jetty.ee10.servlet.ServletContextHandler
import org.eclipse.jetty.ee10.servlet.ServletHolder
import org.eclipse.jetty.server.Server
import org.eclipse.jetty.server.ServerConnector
import java.net.InetSocketAddress
import java.util.EnumSet

const val RESOURCE: String = "https://api.example.com"
private const val HOST = "127.0.0.1"
private const val SCOPE = "orders:read"

/** Says at `/orders`, behind an adapter, whose orders they are. */
class Api(
    port: Int,
    private val end: () -> Unit,
) : AutoCloseable {
    val origin: String = "http://$HOST:$port"
    val url: String = "$origin/orders"

    override fun close() = end()
}

enum class Adapter {
    KTOR {
        override suspend fun start(settings: ResourceServerSettings.() -> Unit): Api {
            val server = ResourceServer(RESOURCE, settings)
            val program =
                embeddedServer(CIO, 0, HOST) {
                    install(Authentication) { accessToken("orders", server) { requireScopes(SCOPE) } }
                    routing {
                        resourceMetadata(server)
                        authenticate("orders") {
                            get("/orders") { call.respondText("orders of ${call.principal<GrantedAccess>()?.subject}") }
                        }
                    }
                }.start()
            return Api(program.engine.resolvedConnectors().single().port) {
                program.stop(0, 0)
                server.close()
            }
        }
    },
    SERVLET {
        override suspend fun start(settings: ResourceServerSettings.() -> Unit): Api {
            val server = AsyncResourceServer.create(RESOURCE) { it.settings() }
            val orders =
                object : HttpServlet() {
                    override fun doGet(
                        request: HttpServletRequest,
                        response: HttpServletResponse,
                    ) = response.writer.print("orders of ${request.userPrincipal?.name}")
                }
            val context = ServletContextHandler("/")
            val filter = FilterHolder(AccessTokenFilter(server) { it.requireScopes(SCOPE) })
            for (path in listOf("/orders/*", server.metadataPath)) {
                context.addFilter(filter, path, EnumSet.of(DispatcherType.REQUEST))
            }
            context.addServlet(ServletHolder(orders), "/*")
            val jetty = Server(InetSocketAddress(HOST, 0)).apply { handler = context }
            jetty.start()
            return Api((jetty.connectors.single() as ServerConnector).localPort) {
                jetty.stop()
                server.close()
            }
        }
    },
    JAVALIN {
        override suspend fun start(settings: ResourceServerSettings.() -> Unit): Api {
            val server = AsyncResourceServer.create(RESOURCE) { it.settings() }
            val program =
                Javalin
                    .create { config ->
                        config.startup.showJavalinBanner = false
                        config.routes
                            .get(server.metadataPath, AccessTokenHandler.metadata(server))
                            .before("/orders*", AccessTokenHandler(server) { it.requireScopes(SCOPE) })
                            .get("/orders") { context ->
                                val access = context.attribute<GrantedAccess>(AccessTokenHandler.ACCESS)
                                context.result("orders of ${access?.subject}")
                            }
                    }.start(HOST, 0)
            return Api(program.port()) {
                program.stop()
                server.close()
            }
        }
    }, ;

    abstract suspend fun start(settings: ResourceServerSettings.() -> Unit): Api
}
