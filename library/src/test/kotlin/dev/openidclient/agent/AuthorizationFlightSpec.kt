package dev.openidclient.agent

import dev.openidclient.client.OwnCoroutines
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.resource.AccessChallenge
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** Each flight takes a second, and brings `token 1`, `token 2` and so on. */
private class Airport(
    test: TestScope,
) {
    val flown = mutableListOf<Wish>()
    var usable: String? = null

    val flight =
        AuthorizationFlight(OwnCoroutines(test.backgroundScope.coroutineContext, "test"), { it == usable }) { wish ->
            flown += wish
            delay(1_000)
            "token ${flown.size}".also { usable = it }
        }
}

private fun scopes(vararg scopes: String) =
    AccessChallenge.MoreScopes(
        WwwAuthenticateChallenge(
            "bearer",
            mapOf("error" to "insufficient_scope", "scope" to scopes.joinToString(" ")),
        ),
    )

private val REFUSED = AccessChallenge.of(401, emptyList(), "Bearer")

class AuthorizationFlightSpec :
    FunSpec({
        test("who looked for a token while a flight landed has what it brought, and opens no browser") {
            runTest {
                val airport = Airport(this)
                airport.flight.fulfil(Wish(REFUSED, refused = "token 0"))

                airport.flight.fulfil(Wish(REFUSED, refused = "token 0"))
                airport.flight.fulfil(Wish(challenge = null))

                airport.flown shouldHaveSize 1
            }
        }

        test("whose request was refused with what the flight brought needs another one") {
            runTest {
                val airport = Airport(this)
                airport.flight.fulfil(Wish(REFUSED, refused = "token 0"))

                airport.flight.fulfil(Wish(REFUSED, refused = "token 1"))

                airport.flown shouldHaveSize 2
            }
        }

        test("so does who waited for that flight") {
            runTest {
                val airport = Airport(this)

                listOf(
                    async { airport.flight.fulfil(Wish(REFUSED, refused = "token 0")) },
                    async { airport.flight.fulfil(Wish(REFUSED, refused = "token 1")) },
                ).awaitAll()

                airport.flown shouldHaveSize 2
            }
        }

        test("the same token once more is all that who waited for it gets, and begins no other flight") {
            runTest {
                val flown = mutableListOf<Wish>()
                val coroutines = OwnCoroutines(backgroundScope.coroutineContext, "test")
                val flight =
                    AuthorizationFlight(coroutines, { true }) { wish ->
                        flown += wish
                        delay(1_000)
                        "token 0"
                    }
                List(40) { async { flight.fulfil(Wish(REFUSED, refused = "token 0")) } }.awaitAll()
                flown shouldHaveSize 1

                listOf(
                    async { flight.fulfil(Wish(REFUSED, refused = "token 0")) },
                    async { flight.fulfil(Wish(scopes("a"), refused = "token 0")) },
                ).awaitAll()
                flown shouldHaveSize 3
            }
        }

        test("a flight that lands just when nothing was found yet is noticed before another one begins") {
            runTest {
                val gate = CompletableDeferred<Unit>()
                var flown = 0
                var usable = ""
                val flight =
                    AuthorizationFlight(
                        OwnCoroutines(Dispatchers.Unconfined, "test"),
                        isUsable = { token ->
                            // the second flight lands in between
                            if (token == "token 1") gate.complete(Unit)
                            token == usable
                        },
                    ) {
                        if (++flown == 2) gate.await()
                        "token $flown".also { usable = it }
                    }
                flight.fulfil(Wish(REFUSED, refused = "token 0"))
                val second = async(start = CoroutineStart.UNDISPATCHED) { flight.fulfil(Wish(REFUSED, "token 1")) }

                flight.fulfil(Wish(REFUSED, refused = "token 0"))

                second.await()
                flown shouldBe 2
            }
        }

        test("what a flight brought is of no use any more where it is not handed out, or was for something else") {
            runTest {
                val airport = Airport(this)
                airport.flight.fulfil(Wish(scopes("a", "b"), refused = "token 0"))

                airport.flight.fulfil(Wish(scopes("b"), refused = "token 0"))
                airport.flown shouldHaveSize 1

                airport.flight.fulfil(Wish(scopes("c"), refused = "token 0"))
                airport.flown shouldHaveSize 2

                airport.usable = null
                airport.flight.fulfil(Wish(scopes("c"), refused = "token 0"))
                airport.flown shouldHaveSize 3
                airport.usable shouldBe "token 3"
            }
        }
    })
