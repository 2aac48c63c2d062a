package dev.openidclient.testserver

import kotlinx.serialization.json.JsonObject

/** An ID Token for [grant] as its [client] is registered for: signed, and encrypted where it asks for that. */
internal fun Server.idToken(
    client: TestClient,
    grant: Grant,
    accessToken: String? = null,
    code: String? = null,
    state: String? = null,
    isRefreshed: Boolean = false,
): String {
    val algorithm = client.metadata.text("id_token_signed_response_alg") ?: settings.signingAlgorithm.identifier
    val claims =
        jsonOf(
            "iss" to issuer,
            "sub" to grant.subject,
            "aud" to grant.clientId,
            "iat" to now,
            "exp" to now.plus(settings.idTokenLifetime),
            "auth_time" to grant.authenticatedAt,
            // OpenID Connect Core §12.2: better not in a refreshed one
            "nonce" to grant.nonce.takeUnless { isRefreshed },
            "acr" to grant.acr,
            "sid" to grant.sessionId,
            "at_hash" to accessToken?.let { Jca.halfHash(algorithm, it) },
            "c_hash" to code?.let { Jca.halfHash(algorithm, it) },
            "s_hash" to state?.let { Jca.halfHash(algorithm, it) },
        )
    tokens.idTokenCount++
    return sealed(client, "id_token", JsonObject(claims + grant.claims))
}

/**
 * [claims] as a JWT for [client], by what it is registered for of [kind]: `id_token`, `userinfo`, `introspection`,
 * `authorization`. [type] is the `typ`.
 */
internal fun Server.sealed(
    client: TestClient,
    kind: String,
    claims: JsonObject,
    type: String? = null,
): String {
    val signing = client.metadata.text("${kind}_signed_response_alg")
    val signed =
        if (signing?.startsWith("HS") == true) {
            val secret = client.secret ?: invalidRequest("client '${client.clientId}' has no secret for $signing")
            ServerKey.signWith(secret, signing, claims)
        } else {
            if (signing != null && signing != settings.signingAlgorithm.identifier) {
                invalidRequest(
                    "the server signs with ${settings.signingAlgorithm.identifier}, but ${kind}_signed_response_alg is $signing",
                )
            }
            keys.current.sign(claims, type)
        }
    val encryption = client.metadata.text("${kind}_encrypted_response_alg") ?: return signed
    val content = client.metadata.text("${kind}_encrypted_response_enc") ?: "A128CBC-HS256"
    val key =
        client.encryptionKey(encryption)
            ?: invalidRequest(
                "the server has no key of client '${client.clientId}' for $encryption: jwks(key.publicJwk)",
            )
    return Jwe.encrypt(signed, key, encryption, content)
}
