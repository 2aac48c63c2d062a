package dev.openidclient.error

/**
 * What was received may not be trusted: `state`, `iss`, `nonce`, `aud`, a time, a signature, a hash does not hold.
 *
 * [subject] names in one word what does not hold, one of [ValidationSubject]; more may come, so treat an unknown one
 * like any other. Where the tokens of an answer came with it, as with an ID Token that does not hold,
 * [unacceptedTokens] has them: to revoke, or, after a refresh, to keep.
 *
 * The page `docs/errors.md` lists the subjects with their messages, `docs/security.md` what is checked.
 */
public class ValidationException
    @JvmOverloads
    constructor(
        code: String,
        message: String,
        cause: Throwable? = null,
        public val subject: String? = null,
        reached: Reached? = null,
        unacceptedTokens: UnacceptedTokens? = null,
    ) : OAuthException(code, message, cause) {
        init {
            this.reached = reached
            this.unacceptedTokens = unacceptedTokens
        }

        override fun copy(
            message: String,
            cause: Throwable?,
        ): ValidationException = ValidationException(code, message, cause, subject)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }

/** The values of [ValidationException.subject]: what does not hold. An open set. */
public object ValidationSubject {
    /** `state` of the authorization response. */
    public const val STATE: String = "state"

    /** `iss` of the authorization response ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)). */
    public const val ISS: String = "iss"

    /** `issuer` of the server's metadata. */
    public const val ISSUER: String = "issuer"

    /** `resource` of a protected resource's metadata, or that the server does not list it. */
    public const val RESOURCE: String = "resource"

    /** The pending authorization: it is of another client or server, or too old. */
    public const val PENDING_AUTHORIZATION: String = "pending_authorization"

    /** The signature of a JWT. */
    public const val SIGNATURE: String = "signature"

    /** `alg` of a JWT. */
    public const val ALG: String = "alg"

    /** `typ` of a JWT. */
    public const val TYP: String = "typ"

    /** The server has no key that fits a JWT, or too many. */
    public const val KEY: String = "key"

    /** A JWT came unencrypted, or a document unsigned, where the other was agreed on. */
    public const val PROTECTION: String = "protection"

    /** `nonce` of an ID Token. */
    public const val NONCE: String = "nonce"

    /** The access token is bound to no key. */
    public const val TOKEN_BINDING: String = "token_binding"

    /** The claim [name] of a JWT or of UserInfo, as `claim:aud`. */
    @JvmStatic
    public fun claim(name: String): String = "claim:$name"
}

/**
 * Tokens of an answer that was refused afterwards: the server has issued them all the same. To revoke, or to keep: after
 * a refresh the earlier refresh token may be gone for good. `toString` shows neither.
 */
public class UnacceptedTokens(
    public val accessToken: String?,
    public val refreshToken: String?,
) {
    override fun equals(other: Any?): Boolean =
        other is UnacceptedTokens && accessToken == other.accessToken && refreshToken == other.refreshToken

    override fun hashCode(): Int = 31 * accessToken.hashCode() + refreshToken.hashCode()

    override fun toString(): String =
        "UnacceptedTokens(accessToken=${accessToken?.let { MASK }}, refreshToken=${refreshToken?.let { MASK }})"
}
