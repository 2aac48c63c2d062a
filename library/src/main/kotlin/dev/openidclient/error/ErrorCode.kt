package dev.openidclient.error

/** The values of [OAuthException.code]: stable names for programs, one per kind of failure. */
public object ErrorCode {
    /** The authorization response carried `error` ([AuthorizationResponseException]). */
    public const val AUTHORIZATION_RESPONSE_ERROR: String = "OAUTH_AUTHORIZATION_RESPONSE_ERROR"

    /** The server answered with an OAuth error document ([ResponseBodyException]). */
    public const val RESPONSE_BODY_ERROR: String = "OAUTH_RESPONSE_BODY_ERROR"

    /** The server answered with `WWW-Authenticate` challenges ([WwwAuthenticateChallengeException]). */
    public const val WWW_AUTHENTICATE_CHALLENGE: String = "OAUTH_WWW_AUTHENTICATE_CHALLENGE"

    /** A URL is not `https` and insecure requests are not allowed. */
    public const val HTTP_REQUEST_FORBIDDEN: String = "OAUTH_HTTP_REQUEST_FORBIDDEN"

    /** A URL is neither `https` nor `http`. */
    public const val REQUEST_PROTOCOL_FORBIDDEN: String = "OAUTH_REQUEST_PROTOCOL_FORBIDDEN"

    /** The status or the size of the answer is not what the protocol says. */
    public const val RESPONSE_IS_NOT_CONFORM: String = "OAUTH_RESPONSE_IS_NOT_CONFORM"

    /** The answer is not labelled as JSON where JSON is due. */
    public const val RESPONSE_IS_NOT_JSON: String = "OAUTH_RESPONSE_IS_NOT_JSON"

    /** Something labelled as JSON does not parse. */
    public const val PARSE_ERROR: String = "OAUTH_PARSE_ERROR"

    /** A member, claim or parameter is missing, has the wrong type, or a value that may not be trusted. */
    public const val INVALID_RESPONSE: String = "OAUTH_INVALID_RESPONSE"

    /** A claim of a JWT differs from what was expected. */
    public const val JWT_CLAIM_COMPARISON_FAILED: String = "OAUTH_JWT_CLAIM_COMPARISON_FAILED"

    /** A JWT is expired, not valid yet, or older than allowed. */
    public const val JWT_TIMESTAMP_CHECK_FAILED: String = "OAUTH_JWT_TIMESTAMP_CHECK_FAILED"

    /** A member of a JSON document differs from what was expected. */
    public const val JSON_ATTRIBUTE_COMPARISON_FAILED: String = "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED"

    /** UserInfo came as JSON although the client is registered for a JWT. */
    public const val JWT_USERINFO_EXPECTED: String = "OAUTH_JWT_USERINFO_EXPECTED"

    /** No key, or more than one, fits the JWT in the server's JWK Set. */
    public const val KEY_SELECTION_FAILED: String = "OAUTH_KEY_SELECTION_FAILED"

    /** The server metadata lacks what the operation needs. */
    public const val MISSING_SERVER_METADATA: String = "OAUTH_MISSING_SERVER_METADATA"

    /** The server metadata has an unusable value. */
    public const val INVALID_SERVER_METADATA: String = "OAUTH_INVALID_SERVER_METADATA"

    /** A protected resource has no metadata document at any of the places where it is looked for. */
    public const val RESOURCE_METADATA_NOT_FOUND: String = "OAUTH_RESOURCE_METADATA_NOT_FOUND"

    /** The program has no client at the server, and no way to become one ([MetadataException]). */
    public const val CLIENT_NOT_REGISTERED: String = "OAUTH_CLIENT_NOT_REGISTERED"

    /** An algorithm, key, token type or response type is not supported. */
    public const val UNSUPPORTED_OPERATION: String = "OAUTH_UNSUPPORTED_OPERATION"

    /** A JWE does not decrypt. */
    public const val DECRYPTION_FAILED: String = "OAUTH_DECRYPTION_FAILED"

    /** The time that was given to a request, or to polling, has passed. */
    public const val TIMEOUT: String = "OAUTH_TIMEOUT"

    /** The connection could not be made or was lost. */
    public const val NETWORK_ERROR: String = "OAUTH_NETWORK_ERROR"

    /** A session has no tokens (any more): its user must sign in ([TokenSourceException]). */
    public const val SIGN_IN_REQUIRED: String = "OAUTH_SIGN_IN_REQUIRED"

    /** A person must agree in their browser first ([AuthorizationRequiredException]). */
    public const val AUTHORIZATION_REQUIRED: String = "OAUTH_AUTHORIZATION_REQUIRED"

    /** The outcome of a refresh is not known, and it must not be tried again ([TokenSourceException]). */
    public const val REFRESH_IN_DOUBT: String = "OAUTH_REFRESH_IN_DOUBT"

    /** The token store cannot be reached ([TokenSourceException]). */
    public const val TOKEN_STORE_FAILED: String = "OAUTH_TOKEN_STORE_FAILED"

    /** An entry of the token store cannot be read, or is not for this client ([TokenSourceException]). */
    public const val TOKEN_STORE_UNREADABLE: String = "OAUTH_TOKEN_STORE_UNREADABLE"

    /** What may come once only came again, as a logout token ([ValidationException]). */
    public const val REPLAY_DETECTED: String = "OAUTH_REPLAY_DETECTED"

    /** The replay cache is full or cannot be reached ([ReplayCacheException]). */
    public const val REPLAY_CACHE_FAILED: String = "OAUTH_REPLAY_CACHE_FAILED"

    /** A resource server refuses a request ([RequestRefusedException]). */
    public const val REQUEST_REFUSED: String = "OAUTH_REQUEST_REFUSED"
}
