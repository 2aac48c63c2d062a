package dev.openidclient.tampering

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger

/** Lets the genuine server answer and keeps what it says; [prepare] is what the proxy does to every run of the flow. */
internal class Recording(
    private val prepare: Map<Endpoint, Edit>,
) : Station {
    private class Exchange(
        val endpoint: Endpoint?,
        val asked: Asked,
        val answer: Answer,
    )

    private val exchanges = CopyOnWriteArrayList<Exchange>()
    val secrets = FoundSecrets()

    override fun answer(asked: Asked): Answer {
        val endpoint = Endpoint.of(asked.path)
        val genuine = TamperingProxy.forward(asked)
        val answer = prepare[endpoint]?.alter(asked, genuine) ?: genuine
        exchanges += Exchange(endpoint, asked, answer)
        secrets.addAll(asked, answer)
        return answer
    }

    /** Forgets what only led up to the part that is played again; its secrets stay secrets. */
    fun restart() = exchanges.clear()

    /** The answer that [endpoint] gave to its request number [index]; the last one from there on. */
    fun answer(
        endpoint: Endpoint,
        index: Int,
    ): Answer? =
        exchanges
            .filter { it.endpoint == endpoint }
            .let { answers ->
                answers.getOrNull(index) ?: answers.lastOrNull()
            }?.answer
}

/** Plays [recording] again with [tampering]. */
internal class Replay(
    private val recording: Recording,
    private val tampering: Tampering,
) : Station {
    private val asks = ConcurrentHashMap<Endpoint, AtomicInteger>()
    val secrets = FoundSecrets(recording.secrets)

    /** What was asked although nobody should. */
    val strays = CopyOnWriteArrayList<String>()

    @Volatile var isTampered = false
        private set

    override fun answer(asked: Asked): Answer {
        val endpoint = Endpoint.of(asked.path)
        val genuine = endpoint?.let { recording.answer(it, count(it).getAndIncrement()) }
        if (genuine == null) {
            strays += "${asked.method} ${asked.path}"
            return Answer.json(200, "{}")
        }
        val answer = tampering.alter(endpoint, asked, genuine)
        if (endpoint == tampering.endpoint && !answer.isSameAs(genuine)) isTampered = true
        secrets.addAll(asked, answer)
        return answer
    }

    fun tampered() {
        isTampered = true
    }

    fun asks(endpoint: Endpoint): Int = count(endpoint).get()

    private fun count(endpoint: Endpoint) = asks.computeIfAbsent(endpoint) { AtomicInteger() }
}
