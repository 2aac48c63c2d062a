package dev.openidclient.testserver

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/** What a person, or a client for itself, was granted; all tokens that come of it belong to it. */
internal class Grant(
    val clientId: String,
    /** Null: the client itself. */
    val subject: String?,
    val scopes: Set<String>,
    val resources: List<String> = emptyList(),
    val sessionId: String? = null,
    val authenticatedAt: Instant? = null,
    val acr: String? = null,
    val nonce: String? = null,
    val authorizationDetails: JsonElement? = null,
    /** Of the ID Tokens. */
    val claims: Map<String, JsonElement> = emptyMap(),
    /** Who acts for the subject (RFC 8693 §4.1). */
    val actor: JsonObject? = null,
) {
    var isRevoked: Boolean = false
}

/** What a token is bound to: the DPoP key, or the client certificate, by thumbprint. */
internal class Binding(
    val jkt: String? = null,
    val certificate: String? = null,
) {
    fun confirmation(): JsonObject? = jsonOf("jkt" to jkt, "x5t#S256" to certificate).takeIf { it.isNotEmpty() }
}

internal class AccessToken(
    val value: String,
    val grant: Grant,
    val scopes: Set<String>,
    val resources: List<String>,
    val binding: Binding,
    val issuedAt: Instant,
    val expiresAt: Instant,
) {
    var isRevoked: Boolean = false

    fun isActive(now: Instant): Boolean = !isRevoked && !grant.isRevoked && now < expiresAt
}

internal class RefreshToken(
    val value: String,
    val grant: Grant,
    /** The DPoP key of a public client (RFC 9449 §5). */
    val jkt: String?,
    val issuedAt: Instant,
    val expiresAt: Instant?,
) {
    var usedAt: Instant? = null

    fun isActive(now: Instant): Boolean = !grant.isRevoked && usedAt == null && (expiresAt == null || now < expiresAt)
}

/** The tokens that the server has issued. */
internal class IssuedTokens(
    private val server: Server,
) {
    private val access = HashMap<String, AccessToken>()
    private val refresh = HashMap<String, RefreshToken>()

    var accessCount = 0
        private set
    var refreshCount = 0
        private set
    var idTokenCount = 0
    var reuseCount = 0

    fun access(value: String): AccessToken? = access[value]

    fun refresh(value: String): RefreshToken? = refresh[value]

    fun issueAccess(
        grant: Grant,
        scopes: Set<String>,
        resources: List<String>,
        binding: Binding,
    ): AccessToken {
        val now = server.now
        val end = now.plus(server.settings.accessTokenLifetime)
        val value =
            if (server.settings.issuesJwtAccessTokens) {
                jwt(
                    grant,
                    scopes,
                    resources,
                    binding,
                    end,
                )
            } else {
                server.text()
            }
        accessCount++
        return AccessToken(value, grant, scopes, resources, binding, now, end).also { access[value] = it }
    }

    /** RFC 9068 §2, RFC 9396 §9.1. */
    private fun jwt(
        grant: Grant,
        scopes: Set<String>,
        resources: List<String>,
        binding: Binding,
        end: Instant,
    ): String {
        val claims =
            jsonOf(
                "iss" to server.issuer,
                "sub" to (grant.subject ?: grant.clientId),
                "aud" to resources.ifEmpty { listOf(server.issuer) },
                "client_id" to grant.clientId,
                "iat" to server.now,
                "exp" to end,
                "jti" to server.text(),
                "scope" to scopes.joinToString(" ").ifEmpty { null },
                "acr" to grant.acr,
                "auth_time" to grant.authenticatedAt,
                "authorization_details" to grant.authorizationDetails,
                "cnf" to binding.confirmation(),
                "act" to grant.actor,
            )
        return server.keys.current.sign(claims, "at+jwt")
    }

    fun issueRefresh(
        grant: Grant,
        jkt: String?,
    ): RefreshToken {
        val now = server.now
        val end = server.settings.refreshTokenLifetime?.let(now::plus)
        refreshCount++
        return RefreshToken(server.text(), grant, jkt, now, end).also { refresh[it.value] = it }
    }

    /** Ends all that was granted to [subject], or to everybody: null. */
    fun revoke(subject: String?) {
        val grants = access.values.map { it.grant } + refresh.values.map { it.grant }
        grants.filter { subject == null || it.subject == subject }.forEach { it.isRevoked = true }
    }

    /** Forgets what can be of no use any more, so that a long run does not fill the memory. */
    fun forgetEnded() {
        if (access.size < MANY) return
        val now = server.now
        access.values.removeIf { !it.isActive(now) }
    }

    private companion object {
        const val MANY = 50_000
    }
}
