package dev.openidclient.testserver

import java.time.Instant

/** An authorization code, and what it was issued for. */
internal class Code(
    val value: String,
    val grant: Grant,
    /** As the authorization request named it; null: it did not. */
    val redirectUri: String?,
    val challenge: String?,
    val challengeMethod: String,
    /** The key that alone may use it (RFC 9449 §10). */
    val jkt: String?,
    val expiresAt: Instant,
) {
    var isUsed = false
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6. */
internal fun Server.codeGrant(request: TokenRequest): Granted {
    val code = authorizations.code(request.form.required("code")) ?: invalidGrant("the code was never issued here")
    if (code.grant.clientId != request.client.id) {
        invalidGrant("the code is of client '${code.grant.clientId}', not of '${request.client.id}'")
    }
    if (code.isUsed) {
        // RFC 6749 §4.1.2
        code.grant.isRevoked = true
        invalidGrant("the code was used before: all tokens of this sign-in are revoked")
    }
    code.isUsed = true
    if (code.expiresAt <= now) invalidGrant("the code expired at ${code.expiresAt}, and it is $now")
    val redirectUri = request.form["redirect_uri"]
    if (code.redirectUri != null && redirectUri != code.redirectUri) {
        invalidGrant(
            "redirect_uri must be '${code.redirectUri}' as in the authorization request, but is '$redirectUri'",
        )
    }
    checkVerifier(code, request.form["code_verifier"])
    if (code.jkt != null && code.jkt != request.jkt) {
        invalidGrant("the code is bound to a DPoP key by dpop_jkt, and the proof is of another or absent")
    }
    val resources = narrowed(request.resources, code.grant.resources)
    return Granted(code.grant, code.grant.scopes, resources, issuesRefreshToken = true)
}

private fun checkVerifier(
    code: Code,
    verifier: String?,
) {
    if (code.challenge == null) {
        // RFC 9700 §2.1.1: a downgrade
        if (verifier != null) invalidGrant("there is a code_verifier, but there was no code_challenge")
        return
    }
    if (verifier == null) invalidGrant("code_verifier is absent, but there was a code_challenge")
    if (!VERIFIER.matches(verifier)) invalidGrant("code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~")
    val challenge = if (code.challengeMethod == "S256") Jca.sha256(verifier) else verifier
    if (challenge != code.challenge) invalidGrant("code_verifier is not the one of the code_challenge")
}

private val VERIFIER = Regex("[A-Za-z0-9._~-]{43,128}")
