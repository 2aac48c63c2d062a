package dev.openidclient.loopback

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.responseJwt
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.net.ConnectException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.time.Duration

/** Over real sockets. */
class LoopbackRedirectSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val hasIpv6 = isFree(0, IPV6)

        test("the redirect URI is 127.0.0.1 with a free port and /callback") {
            LoopbackRedirect {}.use { first ->
                LoopbackRedirect {}.use { second ->
                    first.uri shouldMatch Regex("""http://127\.0\.0\.1:\d+/callback""")
                    second.uri shouldNotBe first.uri
                    "$first" shouldBe "LoopbackRedirect(${first.uri})"
                }
            }
        }

        test("port, path and host of the redirect URI are settings") {
            val free = ServerSocket(0).use { it.localPort }
            val redirect =
                LoopbackRedirect({
                    port = free
                    path = "/oauth/back%20again"
                    host = LoopbackHost.LOCALHOST
                }) {}
            redirect.use { it.uri shouldBe "http://localhost:$free/oauth/back%20again" }
        }

        test("it listens at this machine's loopback address alone, from the beginning") {
            LoopbackRedirect {}.use { redirect ->
                answer(portOf(redirect), "GET / HTTP/1.1\r\nHost: ${redirect.uri}\r\n\r\n").status shouldBe 421
                // of the loopback network, but not bound: what binds all interfaces answers there
                shouldThrow<ConnectException> { Socket("127.0.0.2", portOf(redirect)).close() }
            }
        }

        test("a fixed port that is taken is an IOException when it is made") {
            ServerSocket(0, 1, InetAddress.getByName(IPV4)).use { other ->
                val failure = shouldThrow<IOException> { LoopbackRedirect({ port = other.localPort }) {} }
                failure.message shouldContain "127.0.0.1:${other.localPort}"
            }
        }

        context("a callback") {
            test("ends the waiting, and brings the tokens") {
                val server = StubServer().answerTokens()
                val client = server.client()
                supervisorScope {
                    val opened = CompletableDeferred<String>()
                    LoopbackRedirect { opened.complete(it) }.use { redirect ->
                        val request = client.authorizationRequest { redirectUri(redirect.uri) }
                        val tokens =
                            async(Dispatchers.Default) {
                                client.authorizationCodeGrant(redirect.await(request), request.pending)
                            }
                        opened.await() shouldBe request.url
                        val query = "code=$CODE&state=${request.pending.state}"
                        answer(
                            portOf(redirect),
                            "GET /callback?$query HTTP/1.1\r\nHost: 127.0.0.1:${portOf(redirect)}\r\n\r\n",
                        ).status shouldBe 200
                        tokens.await().accessToken shouldBe ACCESS_TOKEN
                        server.lastTo("/token").form["redirect_uri"] shouldBe redirect.uri
                    }
                }
            }

            test("with an error ends the waiting too: authorizationCodeGrant tells it") {
                val client = StubServer().client()
                waiting(client = client) { signIn ->
                    signIn.get("/callback?error=access_denied&state=${signIn.state}").status shouldBe 200
                    shouldThrow<AuthorizationResponseException> {
                        client.authorizationCodeGrant(signIn.callback.await(), signIn.request.pending)
                    }.error shouldBe "access_denied"
                }
            }

            test("may be a posted form, whose URL's query does not count") {
                waiting { signIn ->
                    val body = "code=$CODE&state=${signIn.state}"
                    signIn.post(body, "/callback?code=other&state=other").status shouldBe 200
                    signIn.callback.await().parameters["code"] shouldBe CODE
                }
            }

            test("may be a form of 64 KiB") {
                waiting { signIn ->
                    val body = "code=$CODE&state=${signIn.state}&x="
                    signIn.post(body.padEnd(64 * 1024, 'x')).status shouldBe 200
                    signIn.callback.await().parameters["code"] shouldBe CODE
                }
            }
        }

        context("an encrypted response") {
            fun reading() =
                StubServer().answerTokens().answerKeys().client {
                    useJwtResponseMode()
                    decryptable()
                }

            test("ends the waiting where it is of this sign-in, after what is not") {
                val client = reading()
                waiting(client = client) { signIn ->
                    signIn.get("/callback?response=a.b.c.d.e").status shouldBe 400
                    signIn.get("/callback?response=${encrypted(responseJwt())}").status shouldBe 400
                    signIn.callback.isCompleted shouldBe false
                    val own = encrypted(responseJwt("state" to JsonPrimitive(signIn.state)))

                    val page = signIn.post("response=$own")

                    page.status shouldBe 200
                    page.body shouldContain "You may close this window"
                    signIn.callback.await().parameters["response"] shouldBe own
                }
            }

            test("that cannot be opened is why nobody came back in time") {
                waiting({ timeout = Duration.ofSeconds(2) }, reading()) { signIn ->
                    signIn.get("/callback?response=e30.b.c.d.e").status shouldBe 400

                    val late = shouldThrow<TransportException> { signIn.callback.await() }

                    late.code shouldBe ErrorCode.TIMEOUT
                    late.cause.shouldBeInstanceOf<DecryptionException>().message shouldContain "encrypted"
                }
            }

            test("whose key does not answer holds up nobody, and the end does not wait for it") {
                val asked = CompletableDeferred<Unit>()
                val never =
                    object : DecryptionKey by DecryptionKey.generate("RSA-OAEP-256") {
                        override suspend fun decrypt(jwe: String): ByteArray {
                            asked.complete(Unit)
                            awaitCancellation()
                        }
                    }
                val client =
                    StubServer().client {
                        useJwtResponseMode()
                        decryption(never)
                    }
                waiting(client = client) { signIn ->
                    val hanging =
                        async(Dispatchers.IO) {
                            try {
                                signIn.get("/callback?response=${encrypted(responseJwt())}").status
                            } catch (_: IOException) {
                                null
                            } catch (_: IndexOutOfBoundsException) {
                                null
                            } catch (_: NumberFormatException) {
                                null
                            }
                        }
                    asked.await()
                    val own = responseJwt("state" to JsonPrimitive(signIn.state))

                    signIn.get("/callback?response=$own").status shouldBe 200

                    signIn.callback.await().parameters["response"] shouldBe own
                    hanging.await() shouldBe null
                }
            }
        }

        context("the waiting goes on after") {
            /** [ask] is answered with [status], and the callback afterwards is taken. */
            suspend fun foreign(
                status: Int,
                configure: LoopbackRedirectSettings.() -> Unit = {},
                ask: suspend (WaitingSignIn) -> Answer,
            ) = waiting(configure) { signIn ->
                val answer = ask(signIn)
                answer.status shouldBe status
                answer.body shouldContain "</html>"
                signIn.callback.isCompleted shouldBe false
                signIn.get("/callback?code=$CODE&state=${signIn.state}").status shouldBe 200
                signIn.callback.await().parameters["code"] shouldBe CODE
            }

            fun own(signIn: WaitingSignIn) = "/callback?code=$CODE&state=${signIn.state}"

            test("a request with another host, as a page sends it whose name was made to point here: 421") {
                val hosts =
                    listOf<(Int) -> String>(
                        { "evil.example.com:$it" },
                        { "localhost:$it" },
                        { "127.0.0.1" },
                        { "127.0.0.1:${it + 1}" },
                        { "127.0.0.1:0$it" },
                        { "[::1]:$it" },
                        { "127.0.0.1.evil.example.com:$it" },
                    )
                for (host in hosts) withClue(host(1)) { foreign(421) { it.get(own(it), host(it.port)) } }
            }

            test("a request with no host or with two, or with another one in its target: 421") {
                foreign(421) { answer(it.port, "GET ${own(it)} HTTP/1.0\r\n\r\n") }
                foreign(421) {
                    answer(it.port, "GET ${own(it)} HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\nHost: evil\r\n\r\n")
                }
                foreign(421) { it.get("http://evil.example.com${own(it)}") }
            }

            test("a request for another path: 404") {
                val paths = listOf("/", "/callback/", "/callback/x", "/CALLBACK", "/%63allback", "/favicon.ico")
                for (path in paths) withClue(path) { foreign(404) { it.get("$path?code=$CODE&state=${it.state}") } }
            }

            test("a request by another method: 405") {
                for (method in listOf("PUT", "DELETE", "OPTIONS", "PATCH")) {
                    withClue(method) {
                        foreign(405) {
                            val answer =
                                answer(it.port, "$method ${own(it)} HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\n\r\n")
                            answer.header("allow") shouldBe "GET, POST"
                            answer
                        }
                    }
                }
            }

            test("a callback without state, with another one, or with two: 400") {
                foreign(400) { it.get("/callback") }
                foreign(400) { it.get("/callback?code=$CODE") }
                foreign(400) { it.get("/callback?error=access_denied") }
                foreign(400) { it.get("/callback?code=$CODE&state=") }
                foreign(400) { it.get("/callback?code=$CODE&state=${it.state}x") }
                foreign(400) { it.get("/callback?code=$CODE&state=${it.state.dropLast(1)}") }
                foreign(400) { it.get("${own(it)}&state=${it.state}") }
                foreign(400) { it.get("${own(it)}&state=other") }
            }

            test("a form with another state, of another media type, or of more than 64 KiB: 400") {
                foreign(400) { it.post("code=$CODE&state=other", own(it)) }
                foreign(400) { it.post("code=$CODE&state=${it.state}", contentType = "text/plain") }
                foreign(400) { it.post("code=$CODE&state=${it.state}", contentType = null) }
                foreign(400) { it.post("code=$CODE&state=${it.state}&x=".padEnd(64 * 1024 + 1, 'x')) }
            }

            test("bytes that are no request") {
                waiting { signIn ->
                    answer(signIn.port, "\u0000\u0001\r\n\r\n")
                    Socket(IPV4, signIn.port).close()
                    signIn.get(own(signIn)).status shouldBe 200
                    signIn.callback.await().parameters["code"] shouldBe CODE
                }
            }

            test("a request that never ends: it holds up no other") {
                waiting { signIn ->
                    Socket(IPV4, signIn.port).use { slow ->
                        val head = "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:${signIn.port}\r\nContent-Length: 99\r\n"
                        val type = "Content-Type: application/x-www-form-urlencoded\r\n\r\ncode"
                        slow.getOutputStream().write((head + type).encodeToByteArray())
                        signIn.get(own(signIn)).status shouldBe 200
                        signIn.callback.await().parameters["code"] shouldBe CODE
                    }
                }
            }
        }

        test("before anybody waits there is no page") {
            LoopbackRedirect {}.use { redirect ->
                val port = portOf(redirect)
                answer(port, "GET /callback?state=s HTTP/1.1\r\nHost: 127.0.0.1:$port\r\n\r\n").status shouldBe 404
            }
        }

        test("after the callback a second one finds no page") {
            supervisorScope {
                val client = StubServer().client()
                val opened = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                // it keeps the port open after the callback
                val redirect =
                    LoopbackRedirect {
                        opened.complete(Unit)
                        withContext(NonCancellable) { gate.await() }
                    }
                val request = client.authorizationRequest { redirectUri(redirect.uri) }
                val callback = async(Dispatchers.Default) { redirect.await(request) }
                opened.await()
                val signIn = WaitingSignIn(redirect, request, callback)
                signIn.get("/callback?code=$CODE&state=${signIn.state}").status shouldBe 200
                signIn.get("/callback?code=other&state=${signIn.state}").status shouldBe 404
                gate.complete(Unit)
                callback.await().parameters["code"] shouldBe CODE
            }
        }

        context("the port is free again") {
            suspend fun free(signIn: WaitingSignIn) = withClue(signIn.redirect) { isFree(signIn.port) shouldBe true }

            test("when the callback has come") {
                repeat(20) {
                    waiting { signIn ->
                        signIn.get("/callback?code=$CODE&state=${signIn.state}").status shouldBe 200
                        signIn.callback.await()
                        free(signIn)
                    }
                }
            }

            test("at the timeout, which is a TransportException") {
                waiting({ timeout = Duration.ofMillis(50) }) { signIn ->
                    val told = "nobody came back to ${signIn.redirect.uri}"
                    val failure =
                        shouldFailWith<TransportException>(ErrorCode.TIMEOUT, told) { signIn.callback.await() }
                    failure.reached shouldBe Reached.NO
                    free(signIn)
                }
            }

            test("on cancellation, at once") {
                waiting { signIn ->
                    signIn.callback.cancelAndJoin()
                    free(signIn)
                }
            }

            test("when the opener fails, with what it threw") {
                val redirect = LoopbackRedirect { throw IOException("no browser") }
                val request = StubServer().client().authorizationRequest { redirectUri(redirect.uri) }
                shouldThrow<IOException> { redirect.await(request) }.message shouldBe "no browser"
                isFree(portOf(redirect)) shouldBe true
            }

            test("when it is closed, which ends the waiting; and closing again does nothing") {
                waiting { signIn ->
                    signIn.redirect.close()
                    free(signIn)
                    signIn.redirect.close()
                    shouldThrow<IllegalStateException> { signIn.callback.await() }.message shouldContain "was closed"
                }
            }

            test("when it was never waited at") {
                val redirect = LoopbackRedirect {}
                redirect.close()
                isFree(portOf(redirect)) shouldBe true
            }
        }

        context("one sign-in each") {
            test("a second wait is refused while the first one goes on, and after it") {
                waiting { signIn ->
                    shouldThrow<IllegalStateException> { signIn.redirect.await(signIn.request) }
                        .message shouldContain "waits for a callback already"
                    signIn.get("/callback?code=$CODE&state=${signIn.state}").status shouldBe 200
                    signIn.callback.await()
                    shouldThrow<IllegalStateException> { signIn.redirect.await(signIn.request) }
                        .message shouldContain "is closed"
                }
            }

            test("a request with another redirect URI is refused, and one that must be pushed; the port stays") {
                LoopbackRedirect {}.use { redirect ->
                    val client = StubServer().client()
                    val other = client.authorizationRequest { redirectUri("http://127.0.0.1:1/callback") }
                    shouldThrow<IllegalArgumentException> { redirect.await(other) }.message shouldContain redirect.uri
                    shouldThrow<IllegalArgumentException> { redirect.await(client.authorizationRequest()) }
                    val strict =
                        StubServer().client(
                            serverMetadata("require_pushed_authorization_requests" to JsonPrimitive(true)),
                        )
                    val unpushed = strict.authorizationRequest { redirectUri(redirect.uri) }
                    shouldThrow<IllegalStateException> { redirect.await(unpushed) }
                    isFree(portOf(redirect)) shouldBe false
                }
            }
        }

        context("localhost") {
            test("is bound at 127.0.0.1 and ::1, at one port, and both are free again").config(enabled = hasIpv6) {
                for (address in listOf(IPV4, IPV6)) {
                    waiting({ host = LoopbackHost.LOCALHOST }) { signIn ->
                        signIn.redirect.uri shouldBe "http://localhost:${signIn.port}/callback"
                        val query = "code=$CODE&state=${signIn.state}"
                        val request = "GET /callback?$query HTTP/1.1\r\nHost: localhost:${signIn.port}\r\n\r\n"
                        answer(signIn.port, request.replace("localhost", "evil"), address).status shouldBe 421
                        answer(signIn.port, request, address).status shouldBe 200
                        signIn.callback.await().parameters["code"] shouldBe CODE
                        isFree(signIn.port, IPV4) shouldBe true
                        isFree(signIn.port, IPV6) shouldBe true
                    }
                }
            }

            test("is not bound where another program has the fixed port of ::1").config(enabled = hasIpv6) {
                ServerSocket().use { other ->
                    other.bind(InetSocketAddress(IPV6, 0))
                    shouldThrow<IOException> {
                        LoopbackRedirect({
                            port = other.localPort
                            host = LoopbackHost.LOCALHOST
                        }) {}
                    }
                    isFree(other.localPort, IPV4) shouldBe true
                }
            }
        }

        context("as a handler") {
            suspend fun callBack(
                redirectUri: String,
                state: String,
            ) = redirectUri.substringAfterLast(':').substringBefore('/').toInt().let {
                val request = "GET /callback?code=$CODE&state=$state HTTP/1.1\r\nHost: 127.0.0.1:$it\r\n\r\n"
                answer(it, request).status shouldBe 200
            }

            test("it makes a redirect for each sign-in, one after another") {
                val client = StubServer().client()
                val fixed = ServerSocket(0).use { it.localPort }
                val handler =
                    LoopbackRedirect.authorization({ port = fixed }) { url ->
                        val state = Parameters.parse(url.substringAfter('?'))["state"]
                        callBack("http://127.0.0.1:$fixed/callback", checkNotNull(state))
                    }
                supervisorScope {
                    val signIns =
                        List(2) {
                            async(Dispatchers.Default) {
                                handler.authorize { uri -> client.authorizationRequest { redirectUri(uri) } }
                            }
                        }
                    for (signIn in signIns) signIn.await().parameters["code"] shouldBe CODE
                }
            }

            test("it closes the port where the request cannot be made") {
                var port = 0
                val handler = LoopbackRedirect.authorization { }
                shouldThrow<IllegalStateException> {
                    handler.authorize { uri ->
                        port = uri.substringAfterLast(':').substringBefore('/').toInt()
                        error("no client")
                    }
                }.message shouldBe "no client"
                isFree(port) shouldBe true
            }
        }
    })
