package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import kotlinx.serialization.json.JsonObject
import java.net.URI
import java.net.URISyntaxException

/** A token request whose client and proof hold. */
internal class TokenRequest(
    val exchange: Exchange,
    val form: Parameters,
    val client: AuthenticatedClient,
    /** The thumbprint of the DPoP key; null: no proof. */
    val jkt: String?,
) {
    val scopes: Set<String>? get() = form["scope"]?.let(::scopesIn)

    val resources: List<String> get() = form.all("resource")
}

/** What a grant comes to, before tokens are made of it. */
internal class Granted(
    val grant: Grant,
    val scopes: Set<String> = grant.scopes,
    val resources: List<String> = grant.resources,
    /** Null: a new one where one is due. */
    val refreshToken: RefreshToken? = null,
    val issuesRefreshToken: Boolean = false,
    val issuedTokenType: String? = null,
    val isRefreshed: Boolean = false,
)

/** The token endpoint (RFC 6749 §3.2). */
internal fun Server.token(exchange: Exchange): HttpResponse {
    val form = exchange.form("resource", "audience")
    val client = authentication.authenticate(exchange, form)
    val type = form.required("grant_type")
    val jkt = proofs.check(exchange)
    if (jkt == null && (settings.requiresDpop || client.client.metadata.isTrue("dpop_bound_access_tokens"))) {
        refuse("invalid_dpop_proof", "the server wants a DPoP proof, but there is no DPoP header")
    }
    requireGrantType(client, type)
    val request = TokenRequest(exchange, form, client, jkt)
    val granted =
        when (type) {
            GRANT_CODE -> codeGrant(request)
            GRANT_REFRESH -> refreshGrant(request)
            GRANT_CLIENT -> clientGrant(request)
            GRANT_JWT -> jwtBearerGrant(request)
            GRANT_SAML -> samlBearerGrant(request)
            GRANT_EXCHANGE -> exchangeGrant(request)
            GRANT_DEVICE -> polled.grant(request, form.required("device_code"))
            GRANT_CIBA -> polled.grant(request, form.required("auth_req_id"))
            else -> refuse("unsupported_grant_type", "the test server knows no grant_type '$type'")
        }
    return jsonResponse(tokenAnswer(request, granted))
}

private fun requireGrantType(
    client: AuthenticatedClient,
    type: String,
) {
    val registered = client.client.metadata.texts("grant_types")
    if (registered.isNotEmpty() && type !in registered) {
        refuse("unauthorized_client", "client '${client.id}' is registered for $registered, not for '$type'")
    }
}

private fun Server.tokenAnswer(
    request: TokenRequest,
    granted: Granted,
): JsonObject {
    val isDue = granted.issuesRefreshToken && settings.issuesRefreshTokens
    // RFC 9449 §5: a public client's refresh token is bound, as nothing else shows who uses it
    val refreshJkt = request.jkt.takeUnless { request.client.client.isConfidential }
    val refresh = granted.refreshToken ?: if (isDue) tokens.issueRefresh(granted.grant, refreshJkt) else null
    return tokenAnswer(request.client.client, granted, refresh, binding(request))
}

/** RFC 6749 §5.1. */
internal fun Server.tokenAnswer(
    client: TestClient,
    granted: Granted,
    refresh: RefreshToken?,
    binding: Binding,
): JsonObject {
    val grant = granted.grant
    val access = tokens.issueAccess(grant, granted.scopes, granted.resources, binding)
    val isOpenId = grant.subject != null && "openid" in granted.scopes && granted.issuedTokenType == null
    tokens.forgetEnded()
    return jsonOf(
        "access_token" to access.value,
        "token_type" to if (binding.jkt == null) "Bearer" else "DPoP",
        "expires_in" to settings.accessTokenLifetime.seconds.takeIf { settings.sendsExpiresIn },
        "refresh_token" to refresh?.value,
        "refresh_token_expires_in" to settings.refreshTokenLifetime?.seconds?.takeIf { refresh != null },
        "scope" to granted.scopes.joinToString(" ").ifEmpty { null },
        "id_token" to if (isOpenId) idToken(client, grant, access.value, isRefreshed = granted.isRefreshed) else null,
        "issued_token_type" to granted.issuedTokenType,
        "authorization_details" to grant.authorizationDetails,
    )
}

private fun binding(request: TokenRequest): Binding {
    val client = request.client
    val isCertificateBound =
        client.method in ClientAuthenticationCheck.TLS_METHODS ||
            client.client.metadata.isTrue("tls_client_certificate_bound_access_tokens")
    val thumbprint = if (isCertificateBound) request.exchange.certificateThumbprint else null
    if (isCertificateBound && thumbprint == null) {
        invalidRequest("the tokens of client '${client.id}' are bound to its certificate, but none came")
    }
    return Binding(request.jkt, thumbprint)
}

private fun Server.clientGrant(request: TokenRequest): Granted {
    val client = request.client.client
    // RFC 6749 §4.4: confidential clients only
    if (!client.isConfidential && clients.isRegistered(client.clientId)) {
        refuse("unauthorized_client", "client '${client.clientId}' is public: it has neither secret nor key")
    }
    val scopes = grantedScopes(client, request.scopes.orEmpty())
    return Granted(Grant(client.clientId, null, scopes, grantedResources(request.resources)))
}

private fun Server.refreshGrant(request: TokenRequest): Granted {
    val value = request.form.required("refresh_token")
    val token = tokens.refresh(value) ?: invalidGrant("the refresh token was never issued here")
    if (token.grant.clientId != request.client.id) {
        invalidGrant("the refresh token is of client '${token.grant.clientId}', not of '${request.client.id}'")
    }
    if (token.jkt != null && token.jkt != request.jkt) {
        invalidGrant(
            "the refresh token is bound to the DPoP key that it was issued for, and the proof is of another or absent",
        )
    }
    if (token.grant.isRevoked) invalidGrant("the sign-in of this refresh token was revoked")
    if (token.expiresAt?.let { it <= now } == true) invalidGrant("the refresh token expired at ${token.expiresAt}")
    requireFirstUse(token)
    val scopes = request.scopes ?: token.grant.scopes
    // RFC 6749 §6: nothing that was not granted
    val beyond = scopes - token.grant.scopes
    if (beyond.isNotEmpty()) refuse("invalid_scope", "these scopes were never granted: $beyond")
    val resources = narrowed(request.resources, token.grant.resources)
    if (settings.rotatesRefreshTokens && token.usedAt == null) token.usedAt = now
    val refresh = if (settings.rotatesRefreshTokens) tokens.issueRefresh(token.grant, token.jkt) else null
    return Granted(token.grant, scopes, resources, refresh, isRefreshed = true)
}

private fun Server.requireFirstUse(token: RefreshToken) {
    val usedAt = token.usedAt ?: return
    tokens.reuseCount++
    if (now < usedAt.plus(settings.refreshTokenGrace)) return
    // RFC 9700 §4.14.2: one of the two who used it stole it
    token.grant.isRevoked = true
    invalidGrant("the refresh token was used before, at $usedAt: all tokens of this sign-in are revoked")
}

/** The resources of a token request: those of the grant, or some of them (RFC 8707 §2.2). */
internal fun Server.narrowed(
    asked: List<String>,
    granted: List<String>,
): List<String> {
    if (asked.isEmpty()) return granted
    val beyond = asked.filter { it !in granted }
    if (granted.isNotEmpty() &&
        beyond.isNotEmpty()
    ) {
        refuse("invalid_target", "these resources were not granted: $beyond")
    }
    return grantedResources(asked)
}

internal fun Server.grantedResources(asked: List<String>): List<String> {
    for (resource in asked) {
        val uri = uriOrNull(resource)
        // RFC 8707 §2
        if (uri?.isAbsolute != true || uri.rawFragment != null) {
            refuse("invalid_target", "resource must be an absolute URI without a fragment, but is '$resource'")
        }
    }
    return requireKnown(asked)
}

internal fun Server.requireKnown(targets: List<String>): List<String> {
    val unknown = targets.filter { settings.resources.isNotEmpty() && it !in settings.resources }
    if (unknown.isNotEmpty()) refuse("invalid_target", "the server knows ${settings.resources}, not $unknown")
    return targets
}

private fun uriOrNull(text: String): URI? =
    try {
        URI(text)
    } catch (_: URISyntaxException) {
        null
    }

internal fun Server.grantedScopes(
    client: TestClient,
    asked: Set<String>,
): Set<String> {
    val registered = client.metadata.text("scope")?.let(::scopesIn)
    val unknown =
        asked.filter {
            (settings.scopes.isNotEmpty() && it !in settings.scopes) ||
                registered?.contains(it) == false
        }
    if (unknown.isNotEmpty()) {
        refuse("invalid_scope", "client '${client.clientId}' may not ask for $unknown here")
    }
    return asked
}
