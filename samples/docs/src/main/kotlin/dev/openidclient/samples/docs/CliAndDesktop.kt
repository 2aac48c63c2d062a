@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.loopback.LoopbackHost
import dev.openidclient.loopback.LoopbackRedirect
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import java.awt.Desktop
import java.awt.GraphicsEnvironment
import java.io.IOException
import java.net.URI
import java.time.Duration

class CliAndDesktopKotlin(
    private val client: OpenIdClient,
) {
    // region loopback

    /** Signs in with the browser of this machine, which [open] starts. */
    suspend fun signInWithBrowser(open: (url: String) -> Unit): TokenResponse =
        LoopbackRedirect { url -> open(url) }.use { redirect ->
            // listens from here on: the port is known
            val request =
                client.authorizationRequest {
                    redirectUri(redirect.uri)
                    scope("openid", "email")
                }
            client.authorizationCodeGrant(redirect.await(request), request.pending)
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

fun ownRedirect(open: suspend (url: String) -> Unit): LoopbackRedirect {
    // region settings
    val redirect =
        LoopbackRedirect({
            host = LoopbackHost.LOCALHOST // for a server that knows no other name
            port = 8400 // and no other port than the registered one
            path = "/oauth/callback"
            timeout = Duration.ofMinutes(10)
            completionRedirect("https://app.example.com/signed-in") // or completionPage(html)
        }, open)
    // endregion
    return redirect
}
