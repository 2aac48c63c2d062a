package dev.openidclient.agent

import dev.openidclient.agent.RegistrationWorld.Companion.registered
import dev.openidclient.agent.RegistrationWorld.Companion.server
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.jsonObject
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val HOUR = 3_600L
private const val SECRET = "hush-hush-hush"

private fun world(test: suspend RegistrationWorld.(TestScope) -> Unit) = runTest { RegistrationWorld(this).test(this) }

/** A confidential client whose secret ends [seconds] after [NOW]; 0: never. */
private fun withSecret(
    number: Int,
    asked: JsonObject,
    seconds: Long,
) = registered(
    number,
    asked,
    "client_secret" to JsonPrimitive(SECRET),
    "client_secret_expires_at" to JsonPrimitive(if (seconds == 0L) 0 else NOW.epochSecond + seconds),
    "token_endpoint_auth_method" to JsonPrimitive("client_secret_basic"),
)

class RegistrationsSpec :
    FunSpec({
        context("a registration is kept") {
            test("and used again, in this run and in the next, under its issuer alone") {
                world {
                    val program = program()
                    program.client().clientId shouldBe "client-1"
                    program.client().clientId shouldBe "client-1"
                    program().client().clientId shouldBe "client-1"
                    program().client(server = server(OTHER_ISSUER)).clientId shouldBe "client-2"
                    program().client().clientId shouldBe "client-1"

                    asked.size shouldBe 2
                    program().has(ISSUER) shouldBe true
                    program().has("$ISSUER/") shouldBe false
                }
            }

            test("in the memory of the program where it has no store") {
                world {
                    val program = ClientIdentities { register() }

                    program.client().clientId shouldBe "client-1"
                    program.client().clientId shouldBe "client-1"
                    program.has(ISSUER) shouldBe true
                    ClientIdentities { register() }.client().clientId shouldBe "client-2"
                }
            }

            test("with what the server answered, and nothing of it can be read in the store") {
                world {
                    answer = { number, asked -> 201 to withSecret(number, asked, 0) }

                    program().client().client.metadata.clientSecret shouldBe SECRET
                    program().client().client.metadata.clientSecret shouldBe SECRET
                    val kept = store.values.entries.joinToString()
                    for (readable in listOf(SECRET, "client-1", "as.example.com")) kept shouldNotContain readable
                }
            }

            test("for other programs of the same store under a namespace of their own") {
                world {
                    program().client()
                    program {
                        register()
                        namespace = "other"
                    }.client().clientId shouldBe "client-2"
                }
            }

            test("until its secret ends, and then made anew") {
                world {
                    answer = { number, asked -> 201 to withSecret(number, asked, number * HOUR) }
                    val program = program()

                    program.client().clientId shouldBe "client-1"
                    store.lifetimes.last() shouldBe Duration.ofHours(1)
                    delay(HOUR * 1_000 - 1)
                    program.client().clientId shouldBe "client-1"
                    delay(1)
                    program().has(ISSUER) shouldBe false
                    program.client().clientId shouldBe "client-2"
                }
            }

            test("without end where there is no secret, or it has none, or none is used") {
                world {
                    for (members in listOf(
                        arrayOf("client_secret_expires_at" to JsonPrimitive(NOW.epochSecond + 1)),
                        arrayOf(
                            "client_secret" to JsonPrimitive(SECRET),
                            "client_secret_expires_at" to JsonPrimitive(NOW.epochSecond + 1),
                            "token_endpoint_auth_method" to JsonPrimitive("none"),
                        ),
                    )) {
                        answer = { number, asked -> 201 to registered(number, asked, *members) }
                        val issuer = "$ISSUER/${members.size}"
                        val first = program().client(server = server(issuer)).clientId
                        delay(HOUR * 1_000)
                        program().client(server = server(issuer)).clientId shouldBe first
                    }
                    store.lifetimes.last() shouldBe Duration.ofDays(36_500)
                }
            }

            test("for the loopback address at any port, and made anew for another redirect URI") {
                world {
                    program().client("http://127.0.0.1:1/callback").clientId shouldBe "client-1"
                    program().client("http://127.0.0.1:65535/callback").clientId shouldBe "client-1"
                    program().client("https://app.example.com/callback").clientId shouldBe "client-2"
                }
            }

            test("as it was asked for where the answer leaves it out") {
                world {
                    answer = { number, _ -> 201 to registered(number, JsonObject(emptyMap())) }

                    val found = program().client()
                    found.client.metadata.tokenEndpointAuthMethod shouldBe "none"
                    program().client().clientId shouldBe "client-1"
                }
            }
        }

        context("what the server registered is refused") {
            test("without the redirect URI that was asked for, and not asked for again") {
                world {
                    answer = { number, asked ->
                        201 to registered(number, JsonObject(asked - "redirect_uris"), "redirect_uris" to REDIRECTS)
                    }

                    shouldThrow<RegistrationException> { program().client() }.message shouldContain
                        "without the redirect URI \"$LOOPBACK\""
                    asked.size shouldBe 1
                }
            }

            test("with a secret that has ended already") {
                world {
                    answer = { number, asked -> 201 to withSecret(number, asked, -1) }

                    val e = shouldThrow<RegistrationException> { program().client() }
                    e.message shouldContain "one of the clocks is wrong"
                    e.message shouldNotContain SECRET
                }
            }
        }

        context("what is of another server, or cannot be read, is not used, and nothing is registered for it:") {
            test("an entry of another issuer") {
                world {
                    // nothing is sealed here, so that only the name in the entry tells
                    fun program() =
                        ClientIdentities {
                            store(memory)
                            register()
                        }
                    program().client(server = server(OTHER_ISSUER))
                    val id = RegistrationShelf.idOf("", ISSUER)
                    memory.put(id, RegistrationEntry.write(OTHER_ISSUER, registered(9, JsonObject(emptyMap()))), A_DAY)

                    val e = shouldThrow<TokenSourceException> { program().client() }
                    e.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                    e.message shouldContain "of another server"
                    asked.size shouldBe 1
                }
            }

            test("an entry that was moved here from another issuer") {
                world {
                    program().client(server = server(OTHER_ISSUER))
                    memory.put(RegistrationShelf.idOf("", ISSUER), store.values.values.last(), A_DAY)

                    shouldThrow<TokenSourceException> { program().client() }.code shouldBe
                        ErrorCode.TOKEN_STORE_UNREADABLE
                    asked.size shouldBe 1
                }
            }

            test("an entry that is sealed with another key") {
                world {
                    program().client()
                    val key = StoreKey("k1", ByteArray(32) { (it + 1).toByte() })
                    val other =
                        ClientIdentities {
                            store(store, TokenCipher.of(key))
                            register()
                        }

                    shouldThrow<TokenSourceException> { other.client() }.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                    asked.size shouldBe 1
                }
            }

            for (text in listOf(
                "",
                "[]",
                """{"v":2}""",
                """{"v":1}""",
                """{"v":1,"iss":"$ISSUER"}""",
                """{"v":1,"iss":"$ISSUER","metadata":{"client_id":"c"},"x":1}""",
            )) {
                test("an entry that says $text") {
                    world {
                        memory.put(RegistrationShelf.idOf("", ISSUER), text, A_DAY)
                        val program =
                            ClientIdentities {
                                store(memory)
                                register()
                            }

                        shouldThrow<TokenSourceException> { program.client() }.code shouldBe
                            ErrorCode.TOKEN_STORE_UNREADABLE
                        asked.shouldBeEmpty()
                    }
                }
            }
        }

        context("where the store is out of reach") {
            for ((what, failing) in listOf("reading" to "load", "writing" to "commit")) {
                test("at $what, nothing is registered that the store could not remember") {
                    world {
                        store.failing = setOf(failing)

                        val e = shouldThrow<TokenSourceException> { program().client() }
                        e.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                        e.message shouldNotContain "very-secret-value"
                        asked.shouldBeEmpty()
                    }
                }
            }

            test("and does not answer, that is an outage after storeTimeout") {
                world { test ->
                    store.hanging = setOf("load")

                    shouldThrow<TokenSourceException> { program().client() }.message shouldContain "storeTimeout"
                    test.currentTime shouldBe 1_000
                }
            }

            test("what is known here is used on") {
                world {
                    val program = program()
                    program.client()
                    store.failing = setOf("load", "put", "commit")

                    program.client().clientId shouldBe "client-1"
                    program.has(ISSUER) shouldBe true
                }
            }

            test("since the registration began, it is used from memory, and written when the store is back") {
                world {
                    val program = program()
                    answer = { number, asked ->
                        store.failing = setOf("load", "put", "commit")
                        201 to registered(number, asked)
                    }
                    program.client().clientId shouldBe "client-1"
                    program.client().clientId shouldBe "client-1"
                    store.failing = emptySet()
                    program.client().clientId shouldBe "client-1"

                    program().client().clientId shouldBe "client-1"
                    asked.size shouldBe 1
                }
            }

            test("and another instance has registered meanwhile, that one's is used") {
                world {
                    val program = program()
                    answer = { number, asked ->
                        store.failing = setOf("load", "put", "commit")
                        201 to registered(number, asked)
                    }
                    program.client().clientId shouldBe "client-1"
                    store.failing = emptySet()
                    answer = { number, asked -> 201 to registered(number, asked) }
                    // the claim of the first one has ended
                    delay(60_000)
                    program().client().clientId shouldBe "client-2"

                    program.client().clientId shouldBe "client-2"
                    program.client().clientId shouldBe "client-2"
                }
            }

            test("a refusal cannot be noted, and is told as an outage") {
                world {
                    val program = program()
                    val client = program.client()
                    store.failing = setOf("load")

                    shouldThrow<TokenSourceException> { program.refused(client) }.code shouldBe
                        ErrorCode.TOKEN_STORE_FAILED
                }
            }
        }

        context("many who need a client at once") {
            test("register one, in one instance") {
                world { test ->
                    latency = Duration.ofSeconds(2)
                    val program = program()

                    val found = List(40) { test.async { program.client().clientId } }.awaitAll()
                    found.toSet() shouldBe setOf("client-1")
                    asked.size shouldBe 1
                }
            }

            test("register one, in several instances at one store") {
                world { test ->
                    latency = Duration.ofSeconds(2)

                    val programs = List(5) { program() }
                    val found = programs.flatMap { one -> List(8) { test.async { one.client().clientId } } }
                    found.awaitAll().toSet() shouldBe setOf("client-1")
                    asked.size shouldBe 1
                    test.currentTime shouldBe 2_275
                }
            }

            test("hear of the same failure, each with an exception of its own, and the next one tries again") {
                world { test ->
                    latency = Duration.ofSeconds(2)
                    answer = { _, _ -> 400 to jsonObject("""{"error":"invalid_client_metadata"}""") }
                    val program = program()

                    val failures =
                        List(3) { test.async { shouldThrow<ResponseBodyException> { program.client() } } }.awaitAll()
                    failures.toSet().size shouldBe 3
                    asked.size shouldBe 1
                    answer = { number, asked -> 201 to registered(number, asked) }
                    // and no instance waits for the one that failed
                    program().client().clientId shouldBe "client-2"
                    test.currentTime shouldBe 4_000
                }
            }

            test("are not held up by one that gives up: the next one registers") {
                world { test ->
                    latency = Duration.ofSeconds(2)
                    val program = program()
                    val first = test.launch { program.client() }
                    val second = test.async { program.client().clientId }
                    delay(1_000)
                    first.cancelAndJoin()

                    second.await() shouldBe "client-2"
                    program().client().clientId shouldBe "client-2"
                }
            }

            test("wait for an instance that died, but no longer than its claim lives") {
                world { test ->
                    val claim = RegistrationClaim(ISSUER, "dead").encode()
                    val id = RegistrationShelf.idOf("", ISSUER)
                    memory.put(id, CIPHER.seal(id, claim), Duration.ofSeconds(35))

                    program().client().clientId shouldBe "client-1"
                    test.currentTime shouldBe 35_275
                }
            }

            test("with two redirect URIs have a registration each") {
                world { test ->
                    latency = Duration.ofSeconds(1)
                    val program = program()

                    val found =
                        listOf(LOOPBACK, "https://app.example.com/callback").map {
                            test.async { program.client(it).client.metadata.json["redirect_uris"].toString() }
                        }
                    found.awaitAll() shouldContainExactly
                        listOf("""["$LOOPBACK"]""", """["https://app.example.com/callback"]""")
                }
            }
        }

        context("invalid_client") {
            test("makes one more registration, and then is an error") {
                world {
                    val program = program()
                    val first = program.client()

                    program.refused(first) shouldBe true
                    val second = program.client()
                    second.clientId shouldBe "client-2"
                    program.refused(second) shouldBe false
                    program.client().clientId shouldBe "client-2"
                    asked.size shouldBe 2
                }
            }

            test("makes one more again later, when a server has forgotten its clients another time") {
                world {
                    val program = program()
                    program.refused(program.client()) shouldBe true
                    val second = program.client()
                    delay(Duration.ofMinutes(5).toMillis())

                    program.refused(second) shouldBe true
                    program.client().clientId shouldBe "client-3"
                }
            }

            test("that several hear makes one, in one instance and in several") {
                world { test ->
                    latency = Duration.ofSeconds(1)
                    val programs = List(3) { program() }
                    val clients = programs.map { it.client() }
                    clients.map { it.clientId }.toSet() shouldBe setOf("client-1")

                    val found =
                        programs.zip(clients).flatMap { (program, client) ->
                            List(4) {
                                test.async {
                                    program.refused(client) shouldBe true
                                    program.client().clientId
                                }
                            }
                        }
                    found.awaitAll().toSet() shouldBe setOf("client-2")
                    asked.size shouldBe 2
                }
            }

            test("takes over what another instance has made meanwhile") {
                world {
                    val one = program()
                    val other = program()
                    val client = other.client()
                    one.refused(one.client()) shouldBe true
                    one.client().clientId shouldBe "client-2"

                    other.refused(client) shouldBe true
                    other.client().clientId shouldBe "client-2"
                    asked.size shouldBe 2
                }
            }
        }

        test("what the program may do with refresh tokens is what it registered for") {
            world {
                program().client().usesRefreshTokens shouldBe true
                program {
                    register { grantTypes("authorization_code") }
                    namespace = "other"
                }.client().usesRefreshTokens shouldBe false
            }
        }

        test("a registration that is longer than an entry may be is used from memory") {
            world {
                answer = { number, asked -> 201 to registered(number, asked, "x" to JsonPrimitive("a".repeat(70_000))) }
                val program = program()

                program.client().clientId shouldBe "client-1"
                program.client().clientId shouldBe "client-1"
                store.calls shouldContain "commit"
            }
        }

        test("settings that say how requests are sent are refused where they are named") {
            shouldThrow<IllegalArgumentException> {
                ClientIdentities { register { settings { timeout = Duration.ofSeconds(1) } } }
            }.message shouldContain "timeout cannot be set for one of the client identities"
        }
    })

private val A_DAY: Duration = Duration.ofDays(1)
private val REDIRECTS = JsonArray(listOf(JsonPrimitive("https://elsewhere.example.com/cb")))
