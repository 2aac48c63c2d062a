package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.describe
import dev.openidclient.error.printable
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

private val CLIENT_ERRORS = 400..499
private val SERVER_ERRORS = 500..599
private val REDIRECTS = 300..399
private const val RETRY_AFTER = "retry-after"

/** Challenges in a message; a header can hold thousands. */
private const val MOST_SHOWN = 5

/**
 * Throws unless the status is exactly [expected]: the challenges if there are any that parse, else the OAuth error of
 * the body ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), else [InvalidResponseException].
 */
internal fun HttpResponse.requireStatus(
    expected: Int,
    secrets: Secrets = Secrets.NONE,
) {
    if (status == expected) return
    requireNoChallenge(secrets)
    throw oauthError(secrets) ?: unexpectedStatus(expected)
}

/** Throws [WwwAuthenticateChallengeException] where there is a challenge that parses, whatever the status. */
internal fun HttpResponse.requireNoChallenge(secrets: Secrets = Secrets.NONE) {
    val challenges = WwwAuthenticate.of(this)
    if (challenges.isNotEmpty()) {
        val shown = challenges.joinToString(limit = MOST_SHOWN) { it.summary(secrets::mask) }
        throw WwwAuthenticateChallengeException(status, challenges, headers.toMap(), body, shown)
    }
}

internal fun HttpResponse.unexpectedStatus(expected: Int): InvalidResponseException {
    val hint = if (status in REDIRECTS) " (redirects are not followed)" else ""
    return InvalidResponseException(
        ErrorCode.RESPONSE_IS_NOT_CONFORM,
        "expected status $expected, got $status$hint",
        status,
        retryAfter = headers[RETRY_AFTER],
    )
}

internal fun bodyTooLarge(
    status: Int,
    maximumSize: Int,
): InvalidResponseException =
    InvalidResponseException(
        ErrorCode.RESPONSE_IS_NOT_CONFORM,
        "the body of the answer is longer than the allowed $maximumSize bytes",
        status,
    )

/**
 * The body as a JSON object. The media type is blamed only where the body does not parse: many servers mislabel JSON.
 */
internal fun HttpResponse.jsonObject(accepted: Set<String> = setOf(MediaType.JSON)): JsonObject {
    val element = parseJson(bodyUncopied())
    if (element == null) {
        if (mediaType !in accepted) throw notJson(accepted)
        throw InvalidResponseException(
            ErrorCode.PARSE_ERROR,
            "the body of the answer is labelled JSON, but is none",
            status,
        )
    }
    return element as? JsonObject
        ?: throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "the body of the answer must be a JSON object",
            status,
        )
}

private fun HttpResponse.oauthError(secrets: Secrets): OAuthException? {
    if (status in CLIENT_ERRORS && mediaType != MediaType.JSON) return notJson(setOf(MediaType.JSON))
    if (status !in CLIENT_ERRORS && status !in SERVER_ERRORS) return null
    val body = parseJson(bodyUncopied()) as? JsonObject
    val error = text(body?.get("error"))
    if (body == null || error.isNullOrEmpty() || mediaType != MediaType.JSON) return null
    val description = text(body["error_description"])
    return ResponseBodyException(
        status,
        error,
        description,
        body,
        describe(secrets.mask(error), description?.let(secrets::mask)),
        headers[RETRY_AFTER],
    )
}

private fun HttpResponse.notJson(accepted: Set<String>): InvalidResponseException =
    InvalidResponseException(
        ErrorCode.RESPONSE_IS_NOT_JSON,
        "expected content-type ${accepted.joinToString(" or ")} with status $status, " +
            "got ${mediaType?.let { "\"${printable(it)}\"" } ?: "none"}",
        status,
        retryAfter = headers[RETRY_AFTER],
    )
