package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.time.Duration

class ExchangedTokensSpec :
    FunSpec({
        fun TokenWorld.exchange(configure: ExchangeSettings.() -> Unit = {}) =
            ExchangedTokens.tokenExchange(client) {
                inThisWorld()
                audience("billing").scope("read")
                configure()
            }

        fun TokenWorld.subject(name: String) = server.tokens(name, "app") { scope("read") }.accessToken

        fun TokenWorld.answer(
            accessToken: String,
            type: String = "Bearer",
            issued: String = TokenType.ACCESS_TOKEN,
        ) = answerNext(
            """{"access_token":"$accessToken","token_type":"$type","issued_token_type":"$issued","expires_in":3600}""",
        )

        test("a subject's token is exchanged once, and kept") {
            runTest {
                val world = TokenWorld(this)
                val subject = world.subject("alice")
                val downstream = world.exchange()
                val tokens = List(5) { async { downstream.source(subject).token() } }.awaitAll()
                tokens.toSet().size shouldBe 1
                world.requests shouldBe 1
                val request = world.server.requests.single()
                request.parameters["audience"] shouldBe "billing"
                request.parameters["scope"] shouldBe "read"
            }
        }

        test("no two subjects share tokens, also where their tokens begin alike or have equal claims") {
            runTest {
                val world = TokenWorld(this)
                val first = world.subject("alice")
                val second = world.subject("alice")
                val downstream = world.exchange()
                downstream.source(first).token() shouldNotBe downstream.source(second).token()
                world.requests shouldBe 2
            }
        }

        test("the fields of a key cannot run into each other") {
            digestOf("ab", "c") shouldNotBe digestOf("a", "bc")
            digestOf("a", null) shouldNotBe digestOf("a", "")
            digestOf("a") shouldNotBe digestOf("a", null)
        }

        test("an empty subject is refused, which would be everybody's") {
            runTest {
                val downstream = TokenWorld(this).exchange()
                shouldThrow<IllegalArgumentException> { downstream.source("") }.message shouldContain "subject token"
                shouldThrow<IllegalArgumentException> { downstream.source("s") { actorToken("") } }
                shouldThrow<IllegalArgumentException> { downstream.source("s") { subjectTokenType("") } }
            }
        }

        test("another actor, another type and another end are other keys") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange()
                val subject = world.subject("alice")
                val actor = world.subject("bob")
                downstream.source(subject).token()
                downstream.source(subject) { actorToken(actor) }.token()
                downstream.source(subject, world.now.plusSeconds(60)).token()
                world.requests shouldBe 3
                downstream.source(subject) { actorToken(world.subject("carol")) }.token()
                world.requests shouldBe 4
                for (type in listOf(TokenType.JWT, TokenType.ID_TOKEN)) {
                    world.answer("actor-$type")
                    downstream.source(subject) { actorToken(actor, type) }.token().accessToken shouldBe "actor-$type"
                    world.answer("subject-$type")
                    downstream.source(subject) { subjectTokenType(type) }.token().accessToken shouldBe "subject-$type"
                }
                world.server.requests[1].parameters["actor_token_type"] shouldBe TokenType.ACCESS_TOKEN
            }
        }

        test("a refused subject is not tried again, and forgotten after 30 s") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange()
                val subject = world.subject("alice")
                world.server.tokenEndpoint.failNext(400, "invalid_grant")
                shouldThrow<ResponseBodyException> { downstream.source(subject).token() }
                delay(29_999)
                shouldThrow<ResponseBodyException> { downstream.source(subject).token() }
                world.requests shouldBe 1
                world.events.filterIsInstance<TokenEvent.RefreshFailed>().single().failure shouldBe
                    FailureClass.SUBJECT_REFUSED
                delay(1)
                downstream.source(subject).token()
                world.requests shouldBe 2
            }
        }

        test("what is no access token is handed over, and never kept") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange()
                world.answer("id-token", "N_A", TokenType.ID_TOKEN)
                downstream.source("subject").token().accessToken shouldBe "id-token"
                world.answer("other", "N_A", TokenType.ID_TOKEN)
                downstream.source("subject").token().accessToken shouldBe "other"
                world.answer("saml", "Bearer", TokenType.SAML2)
                downstream.source("subject").token().accessToken shouldBe "saml"
                // by its type alone, whatever it was issued as
                repeat(2) {
                    world.answer("not-applicable-$it", "N_A")
                    downstream.source("subject").token().accessToken shouldBe "not-applicable-$it"
                }
                world.requests shouldBe 5
            }
        }

        test("nothing is used after the end of the subject's own token, and nothing renewed") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange()
                val subject = world.subject("alice")
                val source = downstream.source(subject, world.now.plusSeconds(100))
                val first = source.token()
                delay(99_999)
                source.token() shouldBe first
                delay(1)
                world.requests shouldBe 1
                source.token() shouldNotBe first
                // after the end nothing is kept any more
                source.token()
                world.requests shouldBe 3
            }
        }

        test("after the end of the subject's own token the last resort is over too") {
            runTest {
                val world = TokenWorld(this)
                val source = world.exchange().source(world.subject("alice"), world.now.plusSeconds(100))
                source.token()
                delay(100_000)
                world.server.isDown = true
                shouldThrow<OAuthException> { source.token() }
            }
        }

        test("of too many subjects none goes whose exchange is on the way, nor the newest") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange { maximumEntries = 1 }
                val subject = world.subject("alice")
                val other = world.subject("bob")
                world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                val first = async { downstream.source(subject).token() }
                delay(1_000)
                val newest = async { downstream.source(other).token() }
                delay(500)
                downstream.source(subject).token() shouldBe first.await()
                newest.await()
                world.requests shouldBe 2
                world.count(TokenEvent.Evicted::class.java) shouldBe 0
            }
        }

        test("of too many subjects those used least recently are asked for anew") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange { maximumEntries = 3 }
                val sources = List(4) { downstream.source(world.subject("user-$it")) }
                for (source in sources.take(3)) {
                    source.token()
                    delay(10)
                }
                sources[0].token()
                delay(10)
                sources[3].token()
                world.requests shouldBe 4
                world.count(TokenEvent.Evicted::class.java) shouldBe 1
                sources[0].token()
                sources[2].token()
                world.requests shouldBe 4
                sources[1].token()
                world.requests shouldBe 5
            }
        }

        test("expired tokens leave the memory as others come") {
            runTest {
                val world = TokenWorld(this)
                val downstream = world.exchange()
                repeat(5) { downstream.source(world.subject("user-$it")).token() }
                downstream.toString() shouldContain "5 subjects"
                delay(3_600_000)
                downstream.source(world.subject("last")).token()
                downstream.toString() shouldContain "1 subjects"
            }
        }

        test("the JWT bearer grant sends the subject as the assertion, and knows no actor") {
            runTest {
                val world = TokenWorld(this)
                val downstream = ExchangedTokens.jwtBearer(world.client) { world.run { inThisWorld() } }
                world.answer("on-behalf")
                downstream.source("header.payload.signature").token().accessToken shouldBe "on-behalf"
                world.server.requests.single().parameters["grant_type"] shouldBe
                    "urn:ietf:params:oauth:grant-type:jwt-bearer"
                shouldThrow<IllegalArgumentException> { downstream.source("s") { actorToken("a") } }
                shouldThrow<IllegalArgumentException> { downstream.source("s") { subjectTokenType(TokenType.JWT) } }
            }
        }

        test("settings that make no sense are refused") {
            runTest {
                val world = TokenWorld(this)
                shouldThrow<IllegalArgumentException> { world.exchange { maximumEntries = 0 } }
                shouldThrow<IllegalArgumentException> { world.exchange { parameter("subject_token", "s") } }
                shouldThrow<IllegalArgumentException> {
                    ExchangedTokens.tokenExchange(world.client { timeout = Duration.ZERO })
                }
            }
        }

        test("neither toString nor a failure shows the subject") {
            runTest {
                val world = TokenWorld(this)
                val source = world.exchange().source("very-secret-subject")
                source.toString() shouldNotContain "very-secret-subject"
                shouldThrow<OAuthException> { source.token() }.message shouldNotContain "very-secret-subject"
            }
        }
    })
