package dev.openidclient.benchmarks.jose

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import kotlinx.coroutines.runBlocking
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicLong

/** A request to an API, judged by the library through its public API; the key was downloaded before. */
internal class ResourceServerOperations(
    private val case: Case,
) {
    /** With a bearer token. */
    fun validateBearer(): () -> Any? = judged("authorization" to "Bearer ${case.signed.accessToken}")

    /** With a token that is bound to a key, and a proof of its possession. */
    fun validateBound(): () -> Any? =
        judged("authorization" to "DPoP ${case.signed.boundToken}", "dpop" to case.signed.proof)

    private fun judged(vararg headers: Pair<String, String>): () -> Any? {
        val api =
            ResourceServer(Case.AUDIENCE) {
                issuer(Case.ISSUER) { metadata = StubIssuer.metadata }
                connection { transport = StubIssuer(case) }
                dpop {
                    replayCache = ForgetfulCache()
                    proofLifetime = Duration.ofHours(1)
                }
            }
        val request = ResourceRequest("GET", Case.RESOURCE, HttpHeaders.of(*headers))
        runBlocking { api.authorize(request) }
        return { immediately { api.authorize(request) } }
    }

    /** The same proof comes again and again, as another one each time; all that is registered for one costs as ever. */
    private class ForgetfulCache : ReplayCache {
        private val memory = InMemoryReplayCache(MOST_IN_A_SECOND)
        private val count = AtomicLong()

        override suspend fun register(
            key: String,
            until: Instant,
        ): Boolean = memory.register(key + count.incrementAndGet(), Instant.now().plusSeconds(1))
    }

    private companion object {
        const val MOST_IN_A_SECOND = 1_000_000
    }
}
