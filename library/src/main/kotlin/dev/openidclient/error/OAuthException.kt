package dev.openidclient.error

/**
 * What went wrong between this client, the authorization server and the resource server.
 *
 * The subclass says who is to blame, [code] (one of [ErrorCode]) says what happened. No message, and nothing that
 * `toString` prints, carries a token, code, secret or key. A mistake of the calling program is not an `OAuthException`
 * but an `IllegalArgumentException` or `IllegalStateException`; cancellation stays `CancellationException`.
 *
 * Serialized it keeps its class, [code], [message], [reached] and what its subclass names in one word (status, error,
 * subject); the rest, the cause too, is left out, for it may hold secrets, and is null or empty afterwards.
 *
 * The page `docs/errors.md` says for each kind what to do.
 */
public sealed class OAuthException(
    public val code: String,
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause) {
    /** There always is a message. */
    internal val text: String get() = message.orEmpty()

    /**
     * How far the request of the operation came, so whether a code or a rotated refresh token may be used up. Null where
     * the operation sends nothing. The download of the server's keys on the way does not count.
     */
    public var reached: Reached? = null
        internal set

    /**
     * Method and URL of the request that failed, without query, as `POST https://as.example.com/token`; null where
     * none did.
     */
    @Transient
    public var request: String? = null
        internal set

    /** The tokens of an answer that was refused afterwards; null where none came. */
    @Transient
    public var unacceptedTokens: UnacceptedTokens? = null
        internal set

    /** The same failure, with another message and cause. */
    internal abstract fun copy(
        message: String,
        cause: Throwable?,
    ): OAuthException

    /**
     * The same failure as the one who asked sees it. A failure that is thrown to several at once is no one's to change:
     * each gets a copy.
     */
    internal fun retold(
        message: String = text,
        reached: Reached? = this.reached,
        request: String? = this.request,
        unacceptedTokens: UnacceptedTokens? = this.unacceptedTokens,
    ): OAuthException {
        val told = copy(message, cause)
        told.reached = reached
        told.request = request
        told.unacceptedTokens = unacceptedTokens
        told.stackTrace = stackTrace
        suppressed.forEach(told::addSuppressed)
        return told
    }

    /** For `java.io.Serializable`: without the cause, which is anybody's. */
    protected fun writeReplace(): Any {
        val written = copy(text, cause = null)
        written.reached = reached
        written.stackTrace = stackTrace
        return written
    }

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}

/** How far a request came before it failed ([OAuthException.reached]). */
public enum class Reached {
    /** Nothing was sent, or nothing that could arrive: no address, no connection, no TLS. It may be sent again. */
    NO,

    /** Sent, perhaps in part, and nothing came back: the server may have acted on it. */
    UNKNOWN,

    /** The server answered: what was sent once only is used up. */
    ANSWERED,
}

/** An endpoint or algorithm is missing in, or contradicted by, the metadata; or a URL is of a forbidden scheme. */
public class MetadataException
    @JvmOverloads
    constructor(
        code: String,
        message: String,
        cause: Throwable? = null,
    ) : OAuthException(code, message, cause) {
        override fun copy(
            message: String,
            cause: Throwable?,
        ): MetadataException = MetadataException(code, message, cause)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }

/** An algorithm, key, token type or response type is not supported, here or by the running JDK. */
public class UnsupportedFeatureException
    @JvmOverloads
    constructor(
        message: String,
        cause: Throwable? = null,
    ) : OAuthException(ErrorCode.UNSUPPORTED_OPERATION, message, cause) {
        override fun copy(
            message: String,
            cause: Throwable?,
        ): UnsupportedFeatureException = UnsupportedFeatureException(message, cause)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }

/** A JWE could not be decrypted with the configured keys. */
public class DecryptionException
    @JvmOverloads
    constructor(
        message: String,
        cause: Throwable? = null,
    ) : OAuthException(ErrorCode.DECRYPTION_FAILED, message, cause) {
        /** Whether the key failed, as one that cannot be reached does, which says nothing of what is encrypted. */
        @Transient internal var isOfKey: Boolean = false

        override fun copy(
            message: String,
            cause: Throwable?,
        ): DecryptionException = DecryptionException(message, cause).also { it.isOfKey = isOfKey }

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }

/**
 * There was no answer: the connection failed or broke ([ErrorCode.NETWORK_ERROR], the engine's exception is the
 * [cause]), or the time was up ([ErrorCode.TIMEOUT]). [reached] tells whether the server can have acted on the request.
 */
public class TransportException
    @JvmOverloads
    constructor(
        code: String,
        message: String,
        cause: Throwable? = null,
        reached: Reached = Reached.UNKNOWN,
    ) : OAuthException(code, message, cause) {
        init {
            this.reached = reached
        }

        override fun copy(
            message: String,
            cause: Throwable?,
        ): TransportException = TransportException(code, message, cause)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }

internal fun describe(
    error: String,
    description: String?,
): String {
    val shown = "\"${printable(error)}\""
    return if (description.isNullOrEmpty()) shown else "$shown: ${printable(description)}"
}
