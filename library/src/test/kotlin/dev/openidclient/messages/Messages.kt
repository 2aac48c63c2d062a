package dev.openidclient.messages

import dev.openidclient.error.OAuthException
import dev.openidclient.resourceserver.RefusedProof
import dev.openidclient.resourceserver.RefusedRequest
import dev.openidclient.resourceserver.RefusedToken
import kotlinx.coroutines.CancellationException

/** The messages of failing calls, one line each, as the person reads them who has to act on them. */
internal class Messages {
    private val collected = mutableListOf<String>()

    val lines: List<String> get() = collected

    /** Adds what [call] throws; it must throw something that users are told of. */
    suspend fun of(call: suspend () -> Any?) {
        val thrown =
            try {
                call()
                null
            } catch (e: CancellationException) {
                throw e
            } catch (e: OAuthException) {
                e
            } catch (e: IllegalArgumentException) {
                e
            } catch (e: IllegalStateException) {
                e
            } catch (e: RefusedProof) {
                e
            } catch (e: RefusedToken) {
                e
            } catch (e: RefusedRequest) {
                e
            }
        collected +=
            if (thrown == null) {
                "$NOTHING: call ${collected.size + 1}"
            } else {
                "${thrown.javaClass.simpleName}: ${withoutPorts(thrown.message.orEmpty())}"
            }
    }

    /** The servers of tests get any port that is free. */
    private fun withoutPorts(message: String) = message.replace(LOCAL_PORT, "$1:PORT")

    companion object {
        /** Stands for a call that did not fail. */
        const val NOTHING: String = "nothing failed"

        private val LOCAL_PORT = Regex("""(127\.0\.0\.1|localhost|127\.1):\d+""")
    }
}
