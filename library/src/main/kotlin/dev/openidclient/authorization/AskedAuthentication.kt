package dev.openidclient.authorization

import java.time.Duration

/** How the person was asked to sign in, which the answer is checked against. */
internal class AskedAuthentication(
    val maxAge: Duration? = null,
    /** The preferred one first. */
    val acrValues: List<String> = emptyList(),
    /** Whether the ID Token must have one of [acrValues]. */
    val isAcrRequired: Boolean = false,
    /** Whether a resource server's challenge asked for it ([RFC 9470](https://www.rfc-editor.org/rfc/rfc9470)). */
    val isStepUp: Boolean = false,
) {
    /** Null: it may have any. */
    val requiredAcr: RequiredAcr?
        get() =
            when {
                isAcrRequired -> RequiredAcr(acrValues, isOfAnswerToo = false)
                isStepUp && acrValues.isNotEmpty() -> RequiredAcr(acrValues, isOfAnswerToo = true)
                else -> null
            }

    /** Whether an ID Token is due for it: what a step-up asks for is judged by the resource server too. */
    val needsIdToken: Boolean get() = isAcrRequired || (maxAge != null && !isStepUp)
}

/** The `acr` of which the answer must have one. */
internal class RequiredAcr(
    val values: List<String>,
    /** Whether the token response itself may say it, where the ID Token does not. */
    val isOfAnswerToo: Boolean,
)
