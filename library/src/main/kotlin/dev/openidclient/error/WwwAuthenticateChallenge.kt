package dev.openidclient.error

import java.time.Duration

/**
 * One challenge of a `WWW-Authenticate` header
 * ([RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)).
 *
 * [scheme] and the names in [parameters] are lower-case; unknown parameters are kept.
 */
public class WwwAuthenticateChallenge(
    public val scheme: String,
    public val parameters: Map<String, String>,
    public val token68: String? = null,
) {
    public val realm: String? get() = parameters["realm"]
    public val error: String? get() = parameters["error"]
    public val errorDescription: String? get() = parameters["error_description"]
    public val errorUri: String? get() = parameters["error_uri"]
    public val scope: String? get() = parameters["scope"]

    /** `scope` in parts: what the request needs (RFC 6750 §3); empty where there is none. */
    public val scopes: List<String> get() = parts("scope")

    /**
     * `acr_values`: the authentication contexts that would do, the preferred one first ([RFC 9470
     * §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)); empty where there are none.
     */
    public val acrValues: List<String> get() = parts("acr_values")

    /**
     * `max_age`: how long ago the person may have signed in (RFC 9470 §3); null where there is none. Throws
     * [InvalidResponseException] where it is not a number of seconds in digits.
     */
    public val maxAge: Duration?
        get() {
            val text = parameters["max_age"] ?: return null
            if (text.length !in AGE_DIGITS || text.any { it !in '0'..'9' }) {
                throw InvalidResponseException(
                    ErrorCode.INVALID_RESPONSE,
                    "\"max_age\" of a challenge must be a number of seconds, in at most ${AGE_DIGITS.last} digits",
                )
            }
            return Duration.ofSeconds(text.toLong())
        }

    /** The JWS algorithms that the server takes in a DPoP proof, separated by spaces (RFC 9449 §7.1). */
    public val algs: String? get() = parameters["algs"]

    /** Where the metadata of the protected resource is (RFC 9728 §5.1). */
    public val resourceMetadata: String? get() = parameters["resource_metadata"]

    private fun parts(name: String): List<String> = parameters[name].orEmpty().split(' ').filter(String::isNotEmpty)

    /** Scheme and errors, fit for a message; [mask] hides what they repeat of the request's secrets. */
    internal fun summary(mask: (String) -> String = { it }): String =
        listOfNotNull(
            printable(mask(scheme)),
            error?.let { "error=\"${printable(mask(it))}\"" },
            errorDescription?.let { "error_description=\"${printable(mask(it))}\"" },
        ).joinToString(" ")

    private companion object {
        /** The schemes that may be shown; another word may be anything, as a token that the server repeats. */
        val KNOWN =
            setOf("basic", "bearer", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "oauth", "privatetoken")

        /** Millions of years, and still a `Long`. */
        val AGE_DIGITS = 1..15
    }

    override fun equals(other: Any?): Boolean =
        other is WwwAuthenticateChallenge &&
            scheme == other.scheme && parameters == other.parameters && token68 == other.token68

    override fun hashCode(): Int = 31 * (31 * scheme.hashCode() + parameters.hashCode()) + token68.hashCode()

    override fun toString(): String =
        "WwwAuthenticateChallenge(${if (scheme in KNOWN) summary() else summary { if (it == scheme) MASK else it }})"
}
