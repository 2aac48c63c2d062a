@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import com.sun.net.httpserver.HttpServer
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeout
import java.awt.Desktop
import java.awt.GraphicsEnvironment
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import kotlin.time.Duration.Companion.minutes

class CliAndDesktopKotlin(
    private val client: OpenIdClient,
) {
    // region loopback

    /** Signs in with the browser of this machine, which [open] starts. */
    suspend fun signInWithBrowser(open: (url: String) -> Unit): TokenResponse {
        // 127.0.0.1, which no firewall or hosts file sends elsewhere, and any free port (RFC 8252 §7.3)
        val server = HttpServer.create(InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0)
        val request =
            client.authorizationRequest {
                redirectUri("http://127.0.0.1:${server.address.port}/callback")
                scope("openid", "email")
            }
        val callback = CompletableDeferred<String>()
        server.createContext("/callback") { exchange ->
            val isOwn = Parameters.parse(exchange.requestURI.rawQuery.orEmpty())["state"] == request.pending.state
            val text = if (isOwn) "You may close this window." else "This is not the sign-in that was begun."
            val page = text.encodeToByteArray()
            exchange.responseHeaders["Content-Type"] = "text/plain; charset=utf-8"
            exchange.sendResponseHeaders(if (isOwn) 200 else 400, page.size.toLong())
            exchange.responseBody.use { it.write(page) }
            if (isOwn) callback.complete(exchange.requestURI.toString()) // checked below, with everything else
        }
        server.start()
        try {
            open(request.url)
            val url = withTimeout(5.minutes) { callback.await() }
            return client.authorizationCodeGrant(url, request.pending)
        } finally {
            server.stop(0)
        }
    }
    // endregion

    // region main
    suspend fun signIn(): TokenResponse {
        val hasBrowser = !GraphicsEnvironment.isHeadless() && Desktop.isDesktopSupported()
        if (hasBrowser) {
            return signInWithBrowser { url ->
                println("If no browser opens, go to $url")
                try {
                    Desktop.getDesktop().browse(URI(url))
                } catch (e: IOException) {
                    println("No browser opens: ${e.message}")
                } catch (e: UnsupportedOperationException) {
                    println("No browser opens: ${e.message}")
                }
            }
        }
        val device = client.deviceAuthorization { scope("openid", "email") } // over ssh, in a container
        println("On any device open ${device.verificationUri} and enter ${device.userCode}")
        return client.deviceCodeGrant(device)
    }
    // endregion
}

suspend fun commandLineClient(): OpenIdClient {
    // region client
    val client = OpenIdClient.discover("https://as.example.com", "my-cli") // no secret: it authenticates with none
    // endregion
    return client
}
