package dev.openidclient.ktor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.get
import io.ktor.client.request.post
import io.ktor.client.request.setBody

private typealias Install = HttpClientConfig<*>.() -> Unit

private fun <T> permutations(items: List<T>): List<List<T>> =
    if (items.isEmpty()) {
        listOf(items)
    } else {
        items.flatMap { first ->
            permutations(items - first).map {
                listOf(first) +
                    it
            }
        }
    }

private val RETRY: Install = {
    install(HttpRequestRetry) {
        retryOnServerErrors(maxRetries = 3)
        delay { }
    }
}
private val TIMEOUT: Install = { install(HttpTimeout) { requestTimeoutMillis = 30_000 } }
private val REDIRECT: Install = { install(HttpRedirect) { checkHttpMethod = false } }

private fun OAuthWorld.oauth(): Install =
    {
        install(OAuth) {
            client = this@oauth.client
            tokens = source
            allow(API)
        }
    }

/** Each order in which the plugins can be installed; the redirects as Ktor has them, before all others, or by hand. */
private fun OAuthWorld.orders(): Map<String, () -> HttpClient> {
    val plugins = mapOf("OAuth" to oauth(), "retry" to RETRY, "timeout" to TIMEOUT)
    val byDefault = permutations(plugins.keys.toList()).map { it to true }
    val byHand = permutations(plugins.keys.toList() + "redirect").map { it to false }
    return (byDefault + byHand).associate { (order, isDefault) ->
        (if (isDefault) "default redirects, " else "") + order.joinToString() to {
            HttpClient(engine) {
                followRedirects = isDefault
                for (name in order) (plugins[name] ?: REDIRECT)()
            }
        }
    }
}

/** Runs [test] with the plugins in each order, in a world of its own. */
private suspend fun inEveryOrder(
    isBound: Boolean = true,
    test: suspend OAuthWorld.(HttpClient) -> Unit,
) {
    val orders = OAuthWorld().use { it.orders().keys }
    orders.size shouldBe 30
    for (order in orders) {
        inWorld(isBound) {
            try {
                test(orders().getValue(order)())
            } catch (e: AssertionError) {
                throw AssertionError("in the order $order: ${e.message}; sent was $sent", e)
            }
        }
    }
}

class OAuthOrderSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        test("each attempt and each hop has a proof of its own: 503, 503, 302 and 200") {
            inEveryOrder { http ->
                answer("$API/orders", BUSY, BUSY, movedTo("$API/v2/orders?page=1"))
                http.get("$API/orders").status.value shouldBe 200
                sent.map { it.proven("jti") }.distinct().size shouldBe 4
                sent.map { it.proven("htu") } shouldBe List(3) { "$API/orders" } + "$API/v2/orders"
                server.issuedAccessTokens shouldBe 1
            }
        }

        test("a refused token is renewed once, also between attempts and after a hop") {
            inEveryOrder { http ->
                answer("$API/orders", REFUSED_DPOP, BUSY, movedTo("$API/v2"))
                http.get("$API/orders").status.value shouldBe 200
                tokens.distinct().size shouldBe 2
                sent.map { it.proven("jti") }.distinct().size shouldBe 4
            }
        }

        test("a 401 after a hop sends that hop again, and not the whole: a form is not sent twice") {
            inEveryOrder { http ->
                answer("$API/orders", movedTo("$API/v2", 307))
                answer("$API/v2", REFUSED_DPOP)
                http.post("$API/orders") { setBody("item=7") }
                val hops = if (sent.size == 1) listOf("$API/orders") else listOf("$API/orders", "$API/v2", "$API/v2")
                sent.map { it.url } shouldBe hops
                sent.map { it.body }.distinct() shouldBe listOf("item=7")
            }
        }

        test("a nonce that each of two hops asks for is sent to each") {
            inEveryOrder { http ->
                answer("$API/orders", wantsNonce("n1"), movedTo("$API/v2"))
                answer("$API/v2", wantsNonce("n2"))
                http.get("$API/orders").status.value shouldBe 200
                sent.map { it.proven("nonce") } shouldBe listOf(null, "n1", "n1", "n2")
            }
        }

        test("what is refused for good is sent twice, in each attempt") {
            inEveryOrder { http ->
                answering = { REFUSED_DPOP }
                http.get("$API/orders").status.value shouldBe 401
                sent.size shouldBe 2
            }
        }

        test("a hop to another origin has neither token nor proof, and its 401 renews nothing; back again has both") {
            inEveryOrder { http ->
                answer("$API/orders", BUSY, movedTo("$ELSEWHERE/login"))
                answer("$ELSEWHERE/login", BUSY, movedTo("$API/back"))
                http.get("$API/orders").status.value shouldBe 200
                for (request in sent) {
                    if (request.url.startsWith(API)) {
                        request.authorization shouldNotBe null
                        request.proven("htu") shouldBe request.url
                    } else {
                        request.authorization.shouldBeNull()
                        request.dpop.shouldBeNull()
                    }
                }
                sent.filter { it.url.startsWith(API) }.map { it.proven("jti") }.distinct().size shouldBe
                    sent.count { it.url.startsWith(API) }
            }
            inEveryOrder { http ->
                answer("$API/orders", movedTo("$ELSEWHERE/login"))
                answer("$ELSEWHERE/login", REFUSED_DPOP)
                http.get("$API/orders").status.value shouldBe 401
                sent.map { it.authorization != null } shouldBe listOf(true, false)
                server.issuedAccessTokens shouldBe 1
            }
        }
    })
