package dev.openidclient.logout

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.open
import dev.openidclient.client.verifySignature
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.number
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.token.LogoutToken
import dev.openidclient.token.idTokenValidation
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.isFirst
import java.time.Instant

/**
 * Verifies a logout token that the server posted: that sessions have ended there ([OpenID Connect Back-Channel Logout
 * §2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation)). [LogoutRequest] reads it, and
 * [LogoutAnswer] is what to answer.
 *
 * It comes from anybody, so its signature is always verified, with what the server signs ID Tokens with. It must be for
 * this client, younger than 5 minutes, about a logout, and no ID Token; [replays], the same for all instances of a
 * service, is asked last whether it came before. [configure] names what is checked beyond that, or less.
 *
 * Throws [OAuthException] where the token may not be trusted: [ValidationException] with
 * [ErrorCode.REPLAY_DETECTED] where it came before, [ReplayCacheException] where that cannot be told. Throws
 * [IllegalArgumentException] where [logoutToken] is empty, or a security profile allows no looser check.
 *
 * The page `docs/logout.md` shows it in a web application.
 */
public suspend fun OpenIdClient.verifyLogoutToken(
    logoutToken: String,
    replays: ReplayCache,
    configure: LogoutTokenChecks.() -> Unit = {},
): LogoutToken {
    require(logoutToken.isNotEmpty()) { "the logout token must not be empty" }
    val checks = LogoutTokenChecks().apply(configure)
    val profile = configuration.profile
    require(profile == null || !checks.isMissingExpAccepted) {
        "${profile?.title}: acceptMissingExp() must not be called: the profile allows no looser check"
    }
    val opened = open(logoutToken, LogoutTokenValidation.KIND, "id_token_encrypted_response_alg")
    val idTokens = idTokenValidation()
    val jwts = JwtValidation(time.now, time.tolerance)
    val type = if (checks.isTypeRequired) AcceptedType.TYPED_LOGOUT else AcceptedType.LOGOUT
    val rule = idTokens.rule(hmacAllowed = true)
    val jwt = jwts.head(opened, LogoutTokenValidation.KIND, rule, unsignedAllowed = false, type)
    verifySignature(jwt)
    jwts.checkClaims(jwt, type)
    LogoutTokenValidation(metadata, expectedIssuer, idTokens, jwts).check(jwt, checks)
    val verified = LogoutToken(jwt.claims)
    registerOnce(verified, jwt, jwts, replays)
    return verified
}

private suspend fun OpenIdClient.registerOnce(
    verified: LogoutToken,
    jwt: Jwt,
    jwts: JwtValidation,
    replays: ReplayCache,
) {
    val key = digestOf("logout_token", verified.issuer, clientId, verified.jwtId)
    val until = time.byClock(Instant.ofEpochSecond(endOfAcceptance(jwt, jwts)))
    if (replays.isFirst(key, until, "the logout token")) return
    throw ValidationException(
        ErrorCode.REPLAY_DETECTED,
        "the logout token came before: its \"jti\" is known",
        subject = ValidationSubject.claim("jti"),
    )
}

/** After it the token is refused for its age, so nobody need remember it. */
private fun endOfAcceptance(
    jwt: Jwt,
    jwts: JwtValidation,
): Long {
    val tooOld = LogoutTokenValidation.OLDEST_ISSUE + (number(jwt.claims["iat"]) ?: jwts.now.toDouble())
    val expired = number(jwt.claims["exp"]) ?: tooOld
    return minOf(tooOld, expired).toLong() + jwts.tolerance + 1
}

/** What is checked of a logout token beyond the rules that always hold, or less. */
@OpenIdClientDsl
public class LogoutTokenChecks internal constructor() {
    internal var isTypeRequired = false
        private set

    internal var isMissingExpAccepted = false
        private set

    /**
     * The token must say that it is one, by the `typ` `logout+jwt`. Without it a token without `typ`, or with `JWT`, is
     * taken too, as older servers have it.
     */
    public fun requireTyped(): LogoutTokenChecks = apply { isTypeRequired = true }

    /**
     * The token may lack `exp`, which the first version of the specification did not know. It is taken for 5 minutes
     * all the same. Refused by security profiles.
     */
    public fun acceptMissingExp(): LogoutTokenChecks = apply { isMissingExpAccepted = true }
}
