package dev.openidclient.testing

import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.util.Base64

/** Values that must appear nowhere. All begin alike, so that no encoding but base64 can hide one from [shouldShowNoSecret]. */
object KnownSecrets {
    private const val MARK = "hush-"

    const val CLIENT_SECRET: String = "${MARK}client-secret"
    const val CODE: String = "${MARK}code"
    const val STATE: String = "${MARK}state"
    const val NONCE: String = "${MARK}nonce"
    const val CODE_VERIFIER: String = "${MARK}verifier-of-forty-three-characters-or-more"
    const val ACCESS_TOKEN: String = "${MARK}access-token"
    const val REFRESH_TOKEN: String = "${MARK}refresh-token"
    const val KEY: String = "${MARK}key"
    const val OTHER: String = "${MARK}other"

    val idToken: String by lazy { TestKeys.signRsa(idTokenClaims("nonce" to JsonPrimitive(NONCE))) }

    /** The client's secret as `client_secret_basic` sends it. */
    val basicCredentials: String = base64("$CLIENT_ID:$CLIENT_SECRET")

    /** Fails where one of [texts] has a secret, plain, form-encoded or in base64. */
    fun shouldShowNoSecret(vararg texts: String?) {
        for (text in texts.filterNotNull()) {
            text shouldNotContain MARK
            text shouldNotContain MARK.replace("-", "%2D")
            text shouldNotContain idToken
            text shouldNotContain idToken.substringBeforeLast('.')
            text shouldNotContain basicCredentials
            text shouldNotContain base64(MARK).trimEnd('=').dropLast(1)
        }
    }

    /** Fails where [failure], a cause of it, or what one of them suppressed has a secret in its text. */
    fun shouldShowNoSecret(failure: Throwable) {
        for (part in generateSequence(failure) { it.cause }) {
            shouldShowNoSecret(part.message, part.localizedMessage, part.toString(), part.stackTraceToString())
            part.suppressed.forEach(::shouldShowNoSecret)
        }
    }

    private fun base64(text: String): String = Base64.getEncoder().encodeToString(text.encodeToByteArray())
}
