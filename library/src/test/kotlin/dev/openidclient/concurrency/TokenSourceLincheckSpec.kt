package dev.openidclient.concurrency

import dev.openidclient.client.CellMap
import dev.openidclient.event.EventSource
import dev.openidclient.event.FailureClass
import dev.openidclient.event.ServedFrom
import dev.openidclient.testing.isLong
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.CellTraits
import dev.openidclient.tokensource.CustomTokensSettings
import dev.openidclient.tokensource.Obtained
import dev.openidclient.tokensource.SourceEngine
import dev.openidclient.tokensource.TokenCell
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import org.jetbrains.lincheck.datastructures.Operation
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset
import java.util.Base64

class TokenSourceLincheckSpec :
    FunSpec({
        test("those who wait for a token are all served, whoever of them is cancelled, in every interleaving")
            .config(enabled = isLong) { modelChecked(TokenFlightOperations::class, Scenarios.FEW) }

        test("those who wait for a token are all served, whoever of them is cancelled, under load") {
            stressed(TokenFlightOperations::class)
        }
    })

/**
 * One key of the map of flights, of a server that answers only when [answer] is called, so that askers suspend; Lincheck
 * cancels some of them. The time stands still, so no token grows old.
 */
class TokenFlightOperations {
    private var waiting = emptyList<CompletableDeferred<Unit>>()
    private val settings = CustomTokensSettings()
    private val engine =
        SourceEngine(
            settings.rules(),
            settings.time(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)),
            Dispatchers.Unconfined,
            null,
            EventSource(null, null, "custom", null),
        )
    private val cells = CellMap(2, engine.time, CellTraits<Cell>(engine))

    private inner class Cell : TokenCell(engine) {
        override suspend fun obtain(): Obtained {
            val gate = CompletableDeferred<Unit>()
            synchronized(this@TokenFlightOperations) { waiting = waiting + gate }
            gate.await()
            return Obtained(engine.rules.lifetime.hold(TOKENS, engine.time), ServedFrom.FLIGHT)
        }

        override fun classOf(failure: Throwable): FailureClass = FailureClass.OUTAGE
    }

    private fun cell() = cells["key"] ?: cells.getOrMake("key") { Cell() }

    @Operation
    suspend fun token(): String = cell().token().accessToken

    @Operation
    fun answer() {
        synchronized(this) { waiting.also { waiting = emptyList() } }.forEach { it.complete(Unit) }
    }

    private companion object {
        const val STORED =
            """{"json":{"access_token":"a","token_type":"bearer"},"received_at":"1970-01-01T00:00:00Z",""" +
                """"token_type":"bearer","iss":"https://as.example.com","client_id":"app"}"""

        val TOKENS: TokenResponse =
            TokenResponse.decode(
                "v1." + Base64.getUrlEncoder().withoutPadding().encodeToString(STORED.encodeToByteArray()),
            )
    }
}
