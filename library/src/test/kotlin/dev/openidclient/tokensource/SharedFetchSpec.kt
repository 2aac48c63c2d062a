package dev.openidclient.tokensource

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.event.TokenEvent
import dev.openidclient.jose.Jca
import dev.openidclient.jose.SigningKey
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val NEAR_COPY = 5_000L

/** A token of an hour is stale by then, and usable. */
private const val UNTIL_STALE = 3_400_000L
private const val LEASE_SECONDS = 15L
private const val TIMEOUT_SECONDS = 30L

/** Tokens that any instance may fetch, in a store that all of them have. */
class SharedFetchSpec :
    FunSpec({
        fun cipher(id: String = "k") = TokenCipher.of(StoreKey(id, Jca.randomBytes(32)))

        class Instances(
            test: TestScope,
        ) {
            val world = TokenWorld(test)
            val store = ObservedStore(InMemoryTokenStore(clock = world.clock))
            val cipher = cipher()

            /** The id that the store has it under. */
            val id: String get() = store.values.keys.single()

            fun service(configure: ClientCredentialsSettings.() -> Unit = {}): TokenSource =
                world
                    .service {
                        store(store, cipher)
                        configure()
                    }.source { scope("read") }

            fun exchange(configure: ExchangeSettings.() -> Unit = {}) =
                ExchangedTokens.tokenExchange(world.client) {
                    world.run { inThisWorld() }
                    store(store, cipher).audience("billing")
                    configure()
                }

            fun subject() = world.server.tokens("alice", "app") { scope("read") }.accessToken

            suspend fun leaseOfAnother(duration: Duration) {
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", duration)
            }
        }

        fun instances(test: suspend Instances.(TestScope) -> Unit) = runTest { Instances(this).test(this) }

        test("all instances share one token, also over a restart, and nothing of it can be read in the store") {
            instances {
                val (one, other) = List(2) { service() }
                val tokens = one.token()
                other.token() shouldBe tokens
                service().token() shouldBe tokens
                world.requests shouldBe 1
                val (id, value) = store.values.entries.single()
                value shouldStartWith "v1.k."
                for (secret in listOf("app", "read", tokens.accessToken)) {
                    id shouldNotContain secret
                    value shouldNotContain secret
                }
            }
        }

        test("exchanged tokens are shared too, each by those who exchange the same token for the same") {
            instances {
                val (one, other) = List(2) { exchange() }
                val subject = subject()
                val tokens = one.source(subject).token()
                other.source(subject).token() shouldBe tokens
                world.requests shouldBe 1
                other.source(subject()).token() shouldNotBe tokens
                exchange { scope("read") }.source(subject).token() shouldNotBe tokens
                world.requests shouldBe 3
                for ((id, value) in store.values) {
                    for (secret in listOf(subject, tokens.accessToken)) {
                        id shouldNotContain secret
                        value shouldNotContain secret
                    }
                }
            }
        }

        test("a token is renewed once by all instances, also where the server is slower than the lease") {
            instances {
                val all = List(4) { service() }
                val first = all.map { it.token() }.toSet().single()
                delay(UNTIL_STALE)
                world.server.tokenEndpoint.delay = Duration.ofSeconds(25)
                repeat(30) {
                    delay(1_000)
                    all.map { async { it.token() } }.awaitAll()
                }
                val renewed = all.map { it.token() }.toSet().single()
                renewed shouldNotBe first
                world.requests shouldBe 2
            }
        }

        test("keepFresh() at all instances renews once as well") {
            instances {
                val all = List(3) { service { keepFresh() } }
                all.forEach { it.token() }
                delay(2 * UNTIL_STALE)
                all.map { it.token() }.toSet().size shouldBe 1
                world.requests shouldBe 3
            }
        }

        test("a token that is refused is renewed once: the others take over what one has fetched") {
            instances {
                val all = List(3) { service() }
                val refused = all.map { it.token() }.toSet().single()
                all.forEach { it.invalidate(refused) }
                world.server.tokenEndpoint.delayNext(Duration.ofSeconds(20))
                val renewed = all.map { async { it.token() } }.awaitAll().toSet().single()
                renewed shouldNotBe refused
                world.requests shouldBe 2
            }
        }

        test("a lease that nobody ended is no doubt: once it is over another instance fetches at once") {
            instances { test ->
                val source = service()
                source.invalidate(source.token())
                leaseOfAnother(Duration.ofSeconds(LEASE_SECONDS))
                source.token()
                test.testScheduler.currentTime shouldBe LEASE_SECONDS * 1_000
                world.requests shouldBe 2
                world.count(TokenEvent.InDoubt::class.java) shouldBe 0
            }
        }

        test("nobody waits for another instance longer than the client's timeout: then each fetches its own") {
            instances { test ->
                val source = service()
                val refused = source.token()
                source.invalidate(refused)
                leaseOfAnother(Duration.ofHours(1))
                source.token() shouldNotBe refused
                test.testScheduler.currentTime shouldBe TIMEOUT_SECONDS * 1_000
                service().token() shouldBe source.token()
            }
        }

        test("while another instance fetches, a usable token is handed out at once") {
            instances { test ->
                val tokens = service().token()
                delay(UNTIL_STALE)
                leaseOfAnother(Duration.ofHours(1))
                service().token() shouldBe tokens
                test.testScheduler.currentTime shouldBe UNTIL_STALE
                world.requests shouldBe 1
            }
        }

        test("what has gone since it was read is fetched, and written") {
            instances {
                // removed by the time that it is leased
                val gone =
                    object : TokenStore by store {
                        override suspend fun lease(
                            id: String,
                            version: Long,
                            owner: String,
                            duration: Duration,
                        ): Lease = store.remove(id).let { store.lease(id, version, owner, duration) }
                    }
                val source = service { store(gone, cipher) }
                val refused = source.token()
                source.invalidate(refused)
                val renewed = source.token()
                renewed shouldNotBe refused
                service().token() shouldBe renewed
                world.requests shouldBe 2
            }
        }

        test("a fresh token is handed out for nearCopy without asking the store, and with zero never") {
            for (seconds in listOf(0L, 5L, 60L)) {
                instances {
                    val source = service { nearCopy = Duration.ofSeconds(seconds) }
                    source.token()
                    store.calls.clear()
                    if (seconds > 0) {
                        delay(seconds * 1_000 - 1)
                        source.token()
                        store.calls.shouldBeEmpty()
                        delay(1)
                    }
                    source.token()
                    store.calls.shouldContainExactly("load")
                    world.requests shouldBe 1
                }
            }
        }

        test("what another instance has renewed is taken over after nearCopy") {
            instances {
                val (one, other) = List(2) { service() }
                val first = one.token()
                other.token() shouldBe first
                other.invalidate(first)
                val second = other.token()
                one.token() shouldBe first
                delay(NEAR_COPY)
                one.token() shouldBe second
            }
        }

        test("a store hit is one call, a first request two, a renewal three and what a slow server needs") {
            instances {
                val one = service()
                one.token()
                store.calls.shouldContainExactly("load", "put")
                store.calls.clear()
                service().token()
                store.calls.shouldContainExactly("load")
                store.calls.clear()
                one.invalidate(one.token())
                one.token()
                store.calls.shouldContainExactly("load", "lease", "commit")
                delay(UNTIL_STALE)
                store.calls.clear()
                one.invalidate(one.token())
                world.server.tokenEndpoint.delayNext(Duration.ofSeconds(11))
                one.token()
                store.calls.distinct().shouldContainExactly("load", "lease", "renew", "commit")
            }
        }

        test("an entry lives as long as its token is usable; what does not live, or is no access token, is not kept") {
            instances {
                service().token()
                store.lifetimes.shouldContainExactly(Duration.ofSeconds(3_570))
                world.answerNext("""{"access_token":"a","token_type":"bearer","expires_in":0}""")
                service { namespace = "other" }.token()
                world.answerNext(
                    """{"access_token":"a","token_type":"N_A","expires_in":60,
                    "issued_token_type":"urn:ietf:params:oauth:token-type:refresh_token"}""",
                )
                exchange().source("subject").token()
                store.values.size shouldBe 1
            }
        }

        test("an exchanged token is in the store no longer than its subject lives") {
            instances {
                exchange().source(subject(), notAfter = world.now.plusSeconds(600)).token()
                store.lifetimes.shouldContainExactly(Duration.ofSeconds(600))
            }
        }

        test("where the store cannot be read each instance fetches its own token, and keeps it") {
            instances {
                store.failing = setOf("load")
                val source = service()
                val tokens = source.token()
                repeat(20) {
                    delay(NEAR_COPY)
                    source.token() shouldBe tokens
                }
                world.requests shouldBe 1
                (world.count(TokenEvent.StoreFailed::class.java) > 0) shouldBe true
                service().token() shouldNotBe tokens
            }
        }

        test("a store that does not answer costs a caller storeTimeout, and is then left alone for a while") {
            instances { test ->
                store.hanging = setOf("load", "put")
                val source = service { storeTimeout = Duration.ofMillis(700) }
                source.token()
                test.testScheduler.currentTime shouldBe 700
                val begin = test.testScheduler.currentTime
                var waits = 0
                while (test.testScheduler.currentTime - begin < 600_000) {
                    val before = test.testScheduler.currentTime
                    source.token()
                    if (test.testScheduler.currentTime > before) waits++
                    delay(1_000)
                }
                // after 5, 5, 5, 8, 16, 32, and then each 60 seconds
                (waits in 12..16) shouldBe true
                world.requests shouldBe 1
            }
        }

        test("where there is no lease to be had, the token is fetched all the same") {
            instances {
                val source = service()
                val refused = source.token()
                source.invalidate(refused)
                store.failing = setOf("lease")
                val renewed = source.token()
                renewed shouldNotBe refused
                store.failing = emptySet()
                delay(NEAR_COPY)
                source.token() shouldBe renewed
                service().token() shouldBe renewed
                world.requests shouldBe 2
            }
        }

        test("an entry that cannot be read is fetched anew, and overwritten") {
            instances {
                val old = service().token()
                val source = service { store(store, cipher("other")) }
                val tokens = source.token()
                tokens shouldNotBe old
                store.values.values.single() shouldStartWith "v1.other."
                world.requests shouldBe 2
            }
        }

        test("two instances with other keys overwrite each other's entries, and ask for no more tokens than they use") {
            instances {
                val both = List(2) { service { store(store, cipher("key-$it")) } }
                repeat(50) {
                    both.forEach { it.token() }
                    delay(NEAR_COPY)
                }
                world.requests shouldBe 2
            }
        }

        test("tokens that cannot be written are handed out, and written later without another request") {
            for (name in listOf("put", "commit")) {
                instances {
                    val source = service()
                    if (name == "commit") source.invalidate(source.token())
                    store.failing = setOf(name)
                    val tokens = source.token()
                    world.count(TokenEvent.StoreWriteFailed::class.java) shouldBe 1
                    store.failing = emptySet()
                    delay(NEAR_COPY)
                    source.token() shouldBe tokens
                    val requests = world.requests
                    service().token() shouldBe tokens
                    world.requests shouldBe requests
                }
            }
        }

        test("what the store lost is put there again, without another request") {
            instances {
                val source = service()
                val tokens = source.token()
                store.remove(id)
                delay(NEAR_COPY)
                source.token() shouldBe tokens
                service().token() shouldBe tokens
                world.requests shouldBe 1
            }
        }

        test("tokens that are too long for the store are served from memory alone") {
            instances {
                val long = "a".repeat(70_000)
                world.answerNext("""{"access_token":"$long","token_type":"bearer","expires_in":3600}""")
                val source = service()
                repeat(3) {
                    source.token().accessToken shouldBe long
                    delay(NEAR_COPY)
                }
                store.values.keys.shouldBeEmpty()
                world.requests shouldBe 1
            }
        }

        test("a request that fails ends its lease, so that others need not wait") {
            instances { test ->
                val source = service()
                source.invalidate(source.token())
                world.server.tokenEndpoint.failNext(503)
                shouldThrow<OAuthException> { source.token() }
                store.calls.last() shouldBe "release"
                val other = service()
                other.invalidate(other.token())
                other.token()
                test.testScheduler.currentTime shouldBe 0
            }
        }

        test("who closes during a request ends its lease too") {
            instances { test ->
                val tokens = world.service { store(store, cipher) }
                val source = tokens.source()
                source.invalidate(source.token())
                world.server.tokenEndpoint.delayNext(Duration.ofSeconds(20))
                val waiter = async { shouldThrow<IllegalStateException> { source.token() } }
                delay(1_000)
                tokens.close()
                tokens.closed()
                waiter.await()
                store.calls.last() shouldBe "release"
                test.testScheduler.currentTime shouldBe 1_000
            }
        }

        test("an instance that starts while the server is down hands out what the store has, as long as it lives") {
            instances {
                val tokens = service().token()
                delay(UNTIL_STALE)
                world.server.tokenEndpoint.failNext(503)
                val source = service()
                source.token() shouldBe tokens
                source.state().shouldBeFailing()
                world.requests shouldBe 2
            }
        }

        test("a subject that the server refuses is refused at all instances: the entry is removed") {
            instances {
                val (one, other) = List(2) { exchange() }
                val subject = subject()
                one.source(subject).token()
                delay(UNTIL_STALE)
                world.server.tokenEndpoint.failNext(400, "invalid_grant")
                shouldThrow<ResponseBodyException> { other.source(subject).token() }
                store.calls.last() shouldBe "remove"
                store.load(id).shouldBeNull()
            }
        }

        test("tokens that are bound to a key are shared by those who have it, and by nobody else") {
            instances {
                val (key, otherKey) = List(2) { SigningKey.generate("ES256") }

                suspend fun tokens(key: SigningKey) =
                    ClientCredentialsTokens(world.client.withDpop(Dpop(key))) {
                        world.run { inThisWorld() }
                        store(store, cipher)
                    }.source { scope("read") }.token()

                val bound = tokens(key)
                bound.isSenderConstrained shouldBe true
                tokens(key) shouldBe bound
                tokens(otherKey) shouldNotBe bound
                service().token().isSenderConstrained shouldBe false
                store.values.size shouldBe 3
            }
        }

        test("other scopes, other parameters, other clients and other namespaces have other tokens") {
            instances {
                val service = world.service { store(store, cipher) }
                service.source { scope("read") }.token()
                service.source { scope("write") }.token()
                service.source { parameter("tenant", "a") }.token()
                world.service { store(store, cipher).namespace("other") }.source { scope("read") }.token()
                store.values.size shouldBe 4
                world.requests shouldBe 4
            }
        }

        test("settings that make no sense are refused") {
            instances {
                shouldThrow<IllegalArgumentException> { service { storeTimeout = Duration.ZERO } }
                    .message shouldContain "storeTimeout"
                shouldThrow<IllegalArgumentException> { exchange { nearCopy = Duration.ofSeconds(-1) } }
                    .message shouldContain "nearCopy"
            }
        }
    })

private fun TokenState.shouldBeFailing() = toString() shouldStartWith "FAILING"
