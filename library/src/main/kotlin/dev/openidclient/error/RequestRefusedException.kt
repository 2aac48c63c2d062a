package dev.openidclient.error

/**
 * A resource server refuses a request: [status] and [headers] are the answer to send, whole and ready. [code] is
 * [ErrorCode.REQUEST_REFUSED]. What the caller must not learn stands in the message and the [cause] only, and no token
 * is in either.
 *
 * The page `docs/receiving-tokens.md` shows how it becomes an answer.
 */
public class RequestRefusedException private constructor(
    message: String,
    cause: Throwable?,
    /** The status of the answer, for example 401. */
    public val status: Int,
    /** The error of the challenge, for example `invalid_token`; null where the challenge has none. */
    public val error: String?,
    @Transient private val answer: Map<String, List<String>>?,
) : OAuthException(ErrorCode.REQUEST_REFUSED, message, cause) {
    /** For tests of what a program does with it; [headers] are copied. */
    @JvmOverloads
    public constructor(
        status: Int,
        error: String?,
        headers: Map<String, List<String>>,
        message: String,
        cause: Throwable? = null,
    ) : this(message, cause, status, error, headers.mapValues { (_, values) -> values.toList() })

    /** The headers of the answer, by their lower-case names: `www-authenticate`, `dpop-nonce`, `retry-after`. */
    public val headers: Map<String, List<String>> get() = answer.orEmpty()

    override fun copy(
        message: String,
        cause: Throwable?,
    ): RequestRefusedException = RequestRefusedException(message, cause, status, error, answer)

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}
