package dev.openidclient.testing

import dev.openidclient.authorization.AskedAuthentication
import dev.openidclient.authorization.PendingAuthorization
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

const val REDIRECT_URI: String = "https://rp.example.com/callback"
const val STATE: String = "af0ifjsldkj"
const val NONCE: String = "n-0S6_WzA2Mj"
const val CODE: String = "SplxlOBeZQQYbYS6WxSbIA"
const val ACCESS_TOKEN: String = "SlAV32hkKG"

/** The verifier of RFC 7636, Appendix B. */
const val CODE_VERIFIER: String = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

/** What is pending for a callback with [STATE]. */
internal fun pendingAuthorization(
    issuer: String = ISSUER,
    clientId: String = CLIENT_ID,
    redirectUri: String? = REDIRECT_URI,
    state: String = STATE,
    nonce: String? = null,
    codeVerifier: String = CODE_VERIFIER,
    maxAge: Duration? = null,
    createdAt: Instant = NOW,
    scope: String? = null,
    resource: List<String> = emptyList(),
    requiredAcr: List<String> = emptyList(),
    askedIssuer: String? = null,
): PendingAuthorization =
    PendingAuthorization(
        issuer,
        clientId,
        redirectUri,
        state,
        nonce,
        codeVerifier,
        createdAt,
        AskedAuthentication(maxAge, requiredAcr, isAcrRequired = requiredAcr.isNotEmpty()),
        scope,
        resource,
        askedIssuer = askedIssuer,
    )

/** An ordinary document of the token endpoint, with [changes]: a null value removes the member. */
fun tokenResponseJson(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val members =
        mutableMapOf<String, JsonElement>(
            "access_token" to JsonPrimitive(ACCESS_TOKEN),
            "token_type" to JsonPrimitive("Bearer"),
            "expires_in" to JsonPrimitive(3600),
        )
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members)
}

/** An ordinary ID Token, signed with RS256, with [changes]: a null value removes the claim. */
fun idToken(vararg changes: Pair<String, JsonElement?>): JsonPrimitive =
    JsonPrimitive(TestKeys.signRsa(idTokenClaims(*changes)))

/** Answers the token endpoint with [tokenResponseJson]. */
fun StubServer.answerTokens(vararg changes: Pair<String, JsonElement?>): StubServer =
    answer("/token", tokenResponseJson(*changes).toString())
