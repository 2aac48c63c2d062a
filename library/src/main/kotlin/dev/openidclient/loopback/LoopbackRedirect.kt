package dev.openidclient.loopback

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.client.end
import dev.openidclient.client.inSeconds
import dev.openidclient.client.orNullAfter
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.io.IOException
import java.util.concurrent.atomic.AtomicReference

/**
 * Signs a person in with the browser of this machine: a redirect URI at a port of it, for a command-line or desktop
 * program ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
 *
 * ```
 * LoopbackRedirect { url -> openBrowser(url) }.use { redirect ->
 *     val request = client.authorizationRequest { redirectUri(redirect.uri).scope("openid") }
 *     val tokens = client.authorizationCodeGrant(redirect.await(request), request.pending)
 * }
 * ```
 *
 * The port is bound when this is made, at the loopback addresses only, and closed when [await] ends, however it does,
 * or by [close]. Only the callback of the request that [await] has, which its `state` tells, ends the waiting: what
 * else comes is answered with a page that says nothing, and the waiting goes on. A response that is encrypted (JARM) is
 * opened first, with the keys of the client. The browser then shows a page that says that the window may be closed.
 *
 * The constructor binds the port; [open] starts the browser at the URL that it gets, and what it throws ends [await].
 * It throws [IOException] where the port is taken, [UnsupportedFeatureException] where the runtime has no module
 * `jdk.httpserver`, as Android, and [IllegalArgumentException] where the settings contradict themselves.
 *
 * The page `docs/cli-and-desktop.md` shows a whole program.
 */
public class LoopbackRedirect
    @Throws(IOException::class)
    public constructor(
        configure: LoopbackRedirectSettings.() -> Unit = {},
        private val open: suspend (url: String) -> Unit,
    ) : AutoCloseable {
        private val rules = LoopbackRedirectSettings().apply(configure).rules()

        private val stage = AtomicReference<Stage>(Stage.Unused)

        private val server: LoopbackServer

        private val address: LoopbackAddress

        init {
            LoopbackServer.requireAvailable()
            server = LoopbackServer.open(rules.host, rules.port)
            address = LoopbackAddress(rules.host, server.port, rules.path)
            server.answer(::reply)
        }

        /** The redirect URI, as `http://127.0.0.1:49152/callback`: for the request. */
        public val uri: String get() = address.uri

        /**
         * Opens the browser with [request] and waits for its callback, which nothing but `state` is checked of:
         * `authorizationCodeGrant` does the rest, and tells an error of the server from a code. The port is closed
         * then.
         *
         * Throws [TransportException] with the code `OAUTH_TIMEOUT` where the callback does not come in time, with the
         * cause where a response came that could not be opened;
         * [IllegalArgumentException] where [request] has another redirect URI than [uri]; [IllegalStateException] where
         * it must be signed or pushed, and where this waits already, has waited before, or was closed. Cancellation
         * closes the port at once.
         */
        public suspend fun await(request: AuthorizationRequest): AuthorizationCallback {
            val given = request.pending.redirectUri
            require(given == uri) {
                "the request has the redirect URI \"${printable(given.orEmpty())}\", but the callback is received at " +
                    "\"$uri\": redirectUri(redirect.uri)"
            }
            val url = request.url
            val waiting = Stage.Waiting(ExpectedCallback(request))
            begin(waiting)
            try {
                return orNullAfter(rules.timeout) { callbackOf(url, waiting) } ?: throw late(waiting.unreadable)
            } finally {
                waiting.encrypted.cancel(null)
                close()
            }
        }

        /** Closes the port; [await] ends with an [IllegalStateException] where it waits. Further calls do nothing. */
        override fun close() {
            val last = stage.getAndSet(Stage.Closed)
            if (last == Stage.Closed) return
            server.close()
            if (last is Stage.Waiting) {
                last.encrypted.cancel(null)
                last.callback.completeExceptionally(IllegalStateException("the loopback redirect was closed"))
            }
        }

        override fun toString(): String = "LoopbackRedirect($uri)"

        private fun begin(waiting: Stage.Waiting) {
            check(stage.compareAndSet(Stage.Unused, waiting)) {
                if (stage.get() == Stage.Closed) {
                    "the loopback redirect is closed: each sign-in needs one of its own"
                } else {
                    "the loopback redirect waits for a callback already: each sign-in needs one of its own"
                }
            }
        }

        /** The callback may come before the opener returns: some wait for the end of the browser. */
        private suspend fun callbackOf(
            url: String,
            waiting: Stage.Waiting,
        ): AuthorizationCallback =
            coroutineScope {
                val opening = launch { open(url) }
                // a key that is far away holds up no other response
                val reading = launch { repeat(MOST_READ) { launch { for (read in waiting.encrypted) read() } } }
                waiting.callback.await().also {
                    opening.end()
                    reading.end()
                }
            }

        private fun late(unreadable: OAuthException?) =
            TransportException(
                ErrorCode.TIMEOUT,
                "nobody came back to $uri within ${inSeconds(rules.timeout)} (timeout in the settings): the person " +
                    "begins again",
                cause = unreadable,
                reached = Reached.NO,
            )

        /** Null: [later] gets it, when what is encrypted was opened. */
        private fun reply(
            request: LoopbackRequest,
            later: (LoopbackReply) -> Unit,
        ): LoopbackReply? {
            address.refusal(request)?.let { return LoopbackReply(it) }
            val waiting = stage.get() as? Stage.Waiting ?: return LoopbackReply(LoopbackAnswer.NO_SUCH_PAGE)
            val arrival = waiting.expected.of(request, uri) ?: return LoopbackReply(LoopbackAnswer.ANOTHER_SIGN_IN)
            val encrypted = arrival.encrypted ?: return arrived(arrival, waiting)
            val queued =
                waiting.encrypted.trySend {
                    later(
                        if (isOwn(encrypted, waiting)) {
                            arrived(arrival, waiting)
                        } else {
                            LoopbackReply(LoopbackAnswer.ANOTHER_SIGN_IN)
                        },
                    )
                }
            return if (queued.isSuccess) null else LoopbackReply(LoopbackAnswer.BUSY)
        }

        private suspend fun isOwn(
            encrypted: String,
            waiting: Stage.Waiting,
        ): Boolean {
            var failures = 0
            while (true) {
                try {
                    return waiting.expected.isOwn(encrypted)
                } catch (e: OAuthException) {
                    // whoever has sent it: what is of this sign-in may come yet
                    waiting.unreadable = e
                    if (!isOfKey(e) || ++failures == MOST_ATTEMPTS) return false
                }
                // the browser brings it once only
                delay(PAUSE_MILLIS)
            }
        }

        /** Whether the key could not be reached, which says nothing of the response. */
        private fun isOfKey(e: OAuthException): Boolean =
            e is TransportException || (e is DecryptionException && e.isOfKey)

        private fun arrived(
            arrival: Arrival,
            waiting: Stage.Waiting,
        ): LoopbackReply {
            // a browser that asks twice has its answer from the first time
            if (!stage.compareAndSet(waiting, Stage.Answered)) return LoopbackReply(LoopbackAnswer.NO_SUCH_PAGE)
            return LoopbackReply(rules.completion) { waiting.callback.complete(arrival.callback) }
        }

        private sealed class Stage {
            object Unused : Stage()

            class Waiting(
                val expected: ExpectedCallback,
            ) : Stage() {
                val callback = CompletableDeferred<AuthorizationCallback>()

                /** Opens a response, and answers it. */
                val encrypted = Channel<suspend () -> Unit>(MOST_QUEUED)

                /** Why the last response that is encrypted could not be opened. */
                @Volatile
                var unreadable: OAuthException? = null
            }

            /** The callback has come, and the browser gets its page. */
            object Answered : Stage()

            object Closed : Stage()
        }

        public companion object {
            /** Of the responses that are encrypted, at once: any page of this machine may send some. */
            private const val MOST_READ = 4

            /** That wait to be read. */
            private const val MOST_QUEUED = 16

            /** To open one, where the key is out of reach. */
            private const val MOST_ATTEMPTS = 3
            private const val PAUSE_MILLIS = 500L

            /**
             * A handler that makes a [LoopbackRedirect] for each sign-in, one after another: for programs that sign in
             * when they must. What the constructor throws is thrown by the handler.
             */
            public fun authorization(
                configure: LoopbackRedirectSettings.() -> Unit = {},
                open: suspend (url: String) -> Unit,
            ): AuthorizationHandler {
                val oneAtATime = Mutex()
                return AuthorizationHandler { begin ->
                    oneAtATime.withLock {
                        LoopbackRedirect(configure, open).use { it.await(begin(it.uri)) }
                    }
                }
            }
        }
    }
