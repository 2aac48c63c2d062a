package dev.openidclient.error

import kotlinx.serialization.json.JsonObject

/**
 * What went wrong between this client, the authorization server and the resource server.
 *
 * The subclass says who is to blame, [code] (one of [ErrorCode]) says what happened. No message, and nothing that
 * `toString` prints, carries a token, code, secret or key. A mistake of the calling program is not an `OAuthException`
 * but an `IllegalArgumentException` or `IllegalStateException`; cancellation stays `CancellationException`.
 */
public sealed class OAuthException(
    public val code: String,
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/**
 * The authorization server redirected back with an error
 * ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)), for example `access_denied`.
 *
 * [parameters] are all parameters of the authorization response, by name. [errorDescription] is the server's own text: it
 * is shown in the message with `state` and `code` masked, and is unmasked in the property.
 */
public class AuthorizationResponseException internal constructor(
    public val error: String,
    public val errorDescription: String?,
    public val errorUri: String?,
    public val parameters: Map<String, List<String>>,
    shown: String,
) : OAuthException(ErrorCode.AUTHORIZATION_RESPONSE_ERROR, "the authorization server refused: $shown") {
    public constructor(
        error: String,
        errorDescription: String?,
        errorUri: String?,
        parameters: Map<String, List<String>>,
    ) : this(error, errorDescription, errorUri, parameters, describe(error, errorDescription))
}

/**
 * The server answered with an OAuth error document
 * ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), for example `invalid_grant`.
 *
 * [body] is the whole document. [errorDescription] is the server's own text: it is shown in the message with the
 * secrets of the request masked, and is unmasked in the property.
 */
public class ResponseBodyException internal constructor(
    public val status: Int,
    public val error: String,
    public val errorDescription: String?,
    public val body: JsonObject,
    shown: String,
    /** The `Retry-After` header of the answer as it came, if there was one. */
    public val retryAfter: String?,
) : OAuthException(ErrorCode.RESPONSE_BODY_ERROR, "the server answered $status with error $shown") {
    @JvmOverloads
    public constructor(
        status: Int,
        error: String,
        errorDescription: String?,
        body: JsonObject,
        retryAfter: String? = null,
    ) : this(status, error, errorDescription, body, describe(error, errorDescription), retryAfter)
}

/**
 * The server answered with `WWW-Authenticate` challenges ([RFC 9110
 * §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)), for example `Bearer error="invalid_token"`.
 *
 * [headers] (lower-case names), [challenges] and [body] are the answer as it came; the message shows the challenges
 * with the secrets of the request masked.
 */
public class WwwAuthenticateChallengeException internal constructor(
    public val status: Int,
    public val challenges: List<WwwAuthenticateChallenge>,
    public val headers: Map<String, List<String>>,
    private val content: ByteArray,
    shownChallenges: String,
) : OAuthException(
        ErrorCode.WWW_AUTHENTICATE_CHALLENGE,
        "the server answered $status with the challenge $shownChallenges",
    ) {
    public constructor(
        status: Int,
        challenges: List<WwwAuthenticateChallenge>,
        headers: Map<String, List<String>>,
        content: ByteArray,
    ) : this(status, challenges, headers, content.copyOf(), challenges.joinToString { it.summary() })

    /** A copy of the answer's body; empty where there was none. */
    public val body: ByteArray get() = content.copyOf()
}

/** The server broke the protocol: a status, media type, JSON document or member is not what the specification says. */
public class InvalidResponseException(
    code: String,
    message: String,
    /** The HTTP status of the answer, or null where the fault is not in an HTTP answer. */
    public val status: Int? = null,
    cause: Throwable? = null,
    /** The `Retry-After` header of the answer as it came, if there was one. */
    public val retryAfter: String? = null,
) : OAuthException(code, message, cause)

/** What was received may not be trusted: `state`, `iss`, `nonce`, `aud`, a time, a signature, a hash does not hold. */
public class ValidationException(
    code: String,
    message: String,
    cause: Throwable? = null,
) : OAuthException(code, message, cause)

/** An endpoint or algorithm is missing in, or contradicted by, the metadata; or a URL is of a forbidden scheme. */
public class MetadataException(
    code: String,
    message: String,
    cause: Throwable? = null,
) : OAuthException(code, message, cause)

/** An algorithm, key, token type or response type is not supported, here or by the running JDK. */
public class UnsupportedFeatureException(
    message: String,
    cause: Throwable? = null,
) : OAuthException(ErrorCode.UNSUPPORTED_OPERATION, message, cause)

/**
 * The server registered a client ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1)), but with
 * metadata that contradicts the settings or cannot be used: there is a client at the server, but none here.
 *
 * [registration] is the server's whole answer, with the client's `client_secret` and `registration_access_token` where
 * it has them: to store it, to build a client of it by hand, or to delete the client at `registration_client_uri`
 * (RFC 7592). The message shows no secret of it.
 */
public class RegistrationException(
    message: String,
    public val registration: JsonObject,
    cause: Throwable? = null,
) : OAuthException(ErrorCode.INVALID_RESPONSE, message, cause)

/** A JWE could not be decrypted with the configured keys. */
public class DecryptionException(
    message: String,
    cause: Throwable? = null,
) : OAuthException(ErrorCode.DECRYPTION_FAILED, message, cause)

/**
 * There was no answer: the connection failed or broke ([ErrorCode.NETWORK_ERROR], the engine's exception is the
 * [cause]), or the time was up ([ErrorCode.TIMEOUT]). Whether the server acted on the request is not known.
 */
public class TransportException(
    code: String,
    message: String,
    cause: Throwable? = null,
) : OAuthException(code, message, cause)

internal fun describe(
    error: String,
    description: String?,
): String {
    val shown = "\"${printable(error)}\""
    return if (description.isNullOrEmpty()) shown else "$shown: ${printable(description)}"
}
