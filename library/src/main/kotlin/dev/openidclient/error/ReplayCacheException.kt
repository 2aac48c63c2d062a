package dev.openidclient.error

/**
 * It cannot be told whether something came before, as the replay cache is full or does not answer: nothing was accepted,
 * and the same may be sent again later. [code] is [ErrorCode.REPLAY_CACHE_FAILED]. The fault is here, not with the one
 * who sent it: a resource server answers 503.
 */
public class ReplayCacheException
    @JvmOverloads
    constructor(
        message: String,
        cause: Throwable? = null,
    ) : OAuthException(ErrorCode.REPLAY_CACHE_FAILED, message, cause) {
        override fun copy(
            message: String,
            cause: Throwable?,
        ): ReplayCacheException = ReplayCacheException(message, cause)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }
