package dev.openidclient.dpop

import dev.openidclient.jose.SigningKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonPrimitive

private const val AS = "https://as.example.com/token"

class DpopNonceSpec :
    FunSpec({
        context("a nonce") {
            test("is in the next proof to its origin") {
                nonceAfter(AS, AS, "n-1") shouldBe "n-1"
            }

            test("is in each proof to its origin until another one comes") {
                val dpop = Dpop(SigningKey.generate())
                dpop.learnNonce(url(AS), answer("n-1").headers)
                List(2) { dpop.nonceFor(AS) } shouldBe listOf("n-1", "n-1")

                dpop.learnNonce(url(AS), answer("n-2").headers)
                dpop.nonceFor(AS) shouldBe "n-2"
            }

            for (same in listOf(
                "https://as.example.com/par?a=b",
                "https://as.example.com:443/",
                "HTTPS://AS.EXAMPLE.COM/",
            )) {
                test(
                    "is in proofs to $same too, which is the same origin",
                ) { nonceAfter(AS, same, "n-1") shouldBe "n-1" }
            }

            val others =
                listOf(
                    "https://rs.example.com/token",
                    "https://example.com/token",
                    "https://as.example.com:8443/token",
                    "http://as.example.com/token",
                )
            for (other in others) {
                test("is not in proofs to $other") { nonceAfter(AS, other, "n-1").shouldBeNull() }
            }

            for (status in listOf(400, 401, 404, 500, 503)) {
                test("is learned from an answer with status $status") {
                    val dpop = Dpop(SigningKey.generate())
                    dpop.learnNonce(url(AS), answer("n-1", status = status).headers)

                    dpop.nonceFor(AS) shouldBe "n-1"
                }
            }

            test("is the last one of several in an answer") { nonceAfter(AS, AS, "n-1", "n-2") shouldBe "n-2" }

            test("is not learned where it is empty") {
                val dpop = Dpop(SigningKey.generate())
                dpop.learnNonce(url(AS), answer("n-1").headers)
                dpop.learnNonce(url(AS), answer("").headers)

                dpop.nonceFor(AS) shouldBe "n-1"
            }

            test("is not forgotten where an answer has none") {
                val dpop = Dpop(SigningKey.generate())
                dpop.learnNonce(url(AS), answer("n-1").headers)
                dpop.learnNonce(url(AS), answer().headers)

                dpop.nonceFor(AS) shouldBe "n-1"
            }

            test("is not shared with another Dpop of the same key") {
                val key = SigningKey.generate()
                Dpop(key).learnNonce(url(AS), answer("n-1").headers)

                Dpop(key).nonceFor(AS).shouldBeNull()
            }
        }

        context("of more than 100 origins") {
            test("the first one is forgotten") {
                val store = NonceStore()
                repeat(101) { store["https://$it.example.com"] = "n-$it" }

                store["https://0.example.com"].shouldBeNull()
                store["https://1.example.com"] shouldBe "n-1"
                store["https://100.example.com"] shouldBe "n-100"
            }

            test("none is forgotten at exactly 100") {
                val store = NonceStore()
                repeat(100) { store["https://$it.example.com"] = "n-$it" }

                List(100) { store["https://$it.example.com"] } shouldBe List(100) { "n-$it" }
            }

            test("one that was read lately stays") {
                val store = NonceStore()
                repeat(100) { store["https://$it.example.com"] = "n-$it" }
                store["https://0.example.com"] shouldBe "n-0"
                store["https://100.example.com"] = "n-100"

                store["https://0.example.com"] shouldBe "n-0"
                store["https://1.example.com"].shouldBeNull()
            }

            test("one that was written lately stays") {
                val store = NonceStore()
                repeat(100) { store["https://$it.example.com"] = "n-$it" }
                store["https://0.example.com"] = "new"
                store["https://100.example.com"] = "n-100"

                store["https://0.example.com"] shouldBe "new"
                store["https://1.example.com"].shouldBeNull()
            }
        }

        test("many coroutines share one handle") {
            val dpop = Dpop(SigningKey.generate())
            val proofs =
                withContext(Dispatchers.Default) {
                    List(200) { index ->
                        async {
                            val own = "https://${index % 150}.example.com/"
                            dpop.learnNonce(url(own), answer("n-${index % 150}").headers)
                            own to proof(dpop, url = own)
                        }
                    }.awaitAll()
                }

            proofs.map { (_, proof) -> payload(proof)["jti"] }.shouldBeUnique()
            // another coroutine may have pushed it out, but never put another origin's in its place
            val wrong =
                proofs.filterNot { (own, proof) ->
                    val expected = "n-${own.substringAfter("//").substringBefore('.')}"
                    payload(proof)["nonce"].let { it == null || it == JsonPrimitive(expected) }
                }
            wrong shouldBe emptyList()
        }
    })

private suspend fun nonceAfter(
    learned: String,
    asked: String,
    vararg nonces: String,
): String? {
    val dpop = Dpop(SigningKey.generate())
    dpop.learnNonce(url(learned), answer(*nonces).headers)
    return dpop.nonceFor(asked)
}

private suspend fun Dpop.nonceFor(url: String): String? =
    (payload(proof(this, url = url))["nonce"] as? JsonPrimitive)?.content
