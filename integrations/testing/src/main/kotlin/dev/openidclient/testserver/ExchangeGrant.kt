package dev.openidclient.testserver

import kotlinx.serialization.json.JsonObject

private const val TYPES = "urn:ietf:params:oauth:token-type:"
private const val ACCESS_TYPE = TYPES + "access_token"
private const val REFRESH_TYPE = TYPES + "refresh_token"
private const val JWT_TYPE = TYPES + "jwt"
private const val ID_TOKEN_TYPE = TYPES + "id_token"

/** Whom a token speaks of, and what it allows; null: anything. */
private class TokenSubject(
    val subject: String,
    val scopes: Set<String>?,
)

/** RFC 8693 §2. */
internal fun Server.exchangeGrant(request: TokenRequest): Granted {
    val form = request.form
    val subject = tokenSubject(form.required("subject_token"), form.required("subject_token_type"), "subject_token")
    val actorToken = form["actor_token"]
    val actorType = form["actor_token_type"]
    // §2.1: both or none
    if ((actorToken == null) != (actorType == null)) invalidRequest("actor_token and actor_token_type go together")
    val actor =
        if (actorToken == null ||
            actorType == null
        ) {
            null
        } else {
            tokenSubject(actorToken, actorType, "actor_token")
        }
    val requested = form["requested_token_type"] ?: ACCESS_TYPE
    if (requested !in setOf(ACCESS_TYPE, REFRESH_TYPE, JWT_TYPE)) {
        invalidRequest(
            "the server issues access tokens, refresh tokens and JWTs, not the requested_token_type '$requested'",
        )
    }
    val scopes = request.scopes ?: subject.scopes.orEmpty()
    val beyond = subject.scopes?.let { scopes - it }.orEmpty()
    if (beyond.isNotEmpty()) refuse("invalid_scope", "the subject token does not allow $beyond")
    grantedScopes(request.client.client, scopes)
    val targets = grantedResources(request.resources) + requireKnown(form.all("audience"))
    val act: JsonObject? = actor?.let { jsonOf("sub" to it.subject) }
    val grant = Grant(request.client.id, subject.subject, scopes, targets, actor = act)
    return Granted(grant, issuedTokenType = requested, issuesRefreshToken = requested == REFRESH_TYPE)
}

private fun Server.tokenSubject(
    token: String,
    type: String,
    name: String,
): TokenSubject =
    when (type) {
        ACCESS_TYPE -> {
            val known = tokens.access(token)?.takeIf { it.isActive(now) }
            if (known !=
                null
            ) {
                TokenSubject(known.grant.subject ?: known.grant.clientId, known.scopes)
            } else {
                foreign(token, name)
            }
        }
        REFRESH_TYPE -> {
            val known = tokens.refresh(token)?.takeIf { it.isActive(now) } ?: inactive(name)
            TokenSubject(known.grant.subject.orEmpty(), known.grant.scopes)
        }
        JWT_TYPE, ID_TOKEN_TYPE -> foreign(token, name)
        else -> invalidRequest("the server takes no ${name}_type '$type'")
    }

/** A JWT of an issuer that is trusted, or an ID Token of the server's own. */
private fun Server.foreign(
    token: String,
    name: String,
): TokenSubject {
    val jws = Jws.parse(token) ?: inactive(name)
    val issuer = jws.claims.text("iss").orEmpty()
    val keys =
        trusted.keysOf(issuer)
            ?: invalidGrant("nobody trusts the issuer '$issuer' of the $name: trustIssuer('$issuer', keys)")
    if (!jws.isSignedBy(keys)) invalidGrant("the signature of the $name is of no key of '$issuer'")
    val end = jws.claims.number("exp") ?: invalidGrant("the $name has no exp")
    if (end <= now.epochSecond) invalidGrant("the $name has expired")
    return TokenSubject(jws.claims.text("sub") ?: invalidGrant("the $name has no sub"), null)
}

private fun inactive(name: String): Nothing =
    invalidGrant("the $name is not active: expired, revoked or never issued here")
