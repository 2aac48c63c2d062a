package dev.openidclient.token

import dev.openidclient.json.JsonMembers
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * The claims of a JWT that was verified ([RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)); those that
 * are not named here are in [json].
 */
public class JwtClaims internal constructor(
    json: JsonObject,
) : JsonMembers(json, "JwtClaims") {
    /** `iss` */
    public val issuer: String get() = read.requiredString("iss")

    /** `sub` */
    public val subject: String? get() = read.optionalString("sub")

    /** `aud` */
    public val audience: List<String> get() = read.optionalStringOrStrings("aud").orEmpty()

    /** `exp` */
    public val expiresAt: Instant? get() = read.optionalInstant("exp")

    /** `iat` */
    public val issuedAt: Instant? get() = read.optionalInstant("iat")

    /** `nbf` */
    public val notBefore: Instant? get() = read.optionalInstant("nbf")

    /** `jti` */
    public val jwtId: String? get() = read.optionalString("jti")

    override val shown: Set<String> get() = setOf("iss", "aud", "exp", "iat")
}
