package dev.openidclient.client

import dev.openidclient.error.OAuthException
import java.time.Instant

/** Failures in a row, of which [cause] is the last one. */
internal class Failing(
    val cause: Throwable,
    val since: Instant,
    val count: Int,
    /** By [SourceTime.monotonicMillis]; nothing is tried before. */
    val notBefore: Long,
)

/** Of a failure of a program's own, which has no code. */
internal const val OTHER_FAILURE: String = "OTHER"

internal fun codeOf(failure: Throwable): String = (failure as? OAuthException)?.code ?: OTHER_FAILURE

/** What a log may say of [failure]: what a program's own code throws is written down nowhere, and may say a secret. */
internal fun logged(failure: Throwable): String? =
    if (failure is OAuthException) failure.message else failure.javaClass.name

/** [failure] for one of those who wait for it: it is no one's to change. */
internal fun forOneWaiter(failure: Throwable): Throwable = if (failure is OAuthException) failure.retold() else failure
