package dev.openidclient.tampering

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException

/** The ways to refuse: each is one type of exception with one code. */
enum class Refusal(
    val type: Class<out OAuthException>,
    val code: String,
) {
    CALLBACK_ERROR(AuthorizationResponseException::class.java, ErrorCode.AUTHORIZATION_RESPONSE_ERROR),
    OAUTH_ERROR(ResponseBodyException::class.java, ErrorCode.RESPONSE_BODY_ERROR),
    CHALLENGE(WwwAuthenticateChallengeException::class.java, ErrorCode.WWW_AUTHENTICATE_CHALLENGE),

    /** A member, claim or parameter is missing, comes twice, or is of a wrong type. */
    MALFORMED(InvalidResponseException::class.java, ErrorCode.INVALID_RESPONSE),

    /** The same of a client that the server has registered already. */
    REGISTERED(RegistrationException::class.java, ErrorCode.INVALID_RESPONSE),
    NOT_JSON(InvalidResponseException::class.java, ErrorCode.RESPONSE_IS_NOT_JSON),
    UNPARSABLE(InvalidResponseException::class.java, ErrorCode.PARSE_ERROR),

    /** Status or size. */
    NOT_CONFORM(InvalidResponseException::class.java, ErrorCode.RESPONSE_IS_NOT_CONFORM),
    JWT_EXPECTED(InvalidResponseException::class.java, ErrorCode.JWT_USERINFO_EXPECTED),

    /** `state`, `iss`, an algorithm, a signature. */
    UNTRUSTED(ValidationException::class.java, ErrorCode.INVALID_RESPONSE),
    OTHER_CLAIM(ValidationException::class.java, ErrorCode.JWT_CLAIM_COMPARISON_FAILED),
    OTHER_MEMBER(ValidationException::class.java, ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED),
    UNTIMELY(ValidationException::class.java, ErrorCode.JWT_TIMESTAMP_CHECK_FAILED),
    NO_KEY(ValidationException::class.java, ErrorCode.KEY_SELECTION_FAILED),
    UNSUPPORTED(UnsupportedFeatureException::class.java, ErrorCode.UNSUPPORTED_OPERATION),
    UNDECRYPTABLE(DecryptionException::class.java, ErrorCode.DECRYPTION_FAILED),
    NO_ENDPOINT(MetadataException::class.java, ErrorCode.MISSING_SERVER_METADATA),
    BAD_METADATA(MetadataException::class.java, ErrorCode.INVALID_SERVER_METADATA),
    BAD_SCHEME(MetadataException::class.java, ErrorCode.REQUEST_PROTOCOL_FORBIDDEN),
    INSECURE(MetadataException::class.java, ErrorCode.HTTP_REQUEST_FORBIDDEN),
    NO_ANSWER(TransportException::class.java, ErrorCode.NETWORK_ERROR),
    TIMEOUT(TransportException::class.java, ErrorCode.TIMEOUT),
}
