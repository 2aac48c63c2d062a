package dev.openidclient.token

import dev.openidclient.json.JsonMembers
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * The claims of a logout token that was verified ([OpenID Connect Back-Channel Logout
 * §2.4](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken)): whose sessions have ended at the
 * server. Of [subject] and [sessionId] one is there at least.
 *
 * The page `docs/logout.md` shows what to do with it.
 */
public class LogoutToken internal constructor(
    json: JsonObject,
) : JsonMembers(json, "LogoutToken") {
    /** `iss` */
    public val issuer: String get() = read.requiredString("iss")

    /** `sub`: the person; where [sessionId] is null, all of their sessions have ended. */
    public val subject: String? get() = read.optionalString("sub")

    /** `sid`: the one session that has ended, as [IdTokenClaims.sessionId] names it. */
    public val sessionId: String? get() = read.optionalString("sid")

    /** `aud` */
    public val audience: List<String> get() = read.optionalStringOrStrings("aud").orEmpty()

    /** `iat` */
    public val issuedAt: Instant get() = read.requiredInstant("iat")

    /** `exp`; null only where the checks accept that. */
    public val expiresAt: Instant? get() = read.optionalInstant("exp")

    /** `jti` */
    public val jwtId: String get() = read.requiredString("jti")

    override val shown: Set<String> get() = setOf("iss", "aud", "exp", "iat")
}
