package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import kotlinx.serialization.json.JsonObject

private const val INTROSPECTION_JWT = "application/token-introspection+jwt"

/** RFC 7662 §2, and as a JWT RFC 9701 §5. */
internal fun Server.introspect(exchange: Exchange): HttpResponse {
    val form = exchange.form()
    val client = authentication.authenticate(exchange, form).client
    val answer = introspection(form.required("token"))
    val isJwt =
        client.metadata.text("introspection_signed_response_alg") != null ||
            exchange.request.headers["accept"].orEmpty().contains(INTROSPECTION_JWT)
    if (!isJwt) return jsonResponse(answer)
    val claims =
        jsonOf("iss" to issuer, "aud" to client.clientId, "iat" to now, "token_introspection" to answer)
    return response(sealed(client, "introspection", claims, "token-introspection+jwt"), INTROSPECTION_JWT)
}

private fun Server.introspection(token: String): JsonObject {
    val access = tokens.access(token)?.takeIf { it.isActive(now) }
    if (access != null) {
        val grant = access.grant
        return jsonOf(
            "active" to true,
            "token_type" to if (access.binding.jkt == null) "Bearer" else "DPoP",
            "client_id" to grant.clientId,
            "sub" to (grant.subject ?: grant.clientId),
            "iss" to issuer,
            "aud" to access.resources.takeIf { it.isNotEmpty() },
            "scope" to access.scopes.joinToString(" ").ifEmpty { null },
            "iat" to access.issuedAt,
            "exp" to access.expiresAt,
            "cnf" to access.binding.confirmation(),
            "act" to grant.actor,
            "authorization_details" to grant.authorizationDetails,
        )
    }
    val refresh = tokens.refresh(token)?.takeIf { it.isActive(now) } ?: return jsonOf("active" to false)
    return jsonOf(
        "active" to true,
        "client_id" to refresh.grant.clientId,
        "sub" to refresh.grant.subject,
        "iss" to issuer,
        "scope" to refresh.grant.scopes.joinToString(" ").ifEmpty { null },
        "iat" to refresh.issuedAt,
        "exp" to refresh.expiresAt,
    )
}

/** RFC 7009 §2: of a refresh token all that was granted with it; what is unknown is no error. */
internal fun Server.revoke(exchange: Exchange): HttpResponse {
    val form = exchange.form()
    val client = authentication.authenticate(exchange, form)
    val token = form.required("token")
    val access = tokens.access(token)
    val refresh = tokens.refresh(token)
    val owner = access?.grant?.clientId ?: refresh?.grant?.clientId
    if (owner != null && owner != client.id) invalidGrant("the token is of client '$owner', not of '${client.id}'")
    access?.isRevoked = true
    refresh?.grant?.isRevoked = true
    return HttpResponse(OK)
}
