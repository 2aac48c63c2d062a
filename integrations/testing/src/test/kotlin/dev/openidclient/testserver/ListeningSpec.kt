package dev.openidclient.testserver

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpEngine
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration

private typealias JdkRequest = java.net.http.HttpRequest

class ListeningSpec :
    FunSpec({
        timeout = 60_000

        val http = HttpClient.newHttpClient()

        fun form(
            url: String,
            text: String,
        ) = http.send(
            JdkRequest
                .newBuilder(URI(url))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(text))
                .build(),
            BodyHandlers.ofString(),
        )

        test("another program is served on a port of 127.0.0.1") {
            TestAuthorizationServer { issuer = "https://as.example.com/tenant" }.listen().use { server ->
                server.issuer shouldStartWith "http://127.0.0.1:"
                val document = URI("${server.issuer}/.well-known/openid-configuration")
                val discovered = http.send(JdkRequest.newBuilder(document).build(), BodyHandlers.ofString())
                parseObject(discovered.body())?.text("issuer") shouldBe server.issuer

                val answer = form("${server.issuer}/token", "client_id=app&grant_type=client_credentials")
                answer.statusCode() shouldBe 200
                server.requests.last().parameter("client_id") shouldBe "app"
                shouldThrow<IllegalStateException> { server.listen() }.message shouldContain "listens already"
            }
        }

        test("a browser is asked who signs in, and goes back") {
            TestAuthorizationServer().listen().use { server ->
                val url = RawClient(server).url()
                val page = http.send(JdkRequest.newBuilder(URI(url)).build(), BodyHandlers.ofString())
                page.body() shouldContain "Sign in as"

                val back = form(url, "test_subject=bob")
                back.statusCode() shouldBe 302
                back.headers().firstValue("location").get() shouldStartWith "https://app.example.com/callback?code="
                form(url, "test_deny=1").headers().firstValue("location").get() shouldContain "error=access_denied"
                val posted = form(RawClient(server).url("response_mode" to "form_post"), "test_subject=bob")
                posted.body() shouldContain """action="https://app.example.com/callback""""
            }
        }

        test("faults reach a client over the socket") {
            TestAuthorizationServer().listen().use { server ->
                val text = "client_id=app&grant_type=client_credentials"
                server.tokenEndpoint.failNext(503, retryAfter = Duration.ofSeconds(7))
                form("${server.issuer}/token", text).headers().firstValue("retry-after").get() shouldBe "7"
                for (fault in listOf(
                    TestEndpoint::dropNextAnswer,
                    TestEndpoint::refuseNextConnection,
                    TestEndpoint::halfNextAnswer,
                )) {
                    fault(server.tokenEndpoint)
                    shouldThrow<IOException> { form("${server.issuer}/token", text) }
                }
                server.issuedAccessTokens shouldBe 2
                form("${server.issuer}/token", text).statusCode() shouldBe 200
            }
        }

        @OptIn(InsecureRequests::class)
        test("the engines of the library see what went wrong") {
            TestAuthorizationServer().listen().use { server ->
                for (engine in listOf(HttpEngine.CIO, HttpEngine.JAVA)) {
                    OpenIdClient(server.metadata, "app") {
                        this.engine = engine
                        allowInsecureRequests()
                    }.use { client ->
                        server.tokenEndpoint.dropNextAnswer()
                        shouldThrow<TransportException> { client.clientCredentialsGrant() }.reached shouldBe
                            Reached.UNKNOWN
                        server.tokenEndpoint.halfNextAnswer()
                        shouldThrow<TransportException> { client.clientCredentialsGrant() }.reached shouldBe
                            Reached.ANSWERED
                        client.clientCredentialsGrant()
                    }
                }
            }
        }

        test("by https it is trusted by its certificate, and sees the client's") {
            val own = OwnCertificate()
            val server =
                TestAuthorizationServer {
                    client("app") {
                        tokenEndpointAuthMethod("tls_client_auth")
                        metadata("tls_client_auth_subject_dn", own.certificate.subjectX500Principal.name)
                    }
                }.listenTls()
            server.use {
                server.issuer shouldStartWith "https://127.0.0.1:"
                OpenIdClient(server.metadata, "app") {
                    authentication = TlsClientAuth
                    tls {
                        trustPem(server.trust())
                        keyStore(own.keyStore(), "changeit".toCharArray())
                    }
                }.use { it.clientCredentialsGrant() }
                server.issuedAccessTokens shouldBe 1

                OpenIdClient(server.metadata, "app").use { stranger ->
                    shouldThrow<TransportException> { stranger.clientCredentialsGrant() }.reached shouldBe Reached.NO
                }
            }
        }

        test("it goes on as a transport after its end") {
            val server = TestAuthorizationServer().listen()
            server.close()
            server.close()

            shouldThrow<IOException> { form("${server.issuer}/token", "") }
            RawClient(server).get(JWKS).status shouldBe 200
        }
    })
