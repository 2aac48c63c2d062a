package dev.openidclient.agent

import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.Parameters
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runTest
import java.time.Duration

private val SEALING = TokenCipher.of(StoreKey("test", ByteArray(32) { it.toByte() }))
private const val CALLBACK = "https://app.example.com/callback"
private const val INVALID = "error=\"invalid_token\""

/** A store that can be out of reach. */
private class FailingStore(
    private val store: InMemoryTokenStore = InMemoryTokenStore(),
) : TokenStore by store {
    var isDown = false
    val values = mutableListOf<String>()

    private fun up() = check(!isDown) { "the store is down" }

    override suspend fun load(id: String): StoredEntry? {
        up()
        return store.load(id)
    }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        up()
        values += value
        store.put(id, value, lifetime)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        up()
        return store.commit(id, version, value, lifetime)
    }
}

class McpStoreSpec :
    FunSpec({
        context("a program that starts again") {
            test("has its client, its tokens and what it asked for, and asks nobody") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    val store = FailingStore()
                    val first =
                        world.mcp {
                            register()
                            store(store, SEALING)
                        }
                    first.send()
                    val token = first.token().accessToken
                    first.close()
                    world.asked.clear()

                    val second =
                        world.mcp {
                            register()
                            store(store, SEALING)
                        }
                    second.send().status shouldBe 200

                    second.token().accessToken shouldBe token
                    world.opened shouldHaveSize 1
                    world.server.registrationEndpoint.requestCount shouldBe 1
                    world.asked.filter { "oauth-protected-resource" in it }.shouldBeEmpty()

                    world.scopes = listOf("b")
                    second.send().status shouldBe 200
                    world.authorization(1)["scope"] shouldBe "a b"
                    store.values.forEach { it shouldNotContain token }
                }
            }

            test("refreshes what has expired meanwhile") {
                runTest {
                    val world = AgentWorld(this)
                    val store = FailingStore()
                    world
                        .mcp {
                            register()
                            store(store, SEALING)
                        }.send()
                    delay(Duration.ofHours(2).toMillis())

                    world
                        .mcp {
                            register()
                            store(store, SEALING)
                        }.send()
                        .status shouldBe 200

                    world.opened shouldHaveSize 1
                    world.tokenForms().map { it["grant_type"] } shouldContainExactly
                        listOf("authorization_code", "refresh_token")
                }
            }

            test("another subject, or another key of the store, has none of it") {
                runTest {
                    val world = AgentWorld(this)
                    val store = FailingStore()
                    world
                        .mcp {
                            register()
                            store(store, SEALING)
                        }.send()

                    world
                        .mcp {
                            register()
                            store(store, SEALING)
                            subject = "bob"
                        }.send()
                    world.opened shouldHaveSize 2

                    shouldThrow<TokenSourceException> {
                        world
                            .mcp {
                                register()
                                store(store, TokenCipher.of(StoreKey("other", ByteArray(32) { (3 * it).toByte() })))
                            }.send()
                    }.code shouldBe "OAUTH_TOKEN_STORE_UNREADABLE"
                }
            }
        }

        test("what the store cannot take after a sign-in is handed out, and written when it is back") {
            runTest {
                val world = AgentWorld(this)
                val store = FailingStore()
                val mcp =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        store(store, SEALING)
                    }
                val honest = world.person
                world.person = { url ->
                    store.isDown = true
                    honest(url)
                }

                mcp.send().status shouldBe 200

                store.isDown = false
                delay(120_000)
                val other =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        store(store, SEALING)
                    }
                other.send().status shouldBe 200
                world.opened shouldHaveSize 1
            }
        }

        test("what was signed in for meanwhile by another instance is not overwritten with what waited for the store") {
            runTest {
                val world = AgentWorld(this)
                val store = FailingStore()

                fun instance() =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        store(store, SEALING)
                    }
                val honest = world.person
                world.challenge = "scope=\"early\""
                world.person = { url ->
                    store.isDown = true
                    honest(url)
                }
                val early = instance()
                early.send().status shouldBe 200
                world.person = honest
                world.challenge = "scope=\"late\""
                delay(500)
                store.isDown = false
                val late = instance()
                late.send().status shouldBe 200
                val token = late.token().accessToken
                delay(300_000)

                val next = instance()
                next.send().status shouldBe 200

                next.token().accessToken shouldBe token
                world.opened shouldHaveSize 2
                world.scopes = listOf("more")
                next.send().status shouldBe 200
                world.authorization(2)["scope"] shouldBe "late more"
            }
        }

        test("a code that was sent before the end is not spent in vain: what the server answers is in the store") {
            runTest {
                val world = AgentWorld(this)
                val store = FailingStore()

                fun instance() =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        store(store, SEALING)
                    }
                val first = instance()
                world.server.tokenEndpoint.delayNextAnswer(Duration.ofSeconds(5))
                val call =
                    async {
                        shouldThrow<IllegalStateException> { first.send() }
                    }
                advanceTimeBy(2_000)
                world.tokenForms() shouldHaveSize 1
                first.close()
                first.closed()

                call.await()
                instance().send().status shouldBe 200

                world.opened shouldHaveSize 1
                testScheduler.currentTime shouldBe 5_000
            }
        }

        test("remove forgets the tokens here and in the store; revoke tells the server too") {
            runTest {
                val world = AgentWorld(this)
                val store = FailingStore()
                val mcp =
                    world.mcp {
                        register()
                        store(store, SEALING)
                    }
                mcp.send()

                mcp.remove()
                world.server.revocationEndpoint.requestCount shouldBe 0
                mcp.send()
                world.opened shouldHaveSize 2

                mcp.revoke()
                world.server.revocationEndpoint.requestCount shouldBe 1
                mcp.send()
                world.opened shouldHaveSize 3
            }
        }

        context("a web application") {
            fun AgentWorld.web(store: TokenStore) =
                mcp {
                    registered("https://as.example.com", "app")
                    authorize = null
                    redirectUri = CALLBACK
                    store(store, SEALING)
                }

            /** The same, which no server may send anywhere. */
            fun AgentWorld.careful(store: TokenStore) =
                mcp {
                    registered("https://as.example.com", "app")
                    connection = this@careful.connection { false }
                    authorize = null
                    redirectUri = CALLBACK
                    store(store, SEALING)
                }

            test("gets the URL to redirect to and what to keep, and finishes on any instance") {
                runTest {
                    val world = AgentWorld(this)
                    val store = FailingStore()
                    val mcp = world.web(store)

                    val required = shouldThrow<AuthorizationRequiredException> { mcp.send() }

                    required.code shouldBe "OAUTH_AUTHORIZATION_REQUIRED"
                    required.message.orEmpty() shouldContain "https://as.example.com"
                    required.message.orEmpty() shouldNotContain required.url
                    required.message.orEmpty() shouldNotContain required.pending
                    "$required" shouldNotContain required.pending

                    world.web(store).complete(world.server.signIn(required.url), required.pending)

                    mcp.send().status shouldBe 200
                    world.web(store).send().status shouldBe 200
                    mcp.token().accessToken shouldBe world.web(store).token().accessToken
                }
            }

            test("has what another instance finished with another client") {
                runTest {
                    val world = AgentWorld(this) { client("rs", "secret-of-the-resource") }
                    val store = FailingStore()
                    val instances =
                        List(2) {
                            world.mcp {
                                register()
                                authorize = null
                                redirectUri = CALLBACK
                                store(store, SEALING)
                            }
                        }
                    val first = shouldThrow<AuthorizationRequiredException> { instances[0].send() }
                    instances[0].complete(world.server.signIn(first.url), first.pending)
                    instances.forEach { it.send().status shouldBe 200 }
                    world.server.forgetClient(
                        checkNotNull(Parameters.parse(first.url.substringAfter('?'))["client_id"]),
                    )
                    delay(Duration.ofHours(2).toMillis())

                    val second = shouldThrow<AuthorizationRequiredException> { instances[0].send() }
                    instances[1].complete(world.server.signIn(second.url), second.pending)

                    instances.forEach { it.send().status shouldBe 200 }
                }
            }

            test("is not sent to the server again for what was granted a moment ago and is refused all the same") {
                val refusals =
                    listOf(
                        403 to "error=\"insufficient_scope\", scope=\"more\"",
                        401 to "error=\"insufficient_user_authentication\", max_age=\"3600\"",
                        401 to "error=\"invalid_token\"",
                    )
                for ((status, refusal) in refusals) {
                    runTest {
                        val world = AgentWorld(this)
                        world.refuses = { request ->
                            if ("authorization" in request.headers) AgentWorld.challenged(status, refusal) else null
                        }
                        val mcp = world.web(FailingStore())
                        var rounds = 0
                        val e =
                            shouldThrow<OAuthException> {
                                while (true) {
                                    try {
                                        mcp.send()
                                    } catch (e: AuthorizationRequiredException) {
                                        check(++rounds < 10) { "for ever" }
                                        mcp.complete(world.server.signIn(e.url), e.pending)
                                    }
                                }
                            }
                        (e as WwwAuthenticateChallengeException).status shouldBe status
                        (rounds <= 3) shouldBe true

                        delay(61_000)
                        shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    }
                }
            }

            test("is sent to the server that a resource has moved to, also right after a sign-in at the one before") {
                runTest {
                    val world = AgentWorld(this)
                    val other = world.server("https://other.example.com")
                    val mcp =
                        world.mcp {
                            register()
                            authorize = null
                            redirectUri = CALLBACK
                        }
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(first.url), first.pending)
                    world.move(other)
                    world.refuses = { request ->
                        if ("authorization" in request.headers) AgentWorld.challenged(401, INVALID) else null
                    }

                    val second = shouldThrow<AuthorizationRequiredException> { mcp.send() }

                    second.url shouldContain "https://other.example.com"
                    world.refuses = { null }
                    mcp.complete(other.signIn(second.url), second.pending)
                    mcp.send().status shouldBe 200
                }
            }

            test("is sent to the server again at once where that has ended the session") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.web(FailingStore())
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(first.url), first.pending)
                    world.server.revoke()

                    val second = shouldThrow<AuthorizationRequiredException> { mcp.send() }

                    mcp.complete(world.server.signIn(second.url), second.pending)
                    mcp.send().status shouldBe 200
                    world.server.revoke()
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 401
                }
            }

            test("gets a URL for a request without a token, also where one was refused a moment ago") {
                runTest {
                    val world = AgentWorld(this) { withoutRefreshTokens() }
                    val mcp = world.web(FailingStore())
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(first.url), first.pending)
                    world.server.revoke()
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 401

                    val second = shouldThrow<AuthorizationRequiredException> { mcp.send() }

                    mcp.complete(world.server.signIn(second.url), second.pending)
                    mcp.send().status shouldBe 200
                }
            }

            test("that is refused for a minute asks the resource once where it has moved to") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.web(FailingStore())
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(first.url), first.pending)
                    world.refuses = { AgentWorld.challenged(401, INVALID) }
                    world.asked.clear()

                    List(40) { async { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } } }.awaitAll()
                    repeat(5) { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } }

                    world.asked.filter { "oauth-protected-resource" in it } shouldHaveSize 1
                }
            }

            test("hears the refusal where the resource cannot be asked, or says the same server under another name") {
                val documents =
                    listOf(AgentWorld.text(500, "no"), AgentWorld.document("resource" to AgentWorld.ORIGIN))
                for (document in documents) {
                    runTest {
                        val world = AgentWorld(this)
                        val mcp = world.web(FailingStore())
                        val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                        mcp.complete(world.server.signIn(first.url), first.pending)
                        world.refuses = { AgentWorld.challenged(401, INVALID) }
                        world.documents[AgentWorld.PATH_DOCUMENT] = document

                        shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 401
                    }
                }
            }

            test("follows a resource that names its servers in turn once in a minute") {
                runTest {
                    val world = AgentWorld(this)
                    val servers = listOf(world.server("https://other.example.com"), world.server)
                    val mcp =
                        world.mcp {
                            register()
                            authorize = null
                            redirectUri = CALLBACK
                        }
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(first.url), first.pending)
                    world.refuses = { AgentWorld.challenged(401, INVALID) }
                    world.move(servers[0])
                    // whoever asks before the person has signed in there hears of it, too
                    val second = List(2) { shouldThrow<AuthorizationRequiredException> { mcp.send() } }.last()
                    mcp.complete(servers[0].signIn(second.url), second.pending)

                    world.move(servers[1])
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 401
                }
            }

            test("asks permitUrl about the server that the resource has named, also where the sign-in ends") {
                runTest {
                    val world = AgentWorld(this)
                    val store = FailingStore()
                    val required = shouldThrow<AuthorizationRequiredException> { world.web(store).send() }
                    val callback = world.server.signIn(required.url)
                    world.asked.clear()
                    val careful = world.careful(store)

                    shouldThrow<MetadataException> { careful.complete(callback, required.pending) }.code shouldBe
                        "OAUTH_HTTP_REQUEST_FORBIDDEN"
                    world.asked.shouldBeEmpty()
                }
            }

            test("asks permitUrl about a server that comes from the store, before a token is refreshed there") {
                runTest {
                    val world = AgentWorld(this)
                    val store = FailingStore()
                    val mcp = world.web(store)
                    val required = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(world.server.signIn(required.url), required.pending)
                    delay(Duration.ofHours(2).toMillis())
                    world.asked.clear()

                    shouldThrow<MetadataException> { world.careful(store).send() }.code shouldBe
                        "OAUTH_HTTP_REQUEST_FORBIDDEN"
                    world.asked.shouldBeEmpty()
                }
            }

            test("token() says so too") {
                runTest {
                    val world = AgentWorld(this)

                    shouldThrow<AuthorizationRequiredException> { world.web(FailingStore()).token() }
                }
            }

            test("what is pending of another resource is refused") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.web(FailingStore())
                    val required = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    val other =
                        McpAccess("https://other.example.com/mcp") {
                            with(world) {
                                inThisWorld {
                                    registered("https://as.example.com", "app")
                                    authorize = null
                                    redirectUri = CALLBACK
                                }
                            }
                        }

                    shouldThrow<ValidationException> {
                        other.complete(world.server.signIn(required.url), required.pending)
                    }
                    shouldThrow<IllegalArgumentException> { mcp.complete("$CALLBACK?code=x", "damaged") }

                    world.tokenForms().shouldBeEmpty()
                }
            }
        }
    })
