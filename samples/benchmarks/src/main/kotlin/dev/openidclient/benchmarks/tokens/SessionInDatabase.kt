package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jdbc.JdbcTokenStore
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.SecureRandom
import java.time.Duration
import java.util.Base64
import java.util.Random

/** What a token endpoint in this process answers: other tokens each time, made beforehand. */
internal class Answered(
    val accessToken: String,
    val refreshToken: String,
) {
    companion object {
        const val LIFETIME: Long = 3_600
        private const val ACCESS_TOKEN = 900
        private const val REFRESH_TOKEN = 100
        private const val DIFFERENT = 64

        fun endlessly(): () -> Answered {
            val random = Random(1)

            fun text(length: Int): String {
                val bytes = ByteArray(length)
                random.nextBytes(bytes)
                return Base64.getUrlEncoder().encodeToString(bytes).take(length)
            }
            val all = List(DIFFERENT) { Answered(text(ACCESS_TOKEN), text(REFRESH_TOKEN)) }
            var turn = 0
            return { all[turn++ % DIFFERENT] }
        }
    }
}

/**
 * A session whose tokens are in a database of H2 in this process: read, and refreshed. The server answers at once, so
 * what is measured is the way to the database and back: of the library with encryption, and a lease for a refresh.
 */
internal object SessionInDatabase {
    const val HIT = "a token of a session in a database"
    const val REFRESH = "a refresh of a session in a database"
    const val LIBRARY = "openid-client, UserTokens with JdbcTokenStore"
    const val SPRING = "Spring Security, JdbcOAuth2AuthorizedClientService"
    private const val BY_HAND = "the SQL by hand"

    fun subjects(): List<Subject> = hit() + refresh()

    private fun hit(): List<Subject> {
        val library = LibrarySession()
        val spring = SpringSession(SessionDatabase(SessionDatabase.SPRING), Answered.endlessly())
        val byHand = LibrarySession()
        return listOf(
            InProcess(HIT, BY_HAND, isFloor = true, { byHand.database.read(byHand.id) }, byHand::close),
            InProcess(HIT, LIBRARY, isFloor = false, library::load, library::close),
            InProcess(HIT, SPRING, isFloor = false, spring::load, spring::close),
        )
    }

    private fun refresh(): List<Subject> {
        val library = LibrarySession()
        val spring = SpringSession(SessionDatabase(SessionDatabase.SPRING), Answered.endlessly())
        val byHand = LibrarySession()
        return listOf(
            InProcess(
                REFRESH,
                BY_HAND,
                isFloor = true,
                { byHand.database.write(byHand.id, byHand.database.read(byHand.id)) },
                byHand::close,
            ),
            InProcess(REFRESH, LIBRARY, isFloor = false, library::refreshed, library::close),
            InProcess(REFRESH, SPRING, isFloor = false, spring::refreshed, spring::close),
        )
    }
}

/** A session of the library, which asks the database each time. */
internal class LibrarySession : AutoCloseable {
    val database: SessionDatabase = SessionDatabase(SessionDatabase.LIBRARY)
    private val next = Answered.endlessly()
    private val client =
        OpenIdClient(METADATA, "s6BhdRkqt3") {
            transport =
                HttpTransport {
                    val answer = next()
                    val json =
                        """{"access_token":"${answer.accessToken}","token_type":"Bearer",""" +
                            """"expires_in":${Answered.LIFETIME},"refresh_token":"${answer.refreshToken}"}"""
                    HttpResponse(OK, JSON, json.encodeToByteArray())
                }
        }
    private val users =
        UserTokens(client) {
            store(JdbcTokenStore(database.source), TokenCipher.of(StoreKey("k", KEY)))
            nearCopy = Duration.ZERO
            forcedRenewalInterval = Duration.ZERO
        }
    private val source = users.source(SESSION)
    private var last: TokenResponse

    /** The id of its row. */
    val id: String

    init {
        last = runBlocking { client.grant("sign-in").also { users.put(SESSION, it) } }
        id =
            database.source.connection.use { connection ->
                connection.createStatement().use { statement ->
                    statement.executeQuery("select id from openid_token").use { rows ->
                        check(rows.next())
                        rows.getString(1)
                    }
                }
            }
    }

    fun load(): String = runBlocking { source.token().accessToken }

    fun refreshed(): String =
        runBlocking {
            source.invalidate(last)
            last = source.token()
            last.accessToken
        }

    override fun close() {
        users.close()
        database.close()
    }

    private companion object {
        const val SESSION = "session"
        const val OK = 200
        val KEY = ByteArray(32).also(SecureRandom()::nextBytes)
        val JSON = HttpHeaders.of("content-type" to "application/json")
        val METADATA =
            AuthorizationServerMetadata(
                JsonObject(
                    mapOf(
                        "issuer" to JsonPrimitive("https://as.example.com"),
                        "token_endpoint" to JsonPrimitive("https://as.example.com/token"),
                    ),
                ),
            )
    }
}
