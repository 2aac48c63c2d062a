package dev.openidclient.testserver

import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonElement
import java.time.Duration
import java.time.Instant

/** Everything that a test server knows. Whoever uses it holds [lock]. */
internal class Server(
    val settings: TestServerSettings,
) {
    val lock = Any()

    var issuer: String = settings.issuer

    /** What [issuer] is in documents: another one once it was swapped. */
    var namedIssuer: String? = null

    var clockOffset: Duration = Duration.ZERO

    val keys = ServerKeys(settings.signingAlgorithm) { text(KEY_ID_BYTES) }
    val clients = Clients(settings.clients)
    val users = LinkedHashMap<String, Map<String, JsonElement>>(settings.users)
    val trusted = TrustedIssuers(this)
    val tokens = IssuedTokens(this)
    val authentication = ClientAuthenticationCheck(this)
    val proofs = DpopProofs(this)
    val authorizations = Authorizations(this)
    val polled = PolledAuthorizations(this)
    val seenJti = SeenIdentifiers()

    /** Who signed out, in order. */
    val signedOut = mutableListOf<String>()

    val now: Instant get() = settings.clock.instant().plus(clockOffset)

    val metadata: AuthorizationServerMetadata get() = AuthorizationServerMetadata(serverMetadata(this))

    fun url(path: String): String = "${issuer.removeSuffix("/")}/$path"

    /** A random text of [bytes] bytes. */
    fun text(bytes: Int = SECRET_BYTES): String = base64Url(ByteArray(bytes).also(settings.random::nextBytes))

    /** Whether [audience] names this server, for an assertion or a request object. */
    fun isOwnAudience(audience: List<String>): Boolean = audience.any { it == issuer || it == url(TOKEN) }

    private companion object {
        const val SECRET_BYTES = 32
        const val KEY_ID_BYTES = 6
    }
}

/** The clients that the server knows; all of them where none was ever registered. */
internal class Clients(
    registered: List<TestClient>,
) {
    private val byId = LinkedHashMap<String, TestClient>().apply { registered.forEach { put(it.clientId, it) } }

    /** Whether every client id is taken, as the test named none. */
    private var isOpen = registered.isEmpty()

    fun add(client: TestClient) {
        isOpen = false
        byId[client.clientId] = client
    }

    /** One that registered itself: the others stay as they are. */
    fun register(client: TestClient) {
        byId[client.clientId] = client
    }

    /** Whether there was one. */
    fun remove(id: String): Boolean = byId.remove(id)?.also { isOpen = false } != null

    fun isRegistered(id: String): Boolean = id in byId

    /** Null where there is no such client. */
    fun find(id: String): TestClient? = byId[id] ?: if (isOpen) TestClient(jsonOf("client_id" to id)) else null

    fun describe(): String = byId.keys.joinToString()
}

/** What may come once only, for as long as it would be valid. */
internal class SeenIdentifiers {
    private val seen = HashMap<String, Instant>()

    /** False where [identifier] was here before. */
    fun add(
        identifier: String,
        until: Instant,
        now: Instant,
    ): Boolean {
        if (seen.size > MANY) seen.values.removeIf { it < now }
        val earlier = seen[identifier]
        if (earlier != null && earlier >= now) return false
        seen[identifier] = until
        return true
    }

    private companion object {
        const val MANY = 10_000
    }
}
