package dev.openidclient.error

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

    /** The JWS algorithms that the server takes in a DPoP proof, separated by spaces (RFC 9449 §7.1). */
    public val algs: String? get() = parameters["algs"]

    /** Where the metadata of the protected resource is (RFC 9728 §5.1). */
    public val resourceMetadata: String? get() = parameters["resource_metadata"]

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
    }

    override fun equals(other: Any?): Boolean =
        other is WwwAuthenticateChallenge &&
            scheme == other.scheme && parameters == other.parameters && token68 == other.token68

    override fun hashCode(): Int = 31 * (31 * scheme.hashCode() + parameters.hashCode()) + token68.hashCode()

    override fun toString(): String =
        "WwwAuthenticateChallenge(${if (scheme in KNOWN) summary() else summary { if (it == scheme) MASK else it }})"
}
