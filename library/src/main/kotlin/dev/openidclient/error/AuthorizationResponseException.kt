package dev.openidclient.error

/**
 * The authorization server redirected back with an error
 * ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)), for example `access_denied`.
 *
 * [parameters] are all parameters of the authorization response, by name. [errorDescription] is the server's own text: it
 * is shown in the message with `state` and `code` masked, and is unmasked in the property.
 */
public class AuthorizationResponseException private constructor(
    message: String,
    cause: Throwable?,
    public val error: String,
    @Transient public val errorDescription: String?,
    @Transient public val errorUri: String?,
    @Transient private val response: Map<String, List<String>>?,
) : OAuthException(ErrorCode.AUTHORIZATION_RESPONSE_ERROR, message, cause) {
    public constructor(
        error: String,
        errorDescription: String?,
        errorUri: String?,
        parameters: Map<String, List<String>>,
    ) : this(error, errorDescription, errorUri, parameters, describe(error, errorDescription))

    internal constructor(
        error: String,
        errorDescription: String?,
        errorUri: String?,
        parameters: Map<String, List<String>>,
        shown: String,
    ) : this("the authorization server refused: $shown", null, error, errorDescription, errorUri, parameters)

    init {
        reached = Reached.NO
    }

    /** All parameters of the authorization response, by name. */
    public val parameters: Map<String, List<String>> get() = response.orEmpty()

    override fun copy(
        message: String,
        cause: Throwable?,
    ): AuthorizationResponseException =
        AuthorizationResponseException(message, cause, error, errorDescription, errorUri, response)

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}
