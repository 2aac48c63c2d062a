package dev.openidclient.testserver

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/** Who may issue assertions and subject tokens for this server, beside itself and the clients. */
internal class TrustedIssuers(
    private val server: Server,
) {
    private val keys = HashMap<String, List<JsonObject>>()

    fun add(
        issuer: String,
        jwks: JsonObject,
    ) {
        keys[issuer] = (jwks["keys"] as? JsonArray)?.filterIsInstance<JsonObject>().orEmpty()
    }

    fun isKnown(issuer: String): Boolean = issuer in keys

    /** The keys of [issuer]: of the server itself, of a client, or of one that was made known; null: nobody's. */
    fun keysOf(issuer: String): List<JsonObject>? =
        when {
            issuer == server.issuer -> server.keys.jwks()
            issuer in keys -> keys[issuer]
            server.clients.isRegistered(issuer) -> server.clients.find(issuer)?.keys?.takeIf { it.isNotEmpty() }
            else -> null
        }
}

/** RFC 7523 §3. */
internal fun Server.jwtBearerGrant(request: TokenRequest): Granted {
    val jws = Jws.parse(request.form.required("assertion")) ?: invalidGrant("the assertion is no JWT")
    val issuer = jws.claims.text("iss") ?: invalidGrant("iss of the assertion is absent")
    val keys = trustedKeys(issuer)
    if (!jws.isSignedBy(keys)) invalidGrant("the signature of the assertion is of no key of '$issuer'")
    if (!isOwnAudience(jws.claims.texts("aud"))) {
        invalidGrant("aud of the assertion must be ${this.issuer}, but is ${jws.claims.texts("aud")}")
    }
    val subject = jws.claims.text("sub") ?: invalidGrant("sub of the assertion is absent")
    assertionFault(this, jws)?.let { invalidGrant("the assertion: $it") }
    return granted(request, subject)
}

internal fun Server.trustedKeys(issuer: String): List<JsonObject> =
    trusted.keysOf(issuer)
        ?: invalidGrant("nobody trusts the issuer '$issuer' of the assertion: trustIssuer('$issuer', keys)")

internal fun Server.granted(
    request: TokenRequest,
    subject: String,
): Granted {
    val scopes = grantedScopes(request.client.client, request.scopes.orEmpty())
    return Granted(Grant(request.client.id, subject, scopes, grantedResources(request.resources)))
}
