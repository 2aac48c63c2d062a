package dev.openidclient.samples.scale

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.tokensource.AfterDoubt
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokensource.UserTokensSettings
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.time.withTimeoutOrNull
import kotlinx.coroutines.withContext
import java.time.Duration
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.atomic.LongAdder

const val CLIENT_ID: String = "scale"
const val CLIENT_SECRET: String = "a-secret-of-this-sample"

/** Where an instance finds the key that seals what stands in the store, in Base64. */
const val KEY_VARIABLE: String = "TOKEN_STORE_KEY"

/** The sessions of the service, as each instance keeps them. */
fun usersOf(
    client: OpenIdClient,
    store: TokenStore,
    key: String,
): UserTokens =
    UserTokens(client) {
        store(store, TokenCipher.of(StoreKey("sample", Base64.getDecoder().decode(key))))
        sampleSettings()
    }

private fun UserTokensSettings.sampleSettings() {
    nearCopy = Duration.ofMillis(250)
    // a machine that is busy is no outage
    storeTimeout = Duration.ofSeconds(10)
    // strict: what may have been used is not sent again, so each token that comes twice is a fault
    afterDoubt = AfterDoubt.NEVER
}

/**
 * One instance of the service: asks for a token of each session about twice a second. It says what it does on its output,
 * a line each ([Told]), is told on its input when to go on, and ends with that.
 */
class Instance(
    private val users: UserTokens,
    private val sessions: Int,
) {
    private val counts = ConcurrentHashMap<String, LongAdder>()

    suspend fun work() =
        coroutineScope {
            Told.READY.say()
            if (!isToldToGoOn()) return@coroutineScope
            val load = launch { load() }
            val reports =
                launch {
                    while (true) {
                        delay(REPORT_MILLIS)
                        report()
                    }
                }
            val goesOn = isToldToGoOn()
            load.cancelAndJoin()
            reports.cancelAndJoin()
            report()
            Told.STOPPED.say()
            if (goesOn) rollCall(read().orEmpty())
            read()
        }

    private fun CoroutineScope.load() =
        repeat(sessions) { session ->
            launch {
                while (true) {
                    delay(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS))
                    counts.computeIfAbsent(call(session)) { LongAdder() }.increment()
                }
            }
        }

    private suspend fun call(session: Int): String =
        try {
            users.source(sessionId(session)).token()
            OK
        } catch (e: OAuthException) {
            e.code
        }

    private fun report() = Told.COUNTS.say(counts.entries.joinToString(" ") { (code, count) -> "$code=$count" })

    /** Each session once more; for those that [words] name no doubt is waited out, as nobody may bring their tokens. */
    private suspend fun rollCall(words: String) {
        val impatient = words.split(' ').filter(String::isNotEmpty).map(String::toInt)
        coroutineScope {
            repeat(sessions) { session ->
                launch {
                    Told.ANSWER.say("$session ${settled(session, isPatient = session !in impatient)}")
                }
            }
        }
        Told.DONE.say()
    }

    private suspend fun settled(
        session: Int,
        isPatient: Boolean,
    ): String {
        val patience = if (isPatient) PATIENCE else LITTLE_PATIENCE
        val end = System.nanoTime() + patience.toNanos()
        while (true) {
            val code = withTimeoutOrNull(LONGEST_CALL) { call(session) } ?: ErrorCode.TIMEOUT
            val isFinal = code in FINAL || (code in OF_A_DOUBT && !isPatient)
            if (isFinal || System.nanoTime() >= end) return code
            delay(REPORT_MILLIS)
        }
    }

    private suspend fun isToldToGoOn(): Boolean = read() != null

    /** null: whoever started this process has gone. */
    private suspend fun read(): String? = withContext(Dispatchers.IO) { readlnOrNull() }

    companion object {
        const val OK: String = "ok"
        private const val REPORT_MILLIS = 250L
        private const val LONGEST_PAUSE_MILLIS = 1_000L
        private val LONGEST_CALL = Duration.ofSeconds(5)
        private val PATIENCE = Duration.ofSeconds(30)
        private val LITTLE_PATIENCE = Duration.ofSeconds(10)

        private val FINAL = setOf(OK, ErrorCode.SIGN_IN_REQUIRED)
        private val OF_A_DOUBT = setOf(ErrorCode.REFRESH_IN_DOUBT, ErrorCode.TIMEOUT)

        fun sessionId(number: Int): String = "session-$number"

        /** [arguments]: the store's address, the issuer, how many sessions, and whether there are leases. */
        @JvmStatic
        fun main(arguments: Array<String>) {
            val (address, issuer, sessions, hasLease) = arguments
            val opened = OpenedStore.at(address).store
            val store = if (hasLease.toBoolean()) opened else StoreWithoutLeases(opened)
            val watched = WatchedStore(store, Told.BEGAN::say, Told.ENDED::say)
            runBlocking(Dispatchers.Default) {
                clientOf(issuer).use { client ->
                    usersOf(client, watched, System.getenv(KEY_VARIABLE)).use { Instance(it, sessions.toInt()).work() }
                }
            }
            Runtime.getRuntime().halt(0)
        }

        @OptIn(InsecureRequests::class) // the server is on this machine
        private suspend fun clientOf(issuer: String): OpenIdClient {
            val discovered =
                OpenIdClient.discover(issuer, CLIENT_ID) {
                    allowInsecureRequests()
                    timeout = Duration.ofMinutes(1)
                }
            return OpenIdClient(discovered.use { it.server }, CLIENT_ID) {
                allowInsecureRequests()
                clientSecret(CLIENT_SECRET)
                // a server that is busy is no doubt
                timeout = Duration.ofSeconds(30)
            }
        }
    }
}

/** What an instance says. */
enum class Told {
    /** It can begin. */
    READY,

    /** It may be refreshing the session whose entry is named, from now on. */
    BEGAN,

    /** It is not any more. */
    ENDED,

    /** How many calls brought a token or which failure, since its start. */
    COUNTS,

    /** It makes no more calls. */
    STOPPED,

    /** What came of the last call of a session. */
    ANSWER,

    /** There was one of each. */
    DONE, ;

    fun say(what: String = "") {
        synchronized(Told) {
            println("$name $what")
            System.out.flush()
        }
    }

    companion object
}
