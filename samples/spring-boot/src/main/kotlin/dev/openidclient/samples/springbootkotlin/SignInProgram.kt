package dev.openidclient.samples.springbootkotlin

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.samples.stubserver.SignIns
import dev.openidclient.samples.stubserver.StubServer
import kotlinx.coroutines.runBlocking
import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.CommandLineRunner
import org.springframework.boot.SpringApplication
import org.springframework.boot.SpringBootConfiguration
import org.springframework.boot.SpringBootVersion
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Import
import java.net.InetAddress
import java.net.ServerSocket

/**
 * A Spring Boot application in Kotlin that signs in, with the versions that Spring Boot manages. It ends with a failure
 * where anything of it does not work.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SignInController::class, OrdersService::class)
class SignInProgram {
    /** As in [OpenIdClientConfiguration], but for a server without TLS. */
    @OptIn(InsecureRequests::class)
    @Bean(destroyMethod = "close")
    fun openIdClient(
        @Value("\${openid.issuer}") issuer: String,
        @Value("\${openid.client-id}") clientId: String,
        @Value("\${openid.client-secret}") clientSecret: String,
    ): OpenIdClient =
        runBlocking {
            OpenIdClient.discover(issuer, clientId) {
                authentication = ClientSecretBasic(clientSecret)
                allowInsecureRequests()
            }
        }

    @Bean
    fun signIn(
        orders: OrdersService,
        @Value("http://127.0.0.1:\${server.port}") url: String,
    ) = CommandLineRunner {
        SignIns.requireSignInPages(url)
        repeat(2) { SignIns.requireEqual("orders", orders.orders()) }
        val versions = "Spring Boot ${SpringBootVersion.getVersion()}, Kotlin ${KotlinVersion.CURRENT}"
        println("$versions: alice is signed in through a controller in Kotlin, and has the orders")
    }
}

fun main(vararg arguments: String) {
    StubServer().use { server ->
        // the redirect URI names it before the application has it
        val port = ServerSocket(0, 0, InetAddress.getLoopbackAddress()).use { it.localPort }
        val application = SpringApplication(SignInProgram::class.java)
        application.setDefaultProperties(
            mapOf(
                "openid.issuer" to server.issuer(),
                "openid.client-id" to StubServer.CLIENT_ID,
                "openid.client-secret" to "secret",
                "openid.redirect-uri" to "http://127.0.0.1:$port/callback",
                "orders.url" to "${server.issuer()}/orders",
                "logging.level.root" to "warn",
                "server.address" to "127.0.0.1",
                "server.port" to "$port",
            ),
        )
        application.run(*arguments).close()
    }
}
