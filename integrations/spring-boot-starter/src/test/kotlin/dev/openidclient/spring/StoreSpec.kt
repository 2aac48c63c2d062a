package dev.openidclient.spring

import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.jdbc.JdbcReplayCache
import dev.openidclient.jdbc.JdbcTokenStore
import dev.openidclient.redis.RedisReplayCache
import dev.openidclient.redis.RedisTokenStore
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotBeEmpty
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.runBlocking
import org.h2.jdbcx.JdbcDataSource
import org.springframework.boot.actuate.endpoint.SanitizableData
import org.springframework.boot.actuate.endpoint.SanitizingFunction
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.data.redis.connection.RedisConnectionFactory
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory
import java.lang.reflect.Proxy
import java.net.InetAddress
import java.net.ServerSocket
import java.security.SecureRandom
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.UUID
import java.util.concurrent.CopyOnWriteArrayList
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private const val STORE = "openid-client.store"

/** As `openssl rand -base64 32` makes one. */
internal fun newKey(): String = Base64.getEncoder().encodeToString(ByteArray(32).also { SecureRandom().nextBytes(it) })

/** A database in memory with the tables of the schema, called [table] and [replayTable]. */
private fun database(
    table: String = "openid_token",
    replayTable: String = "openid_replay",
): DataSource {
    val source = JdbcDataSource().apply { setURL("jdbc:h2:mem:${UUID.randomUUID()};DB_CLOSE_DELAY=-1") }
    val schema = checkNotNull(JdbcTokenStore::class.java.getResource("/META-INF/openid-client-jdbc/h2.sql")).readText()
    source.connection.use { connection ->
        connection.createStatement().use {
            it.execute(schema.replace("openid_token", table).replace("openid_replay", replayTable))
        }
    }
    return source
}

private fun DataSource.values(table: String = "openid_token"): List<String> =
    connection.use { connection ->
        connection.createStatement().use { statement ->
            statement.executeQuery("select entry_value from $table").use { rows ->
                generateSequence { rows.takeIf { it.next() }?.getString(1) }.toList()
            }
        }
    }

private fun ApplicationContextRunner.with(database: DataSource) = withBean(DataSource::class.java, { database })

/** A Redis that nobody has to answer: no connection is made before it is needed. */
private fun ApplicationContextRunner.withRedis() =
    withBean(LettuceConnectionFactory::class.java, { LettuceConnectionFactory("127.0.0.1", 1) })

private inline fun <reified T : Any> unused(): T =
    Proxy.newProxyInstance(T::class.java.classLoader, arrayOf(T::class.java)) { _, method, _ ->
        if (method.name == "toString") "unused" else error("${method.name} was called")
    } as T

/** A store of the application's, which tells what was written to it. */
private class Keeping(
    private val store: TokenStore = InMemoryTokenStore(),
) : TokenStore by store {
    val values = CopyOnWriteArrayList<String>()

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        values += value
        store.put(id, value, lifetime)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        values += value
        return store.commit(id, version, value, lifetime)
    }
}

class StoreSpec :
    FunSpec({
        context("a database of the application's") {
            test("keeps the tokens of all instances, sealed: the second one asks no server") {
                val server = testServer()
                val database = database()
                val key = newKey()

                fun token(): String {
                    var token = ""
                    applications()
                        .ordersAt(server)
                        .with(database)
                        .withPropertyValues("$STORE.keys.main=$key")
                        .run { context ->
                            context.startupFailure.shouldBeNull()
                            token = context.getBean(AsyncTokenSource::class.java).token().join().accessToken
                        }
                    return token
                }
                token() shouldBe token()
                server.tokenEndpoint.requestCount shouldBe 1
                database.values().single() shouldStartWith "v1.main."
            }

            test("is told apart by namespaces, and has the tables that the properties name") {
                val server = testServer()
                val database = database("auth_token", "auth_replay")
                val key = newKey()
                for (namespace in listOf("shop", "stock")) {
                    applications()
                        .ordersAt(server)
                        .with(database)
                        .withPropertyValues("$STORE.keys.main=$key", "$STORE.namespace=$namespace")
                        .withPropertyValues("$STORE.table=auth_token", "$STORE.replay-table=auth_replay")
                        .run { context ->
                            context.getBean(AsyncTokenSource::class.java).token().join()
                            val cache = context.getBean(ReplayCache::class.java).shouldBeInstanceOf<JdbcReplayCache>()
                            val until = Instant.now().plusSeconds(60)
                            runBlocking { List(2) { cache.register(namespace, until) } } shouldBe listOf(true, false)
                        }
                }
                database.values("auth_token").size shouldBe 2
                server.tokenEndpoint.requestCount shouldBe 2
            }

            test("is opened with each of the keys, and sealed with the active one") {
                val server = testServer()
                val database = database()
                val (old, new) = newKey() to newKey()
                applications().ordersAt(server).with(database).withPropertyValues("$STORE.keys.old=$old").run {
                    it.getBean(AsyncTokenSource::class.java).token().join()
                }
                applications()
                    .ordersAt(server)
                    .with(database)
                    .withPropertyValues("$STORE.keys.old=$old", "$STORE.keys.new=$new", "$STORE.active-key=new")
                    .run { context ->
                        val tokens = context.getBean(AsyncTokenSource::class.java)
                        tokens.invalidate(tokens.token().join())
                        server.tokenEndpoint.requestCount shouldBe 1
                        tokens.token().join()
                    }
                server.tokenEndpoint.requestCount shouldBe 2
                database.values().single() shouldStartWith "v1.new."
            }

            test("that is away costs requests, and nobody's token") {
                val server = testServer()
                applications()
                    .ordersAt(server)
                    .with(database(table = "other"))
                    .withPropertyValues("$STORE.keys.main=${newKey()}")
                    .run { it.getBean(AsyncTokenSource::class.java).token().join() }
                server.tokenEndpoint.requestCount shouldBe 1
            }
        }

        context("what the store is") {
            fun stores(vararg properties: String) =
                applications().ordersAt(testServer()).withPropertyValues(*properties)

            val key = "$STORE.keys.main=${newKey()}"

            test("without a key there is none") {
                stores().with(database()).withRedis().run { context ->
                    context.getBeanNamesForType(TokenStore::class.java).size shouldBe 0
                    context.getBeanNamesForType(TokenCipher::class.java).size shouldBe 0
                    context.getBeanNamesForType(ReplayCache::class.java).size shouldBe 0
                }
            }

            test("with a key it is the database, or Redis, whichever is there") {
                stores(key).with(database()).run { context ->
                    context.getBean(TokenStore::class.java).shouldBeInstanceOf<JdbcTokenStore>()
                    context.getBean(ReplayCache::class.java).shouldBeInstanceOf<JdbcReplayCache>()
                }
                stores(key).withRedis().run { context ->
                    context.getBean(TokenStore::class.java).shouldBeInstanceOf<RedisTokenStore>()
                    context.getBean(ReplayCache::class.java).shouldBeInstanceOf<RedisReplayCache>()
                }
                stores(
                    key,
                ).with(database()).withRedis().withClassLoader(FilteredClassLoader(RedisTokenStore::class.java)).run {
                    it.getBean(TokenStore::class.java).shouldBeInstanceOf<JdbcTokenStore>()
                }
            }

            test("of both it is the one that the property names") {
                stores(key, "$STORE.type=redis").with(database()).withRedis().run {
                    it.getBean(TokenStore::class.java).shouldBeInstanceOf<RedisTokenStore>()
                }
                stores(key, "$STORE.type=jdbc").with(database()).withRedis().run {
                    it.getBean(TokenStore::class.java).shouldBeInstanceOf<JdbcTokenStore>()
                }
            }

            test("none is none: the key is for the application") {
                stores(key, "$STORE.type=none").with(database()).run { context ->
                    context.getBeanNamesForType(TokenStore::class.java).size shouldBe 0
                    context.getBean(TokenCipher::class.java).shouldNotBeNull()
                }
            }

            test("one of the application's own takes its place, with a cipher of its own too") {
                val own = Keeping()
                stores(key).with(database()).withBean(TokenStore::class.java, { own }).run { context ->
                    context.getBean(TokenStore::class.java) shouldBeSameInstanceAs own
                    val token = context.getBean(AsyncTokenSource::class.java).token().join().accessToken
                    own.values shouldHaveAtLeastSize 1
                    own.values.forAll { it shouldNotContain token }
                    context.getBeanNamesForType(ReplayCache::class.java).size shouldBe 0
                }
                val cipher = unused<TokenCipher>()
                stores(key).with(database()).withBean(TokenCipher::class.java, { cipher }).run {
                    it.getBean(TokenCipher::class.java) shouldBeSameInstanceAs cipher
                }
            }

            test("Redis that is away delays no start, also where it takes connections and says nothing") {
                ServerSocket(0, 10, InetAddress.getLoopbackAddress()).use { silent ->
                    for (port in listOf(1, silent.localPort)) {
                        val redis = { LettuceConnectionFactory("127.0.0.1", port) }
                        val started = TimeSource.Monotonic.markNow()
                        stores(key).withBean(LettuceConnectionFactory::class.java, redis).run { context ->
                            context.startupFailure.shouldBeNull()
                            context.getBean(AsyncTokenSource::class.java).token().join().accessToken.shouldNotBeEmpty()
                            // a connection is waited for up to a minute
                            started.elapsedNow() shouldBeLessThan 30.seconds
                        }
                    }
                }
            }
        }

        context("a wrong property fails the start, with its name and what it may be:") {
            val good = newKey()
            val short = Base64.getEncoder().encodeToString(SECRET.toByteArray())
            val key = "$STORE.keys.main=$good"

            fun failureOf(
                secret: String,
                start: ApplicationContextRunner.() -> ApplicationContextRunner,
            ): String {
                var text = ""
                applications().ordersAt(testServer()).start().run { context ->
                    val failure = context.startupFailure.shouldNotBeNull()
                    val analysis = InvalidPropertyFailureAnalyzer().analyze(failure).shouldNotBeNull()
                    text = "${analysis.description} ${analysis.action}"
                    generateSequence<Throwable>(failure) { it.cause }.forEach { "$it" shouldNotContain secret }
                }
                text shouldNotContain secret
                return text
            }

            fun failureWith(vararg properties: String): String =
                failureOf(good) { with(database()).withPropertyValues(*properties) }

            val wrong =
                mapOf(
                    "a key that is short" to
                        (arrayOf("$STORE.keys.main=$short") to "$STORE.keys.main is wrong: a store key has 32 bytes"),
                    "a key that is no base64" to
                        (arrayOf("$STORE.keys.main=?$good") to "$STORE.keys.main is no base64"),
                    "a key that is empty" to (arrayOf("$STORE.keys.main=") to "$STORE.keys.main is missing"),
                    "a key that is not set" to
                        (
                            arrayOf("$STORE.keys.main=\${NOT_SET}") to
                                "$STORE.keys.main names a property or variable that is not set"
                        ),
                    "several keys" to
                        (arrayOf(key, "$STORE.keys.other=${newKey()}") to "$STORE.active-key is missing"),
                    "another active key" to
                        (arrayOf(key, "$STORE.active-key=other") to "$STORE.active-key names none of the keys"),
                    "a type without a key" to (arrayOf("$STORE.type=jdbc") to "$STORE.keys are missing"),
                    "a table" to (arrayOf(key, "$STORE.table=a b") to "$STORE.table is wrong"),
                    "another table" to (arrayOf(key, "$STORE.replay-table=a;b") to "$STORE.replay-table is wrong"),
                    "an unknown property" to (arrayOf(key, "$STORE.tabel=a") to "$STORE.tabel is not known"),
                    "a key without an id" to (arrayOf("$STORE.keys=$good") to "as $STORE.keys.<name>"),
                    "another type" to (arrayOf(key, "$STORE.type=$good") to "one of redis, jdbc, none"),
                )
            for ((name, row) in wrong) {
                val (properties, expected) = row
                test(name) { failureWith(*properties) shouldContain expected }
            }

            test("of a short key not one byte is shown") {
                failureOf(short) { withPropertyValues("$STORE.keys.main=$short") } shouldContain "openssl rand"
            }

            test("two stores, and no type") {
                failureOf(good) { with(database()).withRedis().withPropertyValues(key) } shouldContain
                    "$STORE.type is missing, as there are Redis and a database"
            }

            test("a key, and no store") {
                failureOf(good) { withPropertyValues(key) } shouldContain "$STORE.type is missing"
            }

            val redis = "$STORE.type=redis"
            val jdbc = "$STORE.type=jdbc"

            test("Redis without its module, without Spring Data, without a connection factory, with another client") {
                failureOf(good) {
                    withRedis()
                        .withPropertyValues(key, redis)
                        .withClassLoader(FilteredClassLoader(RedisTokenStore::class.java))
                } shouldContain "Add dev.openidclient:openid-client-redis"
                failureOf(good) {
                    withPropertyValues(key, redis)
                        .withClassLoader(FilteredClassLoader(RedisConnectionFactory::class.java))
                } shouldContain "spring-boot-starter-data-redis"
                failureOf(good) { withPropertyValues(key, redis) } shouldContain "there is no RedisConnectionFactory"
                failureOf(good) {
                    withPropertyValues(key, redis)
                        .withBean(RedisConnectionFactory::class.java, { unused<RedisConnectionFactory>() })
                } shouldContain "Use Lettuce"
                failureOf(good) {
                    withPropertyValues(key, redis)
                        .withBean(LettuceConnectionFactory::class.java, {
                            LettuceConnectionFactory(RedisStaticMasterReplicaConfiguration("127.0.0.1", 1))
                        })
                } shouldContain "the Redis is a static master and replicas. Make a TokenStore bean"
            }

            test("a database without its module, without a DataSource, with several") {
                failureOf(good) {
                    with(database())
                        .withPropertyValues(key, jdbc)
                        .withClassLoader(FilteredClassLoader(JdbcTokenStore::class.java))
                } shouldContain "Add dev.openidclient:openid-client-jdbc"
                failureOf(good) { withPropertyValues(key, jdbc) } shouldContain "there is no DataSource"
                failureOf(good) {
                    withPropertyValues(key, jdbc)
                        .withBean("one", DataSource::class.java, { unused<DataSource>() })
                        .withBean("two", DataSource::class.java, { unused<DataSource>() })
                } shouldContain "@Primary"
            }
        }

        test("the endpoints env and configprops show no key, and show which one seals") {
            val key = newKey()
            applications()
                .withConfiguration(AutoConfigurations.of(OpenIdSanitizingAutoConfiguration::class.java))
                .with(database())
                .withPropertyValues("$STORE.keys.2026-11=$key")
                .run { context ->
                    val sanitizing = context.getBean("openIdSanitizingFunction", SanitizingFunction::class.java)

                    fun shown(
                        name: String,
                        value: String,
                    ) = sanitizing.apply(SanitizableData(null, name, value)).value

                    listOf("$STORE.keys.2026-11", "OPENIDCLIENT_STORE_KEYS_MAIN", "OPENID_CLIENT_STORE_KEYS_MAIN")
                        .forAll { shown(it, "very-secret") shouldBe SanitizableData.SANITIZED_VALUE }
                    shown("STORE_PASSPHRASE", key) shouldBe SanitizableData.SANITIZED_VALUE
                    shown("$STORE.active-key", "2026-11") shouldBe "2026-11"
                    shown("openid-client.clients.active.key", "secret") shouldBe SanitizableData.SANITIZED_VALUE
                    "${context.getBean(OpenIdClientProperties::class.java).store}" shouldNotContain key
                }
        }
    })
