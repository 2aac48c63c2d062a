package dev.openidclient.agent

import dev.openidclient.resource.AccessChallenge

/** What an authorization is for: [challenge], or null: a token, before any resource has spoken. */
internal class Wish(
    val challenge: AccessChallenge?,
    /** The access token that was not good enough; null: there was none. */
    val refused: String? = null,
) {
    /** Whether who wishes [other] has it with this. */
    fun includes(other: Wish): Boolean =
        when (val wished = other.challenge) {
            is AccessChallenge.StepUp -> challenge is AccessChallenge.StepUp && isSame(challenge, wished)
            is AccessChallenge.MoreScopes ->
                challenge is AccessChallenge.MoreScopes && challenge.scopes.containsAll(wished.scopes)
            null, is AccessChallenge.TokenRequired, is AccessChallenge.TokenRefused -> true
        }

    companion object {
        fun isSame(
            one: AccessChallenge.StepUp,
            other: AccessChallenge.StepUp,
        ): Boolean = one.acrValues == other.acrValues && one.maxAge == other.maxAge
    }
}
