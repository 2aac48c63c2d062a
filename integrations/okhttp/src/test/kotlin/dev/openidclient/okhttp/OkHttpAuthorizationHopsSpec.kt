package dev.openidclient.okhttp

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.contract.LocalServer
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import java.time.Duration
import java.util.concurrent.CompletableFuture

private const val REFUSED = "WWW-Authenticate: Bearer error=\"invalid_token\""

private fun LocalServer.lines() = requests.map { it.requestLine.substringBeforeLast(' ') }

/** What several sends of one call have to do with each other: OkHttp's own repetitions, hops, other interceptors. */
@OptIn(InsecureRequests::class) // the servers are all in this process
class OkHttpAuthorizationHopsSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val server = TestAuthorizationServer { client("app", "secret-of-the-app") }
        val oauth =
            OpenIdClient(server.metadata, "app") {
                clientSecret("secret-of-the-app")
                transport = server
            }

        fun client(
            api: LocalServer,
            oauth: OpenIdClient,
            vararg atNetwork: Interceptor,
        ): OkHttpClient {
            val tokens = ClientCredentialsTokens(oauth) { forcedRenewalInterval = Duration.ZERO }
            val access = ResourceAccess(oauth, tokens.source()) { allowInsecure("http://127.0.0.1:${api.port}") }
            val builder = OkHttpClient.Builder()
            atNetwork.forEach(builder::addNetworkInterceptor)
            return builder.authorize(access).build()
        }

        fun request(
            api: LocalServer,
            path: String,
        ) = Request.Builder().url("http://127.0.0.1:${api.port}$path")

        /** A server whose answers depend on the request line, without the version, and on how often that came before. */
        fun serving(answer: LocalServer.Connection.(line: String, before: Int) -> Unit): LocalServer {
            val itself = CompletableFuture<LocalServer>()
            val api =
                LocalServer {
                    val lines = itself.get().lines()
                    answer(lines.last(), lines.count { it == lines.last() } - 1)
                }
            itself.complete(api)
            return api
        }

        test("what OkHttp itself repeats has a proof of its own") {
            serving { _, before ->
                if (before == 0) respond("503 Service Unavailable", "", "Retry-After: 0") else respond()
            }.use { api ->
                val bound = client(api, oauth.withDpop(Dpop(SigningKey.generate())))
                bound.newCall(request(api, "/").build()).execute().use { it.code shouldBe 200 }

                api.requests.map { it.all("dpop").single() }.toSet().size shouldBe 2
            }
        }

        test("a refusal at one hop takes no second send from the next one, whatever its path or method") {
            val next = mapOf("POST /one" to "/one", "GET /one" to "/two", "GET /two" to "/end")
            serving { line, before ->
                val to = next[line]
                when {
                    to == null -> respond()
                    before == 0 -> respond("401 Unauthorized", "", REFUSED)
                    else -> respond("303 See Other", "", "Location: $to")
                }
            }.use { api ->
                val call = client(api, oauth).newCall(request(api, "/one").post("form".toRequestBody()).build())
                call.execute().use { it.code shouldBe 200 }

                api.lines() shouldBe
                    listOf("POST /one", "POST /one", "GET /one", "GET /one", "GET /two", "GET /two", "GET /end")
            }
        }

        test("a server that refuses and redirects in a circle is left after 20 times") {
            serving { line, before ->
                val isFirst = before == 0
                val next = line.substringAfter('/').toInt() + 1
                if (isFirst) respond("401 Unauthorized", "", REFUSED) else respond("302 Found", "", "Location: /$next")
            }.use { api ->
                client(api, oauth).newCall(request(api, "/0").build()).execute().use { it.code shouldBe 401 }

                api.requests.size shouldBeLessThan 60
            }
        }

        test("where another interceptor makes the request anew it has its token all the same") {
            LocalServer { respond() }.use { api ->
                val anew =
                    Interceptor { chain ->
                        val request = chain.request()
                        chain.proceed(Request.Builder().url(request.url).headers(request.headers).build())
                    }
                client(api, oauth, anew).newCall(request(api, "/").build()).execute().close()

                api.requests.single().all("authorization").single() shouldStartWith "Bearer "
            }
        }

        test("a call that somebody else authorizes at one hop has no token at the next one") {
            serving { line, _ ->
                if (line == "GET /a") respond("302 Found", "", "Location: /b") else respond()
            }.use { api ->
                val others =
                    Interceptor { chain ->
                        val request = chain.request()
                        val isFirst = request.url.encodedPath == "/a"
                        val own = request.newBuilder().header("authorization", "Basic b3RoZXI=").build()
                        chain.proceed(if (isFirst) own else request)
                    }
                client(api, oauth, others).newCall(request(api, "/a").build()).execute().close()

                val (first, second) = api.requests
                first.all("authorization") shouldBe listOf("Basic b3RoZXI=")
                second.all("authorization").shouldBeEmpty()
            }
        }
    })
