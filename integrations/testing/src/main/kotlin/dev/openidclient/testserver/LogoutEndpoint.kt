package dev.openidclient.testserver

import dev.openidclient.http.Parameters
import kotlinx.serialization.json.JsonObject

private const val LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
private const val LOGOUT_TOKEN_LIFETIME_SECONDS = 120L

/**
 * Ends the session that a logout request names, and says where the browser goes (OpenID Connect RP-Initiated Logout
 * §2, §3); null: nowhere.
 */
internal fun Server.endSession(parameters: Parameters): String? {
    val hint = parameters["id_token_hint"]?.let { Jws.parse(it) ?: invalidRequest("the id_token_hint is no JWT") }
    // an encrypted or expired hint is one too, but a stranger's is not
    if (hint != null && !hint.isSignedBy(keys.jwks())) invalidRequest("the id_token_hint is not of this server")
    val hinted = hint?.claims?.texts("aud")?.firstOrNull()
    val named = parameters["client_id"]
    if (hinted != null && named != null &&
        hinted != named
    ) {
        invalidRequest("client_id is '$named', but the id_token_hint is for '$hinted'")
    }
    val id = named ?: hinted
    val client = id?.let { clients.find(it) ?: invalidRequest("client '$it' is not registered") }
    val subject = hint?.claims?.text("sub")
    if (subject != null) signedOut += subject
    val redirectUri = parameters["post_logout_redirect_uri"] ?: return null
    if (client == null) invalidRequest("post_logout_redirect_uri needs an id_token_hint or client_id")
    val registered = client.metadata.texts("post_logout_redirect_uris")
    if (registered.isNotEmpty() && redirectUri !in registered) {
        invalidRequest("post_logout_redirect_uri '$redirectUri' is not registered for client '$id': $registered are")
    }
    val state = parameters["state"] ?: return redirectUri
    return redirectUri + (if ('?' in redirectUri) "&" else "?") + Parameters.of("state" to state).encode()
}

/** OpenID Connect Back-Channel Logout §2.4. */
internal fun Server.logoutToken(
    clientId: String,
    subject: String?,
    sessionId: String?,
): String {
    require(subject != null || sessionId != null) { "a logout token names a subject, a session, or both" }
    val claims =
        jsonOf(
            "iss" to issuer,
            "aud" to clientId,
            "iat" to now,
            "exp" to now.plusSeconds(LOGOUT_TOKEN_LIFETIME_SECONDS),
            "jti" to text(),
            "sub" to subject,
            "sid" to sessionId,
            "events" to jsonOf(LOGOUT_EVENT to JsonObject(emptyMap())),
        )
    return keys.current.sign(claims, "logout+jwt")
}
