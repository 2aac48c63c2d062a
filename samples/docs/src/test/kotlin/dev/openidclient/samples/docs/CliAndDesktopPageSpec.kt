package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.CompletableFuture

private const val PAGE = "cli-and-desktop.md"

class CliAndDesktopPageSpec :
    FunSpec({
        val browser = HttpClient.newHttpClient()

        fun open(url: String): CompletableFuture<HttpResponse<String>> =
            browser.sendAsync(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())

        /** What the person sees, one page after the other: those of strangers, then the own one. */
        fun comeBack(
            server: FakeServer,
            url: String,
            answer: (state: String) -> String = { "code=c&state=$it" },
        ): List<CompletableFuture<HttpResponse<String>>> {
            val asked = Parameters.parse(url.substringAfter('?'))
            val idToken = server.idTokenWith(checkNotNull(asked["nonce"]), subject = "alice")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
            val callback = checkNotNull(asked["redirect_uri"])
            callback shouldStartWith "http://127.0.0.1:"
            val strangers = listOf("$callback?code=forged&state=another", callback).map(::open)
            strangers.forEach { it.join() }
            return strangers + open("$callback?${answer(checkNotNull(asked["state"]))}")
        }

        fun signIn(
            isJava: Boolean,
            client: OpenIdClient,
            open: (String) -> Unit,
        ): suspend () -> TokenResponse =
            {
                if (isJava) {
                    CliAndDesktop(AsyncOpenIdClient.of(client)).signInWithBrowser(open)
                } else {
                    CliAndDesktopKotlin(client).signInWithBrowser(open)
                }
            }

        for (isJava in listOf(false, true)) {
            test("the browser comes back to a free port, and only with the state of this sign-in, Java: $isJava") {
                val server = FakeServer()
                var pages = emptyList<CompletableFuture<HttpResponse<String>>>()

                val tokens = signIn(isJava, server.client()) { pages = comeBack(server, it) }()

                tokens.claims?.subject shouldBe "alice"
                pages.map { it.join().statusCode() } shouldBe listOf(400, 400, 200)
                val form = server.requests.single().body?.parameters
                form?.get("code") shouldBe "c"
                form?.get("client_id") shouldBe "s6BhdRkqt3"
            }
        }

        test("the messages of the page are real") {
            val server = FakeServer()
            val denied =
                shouldThrow<AuthorizationResponseException> {
                    signIn(false, server.client()) { url ->
                        comeBack(server, url) { "error=access_denied&state=$it" }
                    }()
                }
            pageShows(PAGE, denied)
            val other = FakeServer()
            other.answer(401, """{"error": "invalid_client"}""")
            val metadata =
                """{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/token",
                    "token_endpoint_auth_methods_supported": ["client_secret_basic"]}"""
            val client =
                OpenIdClient(AuthorizationServerMetadata.parse(metadata), "s6BhdRkqt3") { transport = other }
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
        }
    })
