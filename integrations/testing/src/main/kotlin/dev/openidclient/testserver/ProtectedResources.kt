package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse

/** The access token of a request to a protected resource, after all that RFC 6750 §2, RFC 9449 §7 and RFC 8705 §3 demand. */
internal fun Server.presentedToken(exchange: Exchange): AccessToken {
    val header = exchange.request.headers["authorization"]
    val scheme = header?.substringBefore(' ').orEmpty()
    val posted = formOf(exchange.request)?.get("access_token")
    if (header != null && posted != null) challenge("Bearer", "invalid_request", "the access token came in two ways")
    val value = header?.substringAfter(' ', "") ?: posted ?: challenge("Bearer", null, "there is no access token")
    val isDpop = scheme.equals("DPoP", ignoreCase = true)
    if (header != null && !isDpop && !scheme.equals("Bearer", ignoreCase = true)) {
        challenge("Bearer", null, "there is no access token, but a header of the scheme $scheme")
    }
    val own = if (isDpop) "DPoP" else "Bearer"
    val token = tokens.access(value) ?: challenge(own, INVALID_TOKEN, "the access token was never issued here")
    if (now >= token.expiresAt) challenge(own, INVALID_TOKEN, "the access token expired at ${token.expiresAt}")
    if (!token.isActive(now)) challenge(own, INVALID_TOKEN, "the access token was revoked")
    checkBinding(exchange, token, isDpop)
    return token
}

private fun Server.checkBinding(
    exchange: Exchange,
    token: AccessToken,
    isDpop: Boolean,
) {
    val jkt = token.binding.jkt
    if (jkt != null &&
        !isDpop
    ) {
        challenge("DPoP", INVALID_TOKEN, "the access token is bound to a DPoP key, but came as Bearer")
    }
    if (isDpop) {
        val proven =
            try {
                proofs.check(exchange, token.value)
            } catch (e: Refusal) {
                challenge("DPoP", e.error, e.description)
            }
        if (proven == null) challenge("DPoP", "invalid_dpop_proof", "there is no DPoP proof")
        if (proven != jkt) challenge("DPoP", INVALID_TOKEN, "the access token is not bound to the key of the proof")
    }
    val certificate = token.binding.certificate
    if (certificate != null && certificate != exchange.certificateThumbprint) {
        challenge(
            "Bearer",
            INVALID_TOKEN,
            "the access token is bound to another client certificate than this one, or none came",
        )
    }
}

internal const val INVALID_TOKEN = "invalid_token"

/** RFC 6750 §3. */
internal fun challenge(
    scheme: String,
    error: String?,
    description: String,
    status: Int = UNAUTHORIZED,
): Nothing {
    val plain = Refusal(error.orEmpty(), description).description
    val parameters = if (error == null) "realm=\"test\"" else "error=\"$error\", error_description=\"$plain\""
    throw Refusal(error ?: INVALID_TOKEN, description, status, listOf("www-authenticate" to "$scheme $parameters"))
}

/** OpenID Connect Core §5.3. */
internal fun Server.userInfo(exchange: Exchange): HttpResponse {
    val token = presentedToken(exchange)
    val grant = token.grant
    val subject = grant.subject
    if (subject == null || "openid" !in token.scopes) {
        val scheme = if (token.binding.jkt == null) "Bearer" else "DPoP"
        challenge(scheme, "insufficient_scope", "UserInfo needs the scope openid", FORBIDDEN)
    }
    val claims = jsonOf(*users[subject].orEmpty().toList().toTypedArray()).with("sub" to subject)
    val client = clients.find(grant.clientId) ?: TestClient(jsonOf("client_id" to grant.clientId))
    val isJwt = listOf("userinfo_signed_response_alg", "userinfo_encrypted_response_alg").any { it in client.metadata }
    if (!isJwt) return jsonResponse(claims)
    val signed = claims.with("iss" to issuer, "aud" to client.clientId)
    return response(sealed(client, "userinfo", signed), "application/jwt")
}
