package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.clientSecretOf
import dev.openidclient.jose.HmacAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.metadata.ClientMetadata

/**
 * Verifies the signature of [jwt] with the server's keys, or, where the client is registered for an HMAC, with the
 * client secret and nothing else ([OpenID Connect Core
 * §10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)).
 */
internal suspend fun OpenIdClient.verifySignature(jwt: Jwt) {
    val hmac = HmacAlgorithm.of(jwt.algorithm) ?: return jwks.verify(jwt)
    hmac.verify(jwt, checkNotNull(clientSecretOf(configuration.authentication, metadata)))
}

/**
 * The same for what came straight from the server: an HMAC always, the rest where
 * [nonRepudiationChecks][ClientSettings.nonRepudiationChecks] asks for it.
 */
internal suspend fun OpenIdClient.verifyDirect(jwt: Jwt) {
    if (configuration.nonRepudiation || HmacAlgorithm.of(jwt.algorithm) != null) verifySignature(jwt)
}

/**
 * Throws [IllegalArgumentException] where the client metadata names an HMAC and there is no client secret for it, or a
 * shorter one than [RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2) allows.
 */
internal fun requireHmacSecret(
    authentication: ClientAuthentication?,
    metadata: ClientMetadata,
) {
    for ((member, algorithm) in metadata.secretlySignedResponseAlgorithms) {
        val hmac = HmacAlgorithm.of(algorithm) ?: continue
        val rule = "client metadata \"$member\" $hmac needs a client secret of at least ${hmac.secretSize} bytes"
        val secret = requireNotNull(clientSecretOf(authentication, metadata)) { "$rule, but there is none" }
        val size = secret.encodeToByteArray().size
        require(size >= hmac.secretSize) { "$rule, but it has $size" }
    }
}

/** The `…_signed_response_alg` that may name an HMAC, by name. */
private val ClientMetadata.secretlySignedResponseAlgorithms: Map<String, String?>
    get() =
        mapOf(
            "id_token_signed_response_alg" to idTokenSignedResponseAlg,
            "userinfo_signed_response_alg" to userinfoSignedResponseAlg,
        )
