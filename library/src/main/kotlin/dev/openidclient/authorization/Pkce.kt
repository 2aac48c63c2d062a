package dev.openidclient.authorization

import dev.openidclient.error.MASK
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.jose.randomValue

/**
 * A PKCE code verifier and its challenge ([RFC 7636 §4](https://www.rfc-editor.org/rfc/rfc7636#section-4)), always with
 * the method `S256`. The verifier is a secret until the code is exchanged; `toString` does not show it.
 */
public class Pkce(
    public val codeVerifier: String,
) {
    init {
        // RFC 7636 §4.1
        require(codeVerifier.length in LENGTHS && codeVerifier.all(::isUnreserved)) {
            "a PKCE code verifier must have ${LENGTHS.first} to ${LENGTHS.last} characters of A-Z a-z 0-9 - . _ ~, " +
                "but has ${codeVerifier.length} characters"
        }
    }

    /** base64url of the SHA-256 of the verifier (RFC 7636 §4.2). */
    public val codeChallenge: String = Base64Url.encode(Jca.digest("SHA-256").digest(codeVerifier.encodeToByteArray()))

    public val codeChallengeMethod: String get() = METHOD

    override fun toString(): String = "Pkce($MASK)"

    public companion object {
        private const val METHOD = "S256"
        private val LENGTHS = 43..128

        /** With a verifier of 32 random bytes. */
        @JvmStatic
        public fun generate(): Pkce = Pkce(randomValue())

        private fun isUnreserved(char: Char): Boolean =
            char in 'A'..'Z' || char in 'a'..'z' || char in '0'..'9' || char in "-._~"
    }
}
