package dev.openidclient.agent

import dev.openidclient.resource.AccessChallenge
import dev.openidclient.resource.ChallengedRequest
import dev.openidclient.token.TokenResponse
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

/** At the same origin, but not below the resource. */
private const val ELSEWHERE = "${AgentWorld.ORIGIN}/other"

private val LIFETIME = Duration.ofHours(2).toMillis()

/** As a `ResourceAccess` of the program's own calls them, which does not ask what the tokens are for. */
class InteractiveTokensSpec :
    FunSpec({
        fun TestScope.tokensIn(world: AgentWorld) =
            InteractiveTokens(AgentWorld.URL) { with(world) { inThisWorld { register() } } }

        fun refused(
            url: String,
            tokens: TokenResponse?,
        ) = ChallengedRequest("GET", url, AccessChallenge.TokenRefused(null), tokens, emptyList())

        test("a URL that the tokens are not for gets none, at hand or renewed") {
            runTest {
                val world = AgentWorld(this)
                val tokens = tokensIn(world)
                tokens.token()

                tokens.tokenFor(ELSEWHERE).shouldBeNull()
                tokens.tokenFor("${AgentWorld.URL}/below").shouldNotBeNull()
                delay(LIFETIME)
                tokens.tokenFor(ELSEWHERE).shouldBeNull()

                world.tokenForms() shouldHaveSize 1
                tokens.tokenFor(AgentWorld.URL).shouldNotBeNull()
                world.tokenForms() shouldHaveSize 2
            }
        }

        test("what another URL refuses is no word about the tokens: nobody is asked, and they stay") {
            runTest {
                val world = AgentWorld(this)
                val tokens = tokensIn(world)
                val issued = tokens.token()

                tokens.answer(refused(ELSEWHERE, issued)) shouldBe false

                tokens.token().accessToken shouldBe issued.accessToken
                world.opened shouldHaveSize 1
                world.tokenForms() shouldHaveSize 1
            }
        }

        test("after close nothing is answered, completed or forgotten, and nothing is sent") {
            runTest {
                val world = AgentWorld(this)
                val tokens = tokensIn(world)
                val issued = tokens.token()
                tokens.close()
                tokens.close()
                tokens.closed()
                world.asked.clear()

                val calls =
                    listOf<suspend () -> Any?>(
                        { tokens.token() },
                        { tokens.tokenFor(AgentWorld.URL) },
                        { tokens.answer(refused(AgentWorld.URL, issued)) },
                        { tokens.answer(refused(ELSEWHERE, issued)) },
                        { tokens.complete("${AgentWorld.REDIRECT_URI}?code=1&state=2", "pending") },
                        { tokens.remove() },
                        { tokens.revoke() },
                    )
                for (call in calls) {
                    shouldThrow<IllegalStateException> { call() }.message shouldBe
                        AuthorizationFlight.CLOSED
                }

                world.asked.shouldBeEmpty()
            }
        }
    })
