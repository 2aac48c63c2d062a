package dev.openidclient.resource

import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.WwwAuthenticate

/** Why a request is worth another send. */
internal enum class Reason { NONCE, TOKEN }

/** Why a request was sent before: for each reason once at the most. */
internal class SentBefore private constructor(
    private val reasons: Set<Reason>,
    /** Those that a [ChallengeHandler] has answered. */
    val challenges: List<AccessChallenge>,
) {
    /** With [reason]; null where it was sent for that before. */
    fun and(reason: Reason): SentBefore? = if (reason in reasons) null else SentBefore(reasons + reason, challenges)

    /** With [challenge], which may have taken so long that a nonce is too old by now. */
    fun and(challenge: AccessChallenge): SentBefore = SentBefore(emptySet(), challenges + challenge)

    companion object {
        val NEVER: SentBefore = SentBefore(emptySet(), emptyList())
    }
}

/**
 * What a [ChallengeHandler] is asked about an answer of [status] with [challenges] (`WWW-Authenticate`), to a request
 * that was sent with a token as [scheme], null: without; null where there is nothing to be asked.
 */
internal fun challengeOf(
    status: Int,
    challenges: String?,
    scheme: String?,
): AccessChallenge? = AccessChallenge.of(status, challenges?.let(WwwAuthenticate::parse).orEmpty(), scheme)

/**
 * What the 401 with [challenges] (`WWW-Authenticate`) means for a token that was sent as [scheme] ([RFC 6750
 * §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1), [RFC 9449
 * §7.1, §9](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)); null where neither another token nor a nonce would
 * help.
 */
internal fun reasonOf(
    scheme: String,
    challenges: String?,
): Reason? {
    val parsed = challenges?.let(WwwAuthenticate::parse).orEmpty()
    // many servers say nothing (against RFC 9110 §11.6.1), or what nobody can read
    if (parsed.isEmpty()) return Reason.TOKEN
    val own = parsed.filter { it.scheme.equals(scheme, ignoreCase = true) }
    return when {
        own.any { it.scheme == "dpop" && it.error == "use_dpop_nonce" } -> Reason.NONCE
        own.any(::refusesToken) -> Reason.TOKEN
        else -> null
    }
}

private fun refusesToken(challenge: WwwAuthenticateChallenge): Boolean =
    challenge.error == null || challenge.error == "invalid_token"
