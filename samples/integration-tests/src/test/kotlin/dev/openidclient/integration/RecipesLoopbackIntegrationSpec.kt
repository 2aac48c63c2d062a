package dev.openidclient.integration

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.samples.recipes.LoopbackSignIn
import dev.openidclient.samples.recipes.signInWithBrowser
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.CompletableFuture

/** The recipe of a program without a web page: the browser comes back to a port of this machine. */
class RecipesLoopbackIntegrationSpec :
    StringSpec({
        val server = TestAuthorizationServer()
        val browser = HttpClient.newHttpClient()

        "LoopbackSignIn" {
            val pages = mutableListOf<CompletableFuture<HttpResponse<String>>>()

            fun open(url: String) {
                val callback = HttpRequest.newBuilder(URI.create(server.signIn(url, "alice"))).build()
                pages += browser.sendAsync(callback, HttpResponse.BodyHandlers.ofString())
            }
            OpenIdClient(server.metadata, "my-cli") { transport = server }.use { client ->
                signInWithBrowser(client) { open(it) }.claims?.subject shouldBe "alice"
                val java = AsyncOpenIdClient.of(client)
                LoopbackSignIn.signInWithBrowser(java) { open(it) }.claims?.subject shouldBe "alice"
            }
            pages.map { it.join().statusCode() } shouldBe listOf(200, 200)
        }
    })
