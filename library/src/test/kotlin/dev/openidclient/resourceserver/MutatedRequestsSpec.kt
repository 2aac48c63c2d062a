package dev.openidclient.resourceserver

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.fuzz.Mutation
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.serialization.json.JsonPrimitive

private const val MUTANTS = 2000
private const val SEED = 9068L
private const val BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

private val bound: String by lazy {
    signedAccess(accessClaims("cnf" to json("""{"jkt":"$EC_THUMBPRINT"}""")))
}

private fun proofFor(jti: String = "a-jti"): String =
    proof(
        "jti" to JsonPrimitive(jti),
        "htm" to JsonPrimitive("GET"),
        "htu" to JsonPrimitive(ORDERS),
        "ath" to JsonPrimitive(athOf(bound)),
    )

private fun withProof(
    proof: String,
    token: String = bound,
): ResourceRequest = request("Authorization" to "DPoP $token", "DPoP" to proof)

/** [MUTANTS] spoilt ones of [originals], and each of them with each character another one. */
private fun mutantsOf(originals: List<String>): List<String> {
    val mutation = Mutation(originals.map(String::encodeToByteArray), SEED)
    val spoilt =
        generateSequence { mutation.next().decodeToString() }
            // spaces around a header's value are no part of it
            .filter { it.trim(' ') !in originals }
            .take(MUTANTS)
    val changed =
        originals.flatMap { original ->
            original.indices.map { at ->
                val next = BASE64URL[(BASE64URL.indexOf(original[at]) + 1) % BASE64URL.length]
                original.replaceRange(at, at + 1, next.toString())
            }
        }
    return spoilt.toList() + changed
}

class MutatedRequestsSpec :
    FunSpec({
        val world = ApiWorld()

        test("of $MUTANTS altered access tokens none is accepted, and none is an accident") {
            val originals =
                listOf(
                    signedAccess(),
                    TestKeys.signRsa(accessClaims(), "PS256", header = accessHeader()),
                    TestKeys.signEc(accessClaims(), header = accessHeader("kid" to JsonPrimitive("ec-1"))),
                )
            world.api().use { api ->
                originals.forEach { api.authorize(bearer(it)) }
                for (mutant in mutantsOf(originals)) {
                    withClue(mutant) {
                        val refused = shouldThrowExactly<RequestRefusedException> { api.authorize(bearer(mutant)) }
                        refused.status shouldBeIn listOf(400, 401)
                    }
                }
            }
        }

        test("of $MUTANTS altered DPoP proofs none is accepted, and none is an accident") {
            world.api { dpop() }.use { api ->
                val original = proofFor()
                for (mutant in mutantsOf(listOf(original))) {
                    withClue(mutant) {
                        val refused = shouldThrowExactly<RequestRefusedException> { api.authorize(withProof(mutant)) }
                        refused.status shouldBeIn listOf(400, 401)
                    }
                }
                // nothing of them was remembered: the proof itself is still the first
                api.authorize(withProof(original)).tokenType shouldBe "DPoP"
            }
        }

        test("of $MUTANTS altered tokens with their proofs none is accepted") {
            world.api { dpop() }.use { api ->
                for (mutant in mutantsOf(listOf(bound))) {
                    withClue(mutant) {
                        shouldThrowExactly<RequestRefusedException> { api.authorize(withProof(proofFor(), mutant)) }
                    }
                }
            }
        }

        test("one proof that 100 coroutines bring at once is accepted once") {
            world.api { dpop() }.use { api ->
                val request = withProof(proofFor("once"))
                val outcomes =
                    coroutineScope {
                        List(100) {
                            async(Dispatchers.Default) {
                                try {
                                    api.authorize(request).tokenType
                                } catch (e: RequestRefusedException) {
                                    "${e.status} ${e.error}"
                                }
                            }
                        }.awaitAll()
                    }
                outcomes.groupingBy { it }.eachCount() shouldBe mapOf("DPoP" to 1, "401 invalid_dpop_proof" to 99)
            }
        }
    })
