package dev.openidclient.resourceserver

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private val MINUTE = Duration.ofMinutes(1)

/** RFC 7662: an opaque token is what its server says of it. */
class IntrospectedTokensSpec :
    FunSpec({
        context("what the server says") {
            test("is asked for with the token and its kind, and handed on") {
                runTest {
                    val world = IntrospectionWorld(this, ""","sub":"alice","iss":"$ISSUER","aud":["x","$API"]""")
                    world.tokens().claims("opaque")["sub"] shouldBe JsonPrimitive("alice")
                    val form = Parameters.parse(world.questions.single().body!!.bytes().decodeToString())
                    form["token"] shouldBe "opaque"
                    form["token_type_hint"] shouldBe "access_token"
                }
            }

            test("inactive refuses the token, whatever else is there") {
                runTest {
                    val world = IntrospectionWorld(this, ""","aud":"$API"""").apply { isActive = false }
                    world.tokens().refused() shouldBe "introspection: the token is not active"
                }
            }

            for (audience in listOf("\"$API\"", "[\"x\",\"orders\"]", "null")) {
                test("the audience $audience is taken") {
                    runTest { IntrospectionWorld(this, ""","aud":$audience""").tokens().taken() }
                }
            }

            for (audience in listOf("\"$API/\"", "[\"https://other.example.com\"]", "[]", "\"\"")) {
                test("the audience $audience, which is another's, is refused") {
                    runTest {
                        IntrospectionWorld(this, ""","aud":$audience""").tokens().refused() shouldContain
                            "\"aud\" of the token must name \"$API\" or \"orders\", but names "
                    }
                }
            }

            test("no audience is refused where one is required") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.tokens(isAudienceRequired = true).refused() shouldContain "requireAudience()"
                    world.members = ""","aud":"$API""""
                    world.tokens(isAudienceRequired = true).taken()
                }
            }

            test("another issuer is refused") {
                runTest {
                    IntrospectionWorld(this, ""","iss":"$ISSUER/"""").tokens().refused() shouldBe
                        "introspection: expected \"iss\" \"$ISSUER\", got \"$ISSUER/\""
                }
            }

            for (type in listOf("Bearer", "bearer", "DPoP", "dpop")) {
                test("the token_type $type is taken") {
                    val bound = ""","token_type":"$type","cnf":{"jkt":"a"}"""
                    runTest { IntrospectionWorld(this, bound).tokens().taken() }
                }
            }

            test("a token that is bound to a DPoP key, but to which is not said, is refused") {
                runTest {
                    IntrospectionWorld(this, ""","token_type":"dpop"""").tokens().refused() shouldBe
                        "introspection: the server says that the token is bound to a DPoP key, but not to which (cnf.jkt)"
                }
            }

            for (type in listOf("refresh_token", "Refresh", "N_A", "")) {
                test("the token_type <$type>, which is no access token's, is refused") {
                    runTest {
                        IntrospectionWorld(this, ""","token_type":"$type"""").tokens().refused() shouldBe
                            "introspection: \"token_type\" must be Bearer or DPoP, but is \"$type\""
                    }
                }
            }

            test("the end of a token is judged with the tolerance of the settings") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.members = ""","exp":${world.now - 30}"""
                    world.tokens().refused() shouldContain "the token is expired: \"exp\" is ${world.now - 30}"
                    world.members = ""","exp":${world.now - 29}"""
                    world.tokens().taken()
                }
            }

            test("the beginning of a token is judged with the tolerance of the settings") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.members = ""","nbf":${world.now + 31}"""
                    world.tokens().refused() shouldContain "the token is not valid yet: \"nbf\" is ${world.now + 31}"
                    world.members = ""","nbf":${world.now + 30}"""
                    world.tokens().taken()
                }
            }

            for (member in listOf("\"aud\":1", "\"exp\":\"soon\"", "\"nbf\":true", "\"iss\":{}", "\"token_type\":1")) {
                test("a member of a wrong type, $member, is the server's fault and not the caller's") {
                    runTest {
                        val world = IntrospectionWorld(this, ",$member")
                        val tokens = world.tokens()
                        shouldThrow<InvalidResponseException> { tokens.taken() }
                        world.members = ""
                        tokens.taken()
                    }
                }
            }

            test("no refusal shows the token") {
                runTest {
                    val world = IntrospectionWorld(this).apply { isActive = false }
                    (TOKEN in world.tokens().refused(TOKEN)) shouldBe false
                }
            }
        }

        context("without a cache") {
            test("each question goes to the server") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(cache = Duration.ZERO)
                    repeat(3) { tokens.taken() }
                    world.isActive = false
                    tokens.refused()
                    world.questions shouldHaveSize 4
                    tokens.size shouldBe 0
                }
            }

            test("who asks while another waits gets an answer of its own: it may be another one") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 100 }
                    val tokens = world.tokens(cache = Duration.ZERO)
                    val first = async { tokens.taken() }
                    delay(50.milliseconds)
                    world.isActive = false
                    tokens.refused()
                    first.await()
                    world.questions shouldHaveSize 2
                }
            }
        }

        context("a cache") {
            test("answers until its time is up, and not longer") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens()
                    tokens.taken()
                    world.isActive = false
                    delay(29_999.milliseconds)
                    tokens.taken()
                    world.questions shouldHaveSize 1
                    delay(1.milliseconds)
                    tokens.refused()
                    world.questions shouldHaveSize 2
                }
            }

            test("counts from the question: an answer that took its time is that much older") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 10_000 }
                    val tokens = world.tokens()
                    tokens.taken()
                    delay(20.seconds)
                    tokens.taken()
                    world.questions shouldHaveSize 2
                }
            }

            test("answers not beyond the end of the token") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.members = ""","exp":${world.now + 10}"""
                    val tokens = world.tokens()
                    tokens.taken()
                    delay(9.seconds)
                    tokens.taken()
                    world.questions shouldHaveSize 1
                    delay(1.seconds)
                    world.isActive = false
                    tokens.refused()
                    world.questions shouldHaveSize 2
                }
            }

            test("judges exp again when it answers: the tolerance is over, and the server cannot be asked") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.members = ""","exp":${world.now + 10}"""
                    val tokens = world.tokens(MINUTE, staleOnOutage = MINUTE)
                    tokens.taken()
                    world.fault = { throw IOException("down") }
                    delay(11.seconds)
                    shouldThrow<TransportException> { tokens.taken() }
                }
            }

            test("judges nbf again when it answers") {
                runTest {
                    val world = IntrospectionWorld(this)
                    world.members = ""","nbf":${world.now + 40}"""
                    val tokens = world.tokens()
                    tokens.refused()
                    delay(10.seconds)
                    tokens.taken()
                    world.questions shouldHaveSize 1
                }
            }

            test("keeps for 5 seconds at the most that a token is not active") {
                runTest {
                    val world = IntrospectionWorld(this).apply { isActive = false }
                    val tokens = world.tokens()
                    tokens.refused()
                    world.isActive = true
                    delay(4_999.milliseconds)
                    tokens.refused()
                    world.questions shouldHaveSize 1
                    delay(1.milliseconds)
                    tokens.taken()
                }
            }

            test("keeps for no longer than its own time that a token is not active") {
                runTest {
                    val world = IntrospectionWorld(this).apply { isActive = false }
                    val tokens = world.tokens(cache = Duration.ofSeconds(2))
                    tokens.refused()
                    world.isActive = true
                    delay(2.seconds)
                    tokens.taken()
                }
            }

            test("is not fooled by a machine that was suspended") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens()
                    tokens.taken()
                    world.isActive = false
                    world.suspendMachine(MINUTE)
                    tokens.refused()
                }
            }

            test("asks once for all who ask for one token at a time, and for each other token") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 100 }
                    val tokens = world.tokens()
                    List(100) { async { tokens.taken("one") } }.awaitAll()
                    world.questions shouldHaveSize 1
                    tokens.taken("another")
                    world.questions shouldHaveSize 2
                }
            }

            test("goes on asking for the others where one of those who wait is cancelled, the first one too") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 100 }
                    val tokens = world.tokens()
                    val first = launch { tokens.taken() }
                    delay(10.milliseconds)
                    val second = async { tokens.taken() }
                    delay(10.milliseconds)
                    first.cancelAndJoin()
                    second.await()
                    world.questions shouldHaveSize 1
                }
            }

            test("keeps no fault, and tells it to each of those who wait") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 100 }
                    val tokens = world.tokens()
                    world.fault = { response("""{"error":"invalid_client"}""", status = 401) }
                    val both = List(2) { async { shouldThrow<ResponseBodyException> { tokens.taken() } } }
                    val failures = both.awaitAll()
                    failures[0] shouldNotBeSameInstanceAs failures[1]
                    world.fault = { null }
                    tokens.taken()
                    world.questions shouldHaveSize 2
                }
            }

            test("does not serve what it had where the server answers with a fault") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens()
                    tokens.taken()
                    world.fault = { throw IOException("down") }
                    delay(30.seconds)
                    shouldThrow<TransportException> { tokens.taken() }
                }
            }

            test("holds 10 000 tokens, and those that were not used for the longest time have to go") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(cache = MINUTE)
                    tokens.taken("old")
                    delay(1.seconds)
                    repeat(10_000) { tokens.taken("token-$it") }
                    tokens.size shouldBeLessThanOrEqual 10_000
                    val before = world.questions.size
                    tokens.taken("token-9999")
                    world.questions shouldHaveSize before
                    tokens.taken("old")
                    world.questions shouldHaveSize before + 1
                }
            }

            test("is over with the resource server: who waits hears it, and who asks afterwards") {
                runTest {
                    val world = IntrospectionWorld(this).apply { delayMillis = 100 }
                    val tokens = world.tokens()
                    val waiting = async { shouldThrow<IllegalStateException> { tokens.taken() } }
                    delay(10.milliseconds)
                    world.coroutines.cancel()
                    waiting.await().message shouldBe "the resource server is closed"
                    shouldThrow<IllegalStateException> { tokens.taken() }.message shouldBe
                        "the resource server is closed"
                }
            }
        }

        context("staleOnOutage") {
            test("serves what was active while the server cannot be reached, and for as long as it says") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken()
                    world.fault = { throw IOException("down") }
                    delay(30.seconds)
                    tokens.taken()
                    world.questions shouldHaveSize 2
                    delay(59_999.milliseconds)
                    tokens.taken()
                    delay(1.milliseconds)
                    shouldThrow<TransportException> { tokens.taken() }
                }
            }

            test("serves it where the server answers 503, too") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken()
                    world.fault = { response("down", status = 503, contentType = "text/plain") }
                    delay(30.seconds)
                    tokens.taken()
                }
            }

            test("serves nothing where the server can be reached and is asked too much") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken()
                    world.fault = { response("slower", status = 429, contentType = "text/plain") }
                    delay(30.seconds)
                    shouldThrow<InvalidResponseException> { tokens.taken() }
                    world.fault = { null }
                    world.isActive = false
                    tokens.refused()
                }
            }

            test("serves nothing where the server can be reached and refuses the client") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken()
                    world.fault = { response("""{"error":"invalid_client"}""", status = 401) }
                    delay(30.seconds)
                    shouldThrow<ResponseBodyException> { tokens.taken() }
                }
            }

            test("serves nothing that was not active") {
                runTest {
                    val world = IntrospectionWorld(this).apply { isActive = false }
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.refused()
                    world.fault = { throw IOException("down") }
                    delay(5.seconds)
                    shouldThrow<TransportException> { tokens.taken() }
                }
            }

            test("lets nobody wait for the server again for 5 seconds, and then asks it") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken("one")
                    tokens.taken("two")
                    world.fault = { throw IOException("down") }
                    delay(30.seconds)
                    tokens.taken("one")
                    tokens.taken("two")
                    delay(4_999.milliseconds)
                    tokens.taken("one")
                    world.questions shouldHaveSize 3
                    world.fault = { null }
                    world.isActive = false
                    delay(1.milliseconds)
                    tokens.refused("one")
                    tokens.refused("two")
                }
            }

            test("asks for a token of which nothing is known, whatever failed a moment ago") {
                runTest {
                    val world = IntrospectionWorld(this)
                    val tokens = world.tokens(staleOnOutage = MINUTE)
                    tokens.taken("one")
                    world.fault = { throw IOException("down") }
                    delay(30.seconds)
                    tokens.taken("one")
                    world.fault = { null }
                    tokens.taken("two")
                }
            }
        }

        test("staleOnOutage without a cache is refused: there would be nothing to serve") {
            shouldThrow<IllegalArgumentException> { IntrospectionRules(setOf(API), false, Duration.ZERO, MINUTE) }
                .message shouldBe "staleOnOutage(…) needs cache(…): without it no answer is kept"
        }
    })

private const val TOKEN = "an-opaque-token-of-which-nobody-may-hear"
