package dev.openidclient.benchmarks.tokens

import org.h2.jdbcx.JdbcConnectionPool
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.security.authentication.TestingAuthenticationToken
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager
import org.springframework.security.oauth2.client.JdbcOAuth2AuthorizedClientService
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient
import org.springframework.security.oauth2.client.RefreshTokenOAuth2AuthorizedClientProvider
import org.springframework.security.oauth2.client.registration.ClientRegistration
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository
import org.springframework.security.oauth2.core.AuthorizationGrantType
import org.springframework.security.oauth2.core.OAuth2AccessToken
import org.springframework.security.oauth2.core.OAuth2RefreshToken
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse
import java.time.Duration
import java.time.Instant
import java.util.UUID
import javax.sql.DataSource

/** A database of H2 in this process, with a pool of connections and the table of [schema], a file on the class path. */
internal class SessionDatabase(
    schema: String,
) : AutoCloseable {
    private val pool = JdbcConnectionPool.create("jdbc:h2:mem:${UUID.randomUUID()};DB_CLOSE_DELAY=-1", "sa", "")

    val source: DataSource get() = pool

    init {
        run("RUNSCRIPT FROM 'classpath:$schema'")
    }

    fun run(sql: String) {
        source.connection.use { connection -> connection.createStatement().use { it.execute(sql) } }
    }

    /** The value of a session's row, as one would read it by hand. */
    fun read(id: String): String =
        source.connection.use { connection ->
            connection.prepareStatement("select entry_value from openid_token where id = ?").use { statement ->
                statement.setString(1, id)
                statement.executeQuery().use { rows ->
                    check(rows.next()) { "the row is not there" }
                    rows.getString(1)
                }
            }
        }

    fun write(
        id: String,
        value: String,
    ) {
        source.connection.use { connection ->
            connection.prepareStatement("update openid_token set entry_value = ? where id = ?").use { statement ->
                statement.setString(1, value)
                statement.setString(2, id)
                check(statement.executeUpdate() == 1) { "the row is not there" }
            }
        }
    }

    override fun close() {
        run("SHUTDOWN")
        pool.dispose()
    }

    companion object {
        const val LIBRARY: String = "/META-INF/openid-client-jdbc/h2.sql"
        const val SPRING: String = "/org/springframework/security/oauth2/client/oauth2-client-schema.sql"
    }
}

/** A person's authorized client as Spring Security keeps it in [database]; a refresh brings [next]. */
internal class SpringSession(
    private val database: SessionDatabase,
    next: () -> Answered,
) : AutoCloseable {
    private val registration =
        ClientRegistration
            .withRegistrationId(REGISTRATION)
            .clientId("s6BhdRkqt3")
            .clientSecret("of nobody")
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .authorizationUri("https://as.example.com/authorize")
            .tokenUri("https://as.example.com/token")
            .redirectUri("https://rp.example.com/callback")
            .build()
    private val registrations = InMemoryClientRegistrationRepository(registration)
    private val service = JdbcOAuth2AuthorizedClientService(JdbcTemplate(database.source), registrations)
    private val person = TestingAuthenticationToken("alice", null)
    private val refresh =
        RefreshTokenOAuth2AuthorizedClientProvider().apply {
            // every token counts as expired
            setClockSkew(Duration.ofDays(1))
            setAccessTokenResponseClient {
                val answer = next()
                OAuth2AccessTokenResponse
                    .withToken(answer.accessToken)
                    .tokenType(OAuth2AccessToken.TokenType.BEARER)
                    .expiresIn(Answered.LIFETIME)
                    .refreshToken(answer.refreshToken)
                    .build()
            }
        }
    private val manager =
        AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, service).apply {
            setAuthorizedClientProvider(refresh)
        }
    private val request = OAuth2AuthorizeRequest.withClientRegistrationId(REGISTRATION).principal(person).build()

    init {
        val now = Instant.now()
        val first = next()
        val access =
            OAuth2AccessToken(
                OAuth2AccessToken.TokenType.BEARER,
                first.accessToken,
                now,
                now.plusSeconds(Answered.LIFETIME),
            )
        val refresh = OAuth2RefreshToken(first.refreshToken, now)
        val client = OAuth2AuthorizedClient(registration, person.name, access, refresh)
        service.saveAuthorizedClient(client, person)
    }

    fun load(): String {
        val client = service.loadAuthorizedClient<OAuth2AuthorizedClient>(REGISTRATION, person.name)
        return checkNotNull(client).accessToken.tokenValue
    }

    fun refreshed(): String = checkNotNull(manager.authorize(request)).accessToken.tokenValue

    override fun close() = database.close()

    private companion object {
        const val REGISTRATION = "benchmark"
    }
}
