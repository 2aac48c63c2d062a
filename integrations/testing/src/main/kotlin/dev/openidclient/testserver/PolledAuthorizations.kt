package dev.openidclient.testserver

import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.time.Instant

/** A sign-in that waits for a person elsewhere: of the device flow, or of CIBA. */
internal class PolledAuthorization(
    val client: TestClient,
    val scopes: Set<String>,
    val resources: List<String>,
    val acr: String?,
    val userCode: String?,
    /** Whom a hint names. */
    val hint: String?,
    val expiresAt: Instant,
    var interval: Duration,
) {
    var lastPoll: Instant? = null
    var isUsed = false
    var isDenied = false
    var grant: Grant? = null

    val isDecided: Boolean get() = isDenied || grant != null
}

/** The device flow (RFC 8628) and CIBA in poll mode. */
internal class PolledAuthorizations(
    private val server: Server,
) {
    private val byCode = LinkedHashMap<String, PolledAuthorization>()

    fun device(exchange: Exchange): JsonObject {
        val form = exchange.form("resource")
        val client = server.authentication.authenticate(exchange, form).client
        val number = List(USER_CODE_SIZE) { LETTERS[server.settings.random.nextInt(LETTERS.length)] }
        val userCode = number.joinToString("").chunked(USER_CODE_SIZE / 2).joinToString("-")
        val waiting =
            waiting(client, scopesIn(form["scope"]), form.all("resource"), LIFETIME, userCode = userCode)
        val uri = server.url("device")
        return jsonOf(
            "device_code" to keep(waiting),
            "user_code" to userCode,
            "verification_uri" to uri,
            "verification_uri_complete" to "$uri?user_code=$userCode",
            "expires_in" to LIFETIME.seconds,
            "interval" to server.settings.pollInterval.seconds,
        )
    }

    fun backchannel(exchange: Exchange): JsonObject {
        val form = exchange.form("resource")
        val authenticated = server.authentication.authenticate(exchange, form)
        val client = authenticated.client
        if (server.clients.isRegistered(client.clientId) && !client.isConfidential) {
            refuse("unauthorized_client", "client '${client.clientId}' is public: CIBA needs one that authenticates")
        }
        val signed = form["request"]
        val parameters =
            if (signed == null) form else requestObject(server, client, signed, isReplayChecked = true)
        val hints = HINTS.filter { it in parameters }
        if (hints.size != 1) invalidRequest("exactly one of $HINTS must be there, but $hints are")
        if ("openid" !in scopesIn(parameters["scope"])) refuse("invalid_scope", "the scope must have openid")
        val asked = parameters["requested_expiry"]
        val lifetime = if (asked == null) LIFETIME else Duration.ofSeconds(positive(asked))
        val waiting =
            waiting(
                client,
                scopesIn(parameters["scope"]),
                parameters.all("resource"),
                lifetime,
                hint = hinted(parameters.required(hints.single()), hints.single()),
                acr = parameters["acr_values"]?.substringBefore(' '),
            )
        return jsonOf(
            "auth_req_id" to keep(waiting),
            "expires_in" to lifetime.seconds,
            "interval" to server.settings.pollInterval.seconds,
        )
    }

    private fun positive(text: String): Long =
        text.toLongOrNull()?.takeIf { it > 0 }
            ?: invalidRequest("requested_expiry must be a positive number of seconds")

    private fun hinted(
        value: String,
        name: String,
    ): String {
        if (name != "id_token_hint") return value
        val jws = Jws.parse(value) ?: refuse("unknown_user_id", "the id_token_hint is no JWT")
        if (!jws.isSignedBy(server.keys.jwks())) refuse("unknown_user_id", "the id_token_hint is not of this server")
        return jws.claims.text("sub").orEmpty()
    }

    private fun waiting(
        client: TestClient,
        scopes: Set<String>,
        resources: List<String>,
        lifetime: Duration,
        userCode: String? = null,
        hint: String? = null,
        acr: String? = null,
    ): PolledAuthorization {
        server.grantedScopes(client, scopes)
        server.grantedResources(resources)
        val end = server.now.plus(lifetime)
        return PolledAuthorization(client, scopes, resources, acr, userCode, hint, end, server.settings.pollInterval)
    }

    private fun keep(waiting: PolledAuthorization): String = server.text().also { byCode[it] = waiting }

    /** RFC 8628 §3.5, CIBA §11. */
    fun grant(
        request: TokenRequest,
        code: String,
    ): Granted {
        val waiting = byCode[code] ?: invalidGrant("the code was never issued here")
        if (waiting.client.clientId !=
            request.client.id
        ) {
            invalidGrant("the code is of client '${waiting.client.clientId}'")
        }
        if (waiting.isUsed) invalidGrant("the code was used before")
        val now = server.now
        if (waiting.expiresAt <= now) refuse("expired_token", "the code expired at ${waiting.expiresAt}")
        val lastPoll = waiting.lastPoll
        waiting.lastPoll = now
        if (lastPoll != null && Duration.between(lastPoll, now) < waiting.interval) {
            waiting.interval = waiting.interval.plus(SLOWER)
            refuse(
                "slow_down",
                "polled ${Duration.between(lastPoll, now)} after the last time: now ${waiting.interval}",
            )
        }
        if (waiting.isDenied) refuse("access_denied", "the person refused")
        val grant = waiting.grant ?: refuse("authorization_pending", "the person has not decided yet")
        waiting.isUsed = true
        val resources = server.narrowed(request.resources, grant.resources)
        return Granted(grant, grant.scopes, resources, issuesRefreshToken = true)
    }

    fun decide(
        waiting: PolledAuthorization,
        signIn: SignIn?,
    ) {
        check(!waiting.isDecided) { "the person has decided already" }
        if (signIn == null) {
            waiting.isDenied = true
            return
        }
        waiting.grant = server.grantOf(waiting.client, signIn, waiting.scopes, waiting.resources, acr = waiting.acr)
    }

    fun ofUserCode(userCode: String): PolledAuthorization {
        val wanted = letters(userCode)
        return requireNotNull(byCode.values.lastOrNull { it.userCode?.let(::letters) == wanted }) {
            "no device waits with the user code \"$userCode\""
        }
    }

    /** RFC 8628 §6.1: case and punctuation do not matter. */
    private fun letters(userCode: String) = userCode.uppercase().filter { it in LETTERS }

    fun ofRequest(authReqId: String): PolledAuthorization =
        requireNotNull(byCode[authReqId]?.takeIf { it.userCode == null }) {
            "no backchannel authentication waits with that auth_req_id"
        }

    private companion object {
        const val USER_CODE_SIZE = 8
        const val LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
        val LIFETIME: Duration = Duration.ofMinutes(10)
        val SLOWER: Duration = Duration.ofSeconds(5)
        val HINTS = listOf("login_hint", "login_hint_token", "id_token_hint")
    }
}
