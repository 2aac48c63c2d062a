package dev.openidclient.token

import dev.openidclient.authorization.IdTokenHolder
import dev.openidclient.json.JsonMembers
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * The claims of a validated ID Token ([OpenID Connect Core
 * §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)); unknown ones survive in [json].
 */
public class IdTokenClaims internal constructor(
    json: JsonObject,
    /** The ID Token as it came, to be sent as `id_token_hint`: a secret, which `toString` does not show. */
    override val idToken: String,
) : StandardClaims(json, "IdTokenClaims"),
    IdTokenHolder {
    /** `iss` */
    override val issuer: String get() = read.requiredString("iss")

    /** `aud` */
    public val audience: List<String> get() = read.optionalStringOrStrings("aud").orEmpty()

    /** `exp` */
    public val expiresAt: Instant get() = read.requiredInstant("exp")

    /** `iat` */
    public val issuedAt: Instant get() = read.requiredInstant("iat")

    /** `nbf` */
    public val notBefore: Instant? get() = read.optionalInstant("nbf")

    /** `auth_time`: when the person signed in. */
    public val authTime: Instant? get() = claim.instant("auth_time")

    public val nonce: String? get() = claim.text("nonce")

    /** `acr`: the authentication context that was satisfied. */
    public val acr: String? get() = claim.text("acr")

    /** `amr`: how the person was authenticated. */
    public val amr: List<String>? get() = claim.texts("amr")

    /** `azp`: the client that the token was issued to. */
    public val authorizedParty: String? get() = claim.text("azp")

    /** `jti` */
    public val jwtId: String? get() = claim.text("jti")

    /** `sid`: the session at the server, for logout. */
    public val sessionId: String? get() = claim.text("sid")

    /** `cnf` ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)) */
    public val confirmation: Confirmation? get() = claim.document("cnf")?.let(::Confirmation)

    override val shown: Set<String> get() = setOf("iss", "aud", "exp", "iat", "auth_time")
}

/**
 * `cnf`: the key that the holder of a token must prove ([RFC 7800
 * §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)).
 */
public class Confirmation(
    json: JsonObject,
) : JsonMembers(json, "Confirmation") {
    /** `jkt`: the thumbprint of the DPoP key ([RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)). */
    public val jwkThumbprint: String? get() = read.optionalString("jkt")

    /**
     * `x5t#S256`: the thumbprint of the client certificate ([RFC 8705
     * §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)).
     */
    public val certificateThumbprint: String? get() = read.optionalString("x5t#S256")

    override val shown: Set<String> get() = setOf("jkt", "x5t#S256")
}
