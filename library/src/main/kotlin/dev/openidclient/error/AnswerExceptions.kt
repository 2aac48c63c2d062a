package dev.openidclient.error

import kotlinx.serialization.json.JsonObject

/**
 * The server answered with an OAuth error document
 * ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), for example `invalid_grant`; some do it with
 * the status 200.
 *
 * [json] is the whole document. [errorDescription] is the server's own text: it is shown in the message with the
 * secrets of the request masked, and is unmasked in the property.
 */
public class ResponseBodyException private constructor(
    message: String,
    cause: Throwable?,
    public val status: Int,
    public val error: String,
    @Transient public val errorDescription: String?,
    @Transient private val document: JsonObject?,
    @Transient private val answer: AnswerContent?,
) : OAuthException(ErrorCode.RESPONSE_BODY_ERROR, message, cause) {
    /** For tests of what a program does with it; [body] is bounded and copied. */
    @JvmOverloads
    public constructor(
        status: Int,
        error: String,
        errorDescription: String?,
        json: JsonObject,
        headers: Map<String, List<String>> = emptyMap(),
        body: ByteArray = ByteArray(0),
    ) : this(status, error, errorDescription, json, AnswerContent(headers, body), describe(error, errorDescription))

    internal constructor(
        status: Int,
        error: String,
        errorDescription: String?,
        json: JsonObject,
        answer: AnswerContent,
        shown: String,
    ) : this("the server answered $status with error $shown", null, status, error, errorDescription, json, answer)

    init {
        reached = Reached.ANSWERED
    }

    /** The whole document. */
    public val json: JsonObject get() = document ?: JsonObject(emptyMap())

    /** The headers of the answer, by their lower-case names. */
    public val headers: Map<String, List<String>> get() = answer?.headers.orEmpty()

    /** A copy of the first 64 KiB of the answer's body. */
    public val body: ByteArray get() = answer.body()

    /** The `Retry-After` header of the answer as it came, if there was one. */
    public val retryAfter: String? get() = answer?.retryAfter

    override fun copy(
        message: String,
        cause: Throwable?,
    ): ResponseBodyException = ResponseBodyException(message, cause, status, error, errorDescription, document, answer)

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}

/**
 * The server refused with `WWW-Authenticate` challenges ([RFC 9110
 * §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)), for example `Bearer error="invalid_token"`; or a
 * protected resource or UserInfo answered 401, with or without one: then [challenges] may be empty.
 *
 * [error] and [errorDescription] are the first challenge's that has an error, else those of a JSON body. The message
 * shows both with the secrets of the request masked.
 */
public class WwwAuthenticateChallengeException private constructor(
    message: String,
    cause: Throwable?,
    public val status: Int,
    @Transient private val parsed: List<WwwAuthenticateChallenge>?,
    public val error: String?,
    @Transient public val errorDescription: String?,
    @Transient private val answer: AnswerContent?,
) : OAuthException(ErrorCode.WWW_AUTHENTICATE_CHALLENGE, message, cause) {
    /**
     * For tests of what a program does with it; [body] is bounded and copied. [error] and [errorDescription] are those
     * of the body.
     */
    @JvmOverloads
    public constructor(
        status: Int,
        challenges: List<WwwAuthenticateChallenge>,
        headers: Map<String, List<String>>,
        body: ByteArray,
        error: String? = null,
        errorDescription: String? = null,
    ) : this(status, challenges, AnswerContent(headers, body), error, errorDescription, { it })

    /** [bodyError] and [bodyDescription] are those of the body; [mask] hides what they repeat of the secrets. */
    internal constructor(
        status: Int,
        challenges: List<WwwAuthenticateChallenge>,
        answer: AnswerContent,
        bodyError: String?,
        bodyDescription: String?,
        mask: (String) -> String,
    ) : this(
        refusal(status, challenges, bodyError, bodyDescription, mask),
        null,
        status,
        challenges.toList(),
        challenges.firstOrNull { it.error != null }?.error ?: bodyError,
        (challenges.firstOrNull { it.error != null } ?: challenges.firstOrNull { it.errorDescription != null })
            ?.errorDescription ?: bodyDescription,
        answer,
    )

    init {
        reached = Reached.ANSWERED
    }

    /** The challenges of the answer; empty where it had none, or none that can be read. */
    public val challenges: List<WwwAuthenticateChallenge> get() = parsed.orEmpty()

    /** The headers of the answer, by their lower-case names. */
    public val headers: Map<String, List<String>> get() = answer?.headers.orEmpty()

    /** A copy of the first 64 KiB of the answer's body. */
    public val body: ByteArray get() = answer.body()

    /** The `Retry-After` header of the answer as it came, if there was one. */
    public val retryAfter: String? get() = answer?.retryAfter

    override fun copy(
        message: String,
        cause: Throwable?,
    ): WwwAuthenticateChallengeException =
        WwwAuthenticateChallengeException(message, cause, status, parsed, error, errorDescription, answer)

    private companion object {
        private const val serialVersionUID: Long = 1L

        /** Challenges in a message; a header can hold thousands. */
        private const val MOST_SHOWN = 5

        private fun refusal(
            status: Int,
            challenges: List<WwwAuthenticateChallenge>,
            bodyError: String?,
            bodyDescription: String?,
            mask: (String) -> String,
        ): String {
            val shown = challenges.joinToString(limit = MOST_SHOWN) { it.summary(mask) }
            val error = bodyError?.let { "error ${describe(mask(it), bodyDescription?.let(mask))}" }
            return when {
                error == null && challenges.isEmpty() -> "the server answered $status without a challenge"
                error == null -> "the server answered $status with the challenge $shown"
                challenges.isEmpty() -> "the server answered $status with $error"
                else -> "the server answered $status with the challenge $shown and $error"
            }
        }
    }
}

/** The server broke the protocol: a status, media type, JSON document or member is not what the specification says. */
public class InvalidResponseException private constructor(
    code: String,
    message: String,
    cause: Throwable?,
    /** The HTTP status of the answer, or null where the fault is not in an HTTP answer. */
    public val status: Int?,
    @Transient private val answer: AnswerContent?,
) : OAuthException(code, message, cause) {
    /** [body] is bounded and copied. */
    @JvmOverloads
    public constructor(
        code: String,
        message: String,
        status: Int? = null,
        cause: Throwable? = null,
        headers: Map<String, List<String>> = emptyMap(),
        body: ByteArray = ByteArray(0),
        reached: Reached? = if (status == null) null else Reached.ANSWERED,
        unacceptedTokens: UnacceptedTokens? = null,
    ) : this(code, message, cause, status, AnswerContent(headers, body)) {
        this.reached = reached
        this.unacceptedTokens = unacceptedTokens
    }

    /** The headers of the answer, by their lower-case names. */
    public val headers: Map<String, List<String>> get() = answer?.headers.orEmpty()

    /** A copy of the first 64 KiB of the answer's body; empty where there was none. */
    public val body: ByteArray get() = answer.body()

    /** The `Retry-After` header of the answer as it came, if there was one. */
    public val retryAfter: String? get() = answer?.retryAfter

    override fun copy(
        message: String,
        cause: Throwable?,
    ): InvalidResponseException = InvalidResponseException(code, message, cause, status, answer)

    /** The same, as a failure of the answer of [status] with [content]. */
    internal fun of(
        status: Int,
        content: AnswerContent,
    ): InvalidResponseException =
        InvalidResponseException(code, text, cause, status, content).also {
            it.reached = Reached.ANSWERED
            it.request = request
            it.unacceptedTokens = unacceptedTokens
            it.stackTrace = stackTrace
        }

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}

/**
 * The server registered a client ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1)), but with
 * metadata that contradicts the settings or cannot be used: there is a client at the server, but none here.
 *
 * [registration] is the server's whole answer, with the client's `client_secret` and `registration_access_token` where
 * it has them: to store it, to build a client of it by hand, or to delete the client at `registration_client_uri`
 * (RFC 7592). The message shows no secret of it.
 */
public class RegistrationException private constructor(
    message: String,
    cause: Throwable?,
    @Transient private val answer: JsonObject?,
) : OAuthException(ErrorCode.INVALID_RESPONSE, message, cause) {
    @JvmOverloads
    public constructor(message: String, registration: JsonObject, cause: Throwable? = null) :
        this(message, cause, registration)

    init {
        reached = Reached.ANSWERED
    }

    /** The server's whole answer. */
    public val registration: JsonObject get() = answer ?: JsonObject(emptyMap())

    override fun copy(
        message: String,
        cause: Throwable?,
    ): RegistrationException = RegistrationException(message, cause, answer)

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}

/** Headers and the beginning of the body of an answer, kept in an exception. */
internal class AnswerContent(
    headers: Map<String, List<String>>,
    body: ByteArray,
) {
    val headers: Map<String, List<String>> = headers.mapValues { it.value.toList() }

    val body: ByteArray = body.copyOf(minOf(body.size, MOST_KEPT))

    val retryAfter: String? get() = headers["retry-after"]?.joinToString(", ")

    companion object {
        /** 64 KiB */
        const val MOST_KEPT: Int = 64 * 1024
    }
}

private fun AnswerContent?.body(): ByteArray = this?.body?.copyOf() ?: ByteArray(0)
