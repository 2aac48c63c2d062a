package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.describe
import dev.openidclient.error.printable
import dev.openidclient.json.kind
import dev.openidclient.json.parseErrorJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

private val SUCCESS = 200..299
private val REDIRECTS = 300..399
private val CLIENT_ERRORS = 400..499
private val SERVER_ERRORS = 500..599
private const val UNAUTHORIZED = 401
private const val FORBIDDEN = 403

internal val HttpResponse.isSuccess: Boolean get() = status in SUCCESS

/**
 * Throws unless the answer is a success: the challenges if there are any that parse, else the OAuth error of the body
 * ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), else [InvalidResponseException]. Some servers
 * report their errors with the status 200: an error document where the member [due] ought to be is an error.
 */
internal fun HttpResponse.requireSuccess(
    secrets: Secrets,
    due: String? = null,
) {
    if (!isSuccess) {
        requireNoChallenge(secrets)
        throw oauthError(secrets) ?: unexplained(secrets)
    }
    if (due == null) return
    val document = json as? JsonObject ?: return
    if (isAbsent(document[due])) responseBodyException(document, secrets)?.let { throw it }
}

/** Throws [WwwAuthenticateChallengeException] where there is a challenge that parses, whatever the status. */
internal fun HttpResponse.requireNoChallenge(secrets: Secrets) {
    val challenges = WwwAuthenticate.of(this)
    if (challenges.isNotEmpty()) throw refusal(challenges, secrets)
}

/** The same, and where the access token is refused with 401, with or without a challenge that says so. */
internal fun HttpResponse.requireAcceptedToken(secrets: Secrets) {
    requireNoChallenge(secrets)
    if (status == UNAUTHORIZED) throw refusal(emptyList(), secrets)
}

private fun HttpResponse.refusal(
    challenges: List<WwwAuthenticateChallenge>,
    secrets: Secrets,
): WwwAuthenticateChallengeException {
    val json = if (isSuccess) null else errorDocument()
    val error = text(json?.get("error"))?.takeUnless(String::isEmpty)
    val description = error?.let { text(json?.get("error_description")) }
    return WwwAuthenticateChallengeException(status, challenges, content(), error, description, secrets::mask)
}

/** What to say of a status that is none of those that the protocol has here, and of a body that does not explain it. */
private fun HttpResponse.unexplained(secrets: Secrets): InvalidResponseException {
    val json = errorDocument()
    val body =
        when {
            status in REDIRECTS -> ""
            bodySize == 0 -> " and no body"
            json != null -> " and a JSON object without a text \"error\""
            else -> " and ${bodyKind(secrets)}"
        }
    val isBlamed = status in CLIENT_ERRORS && bodySize > 0 && mediaType != MediaType.JSON && json == null
    val code = if (isBlamed) ErrorCode.RESPONSE_IS_NOT_JSON else ErrorCode.RESPONSE_IS_NOT_CONFORM
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
        return InvalidResponseException(code, "the server refused with $status$body", status).of(status, content())
    }
    return unexpectedStatus(secrets, code, body)
}

/** What to say of a status that is none of those that are due, where there is no protocol for errors. */
internal fun HttpResponse.unexpectedStatus(
    secrets: Secrets,
    code: String = ErrorCode.RESPONSE_IS_NOT_CONFORM,
    body: String = "",
    expected: String = "2xx",
): InvalidResponseException {
    val location = headers["location"]?.let { " to ${secrets.mask(shownUrl(it))}" }.orEmpty()
    val redirect = if (status in REDIRECTS) "$location: redirects are not followed, name the URL that answers" else ""
    return InvalidResponseException(code, "expected status $expected, got $status$body$redirect", status)
        .of(status, content())
}

private fun HttpResponse.bodyKind(secrets: Secrets): String {
    // RFC 9110 §8.4: nobody asked for one
    val encoded =
        contentEncoding?.let {
            " in the content-encoding \"${printable(secrets.mask(it))}\", of which only gzip is read"
        }
    return when (val type = shownMediaType(secrets)) {
        null -> "a body without a content-type"
        else -> "a body of \"$type\""
    } + encoded.orEmpty()
}

/** The media type, fit for a message; null where there is none. */
internal fun HttpResponse.shownMediaType(secrets: Secrets): String? = mediaType?.let { printable(secrets.mask(it)) }

internal fun bodyTooLarge(
    status: Int,
    maximumSize: Int,
): InvalidResponseException =
    InvalidResponseException(
        ErrorCode.RESPONSE_IS_NOT_CONFORM,
        "the body of the answer is longer than the allowed $maximumSize bytes (maximumResponseSize)",
        status,
    )

/**
 * The body as a JSON object. The media type is blamed only where the body does not parse: many servers mislabel JSON.
 */
internal fun HttpResponse.jsonObject(
    secrets: Secrets,
    accepted: Set<String> = setOf(MediaType.JSON),
): JsonObject {
    val element = json
    if (element is JsonObject) return element
    val (code, fault) =
        when {
            element != null -> ErrorCode.INVALID_RESPONSE to "must be a JSON object, but is ${kind(element)}"
            bodySize == 0 -> ErrorCode.RESPONSE_IS_NOT_JSON to "must be a JSON object, but is empty"
            mediaType !in accepted || contentEncoding != null ->
                ErrorCode.RESPONSE_IS_NOT_JSON to
                    "must be JSON (content-type ${accepted.joinToString(" or ")}), but is ${bodyKind(secrets)}"
            else -> ErrorCode.PARSE_ERROR to "is labelled JSON, but is none"
        }
    throw InvalidResponseException(code, "the body of the answer with status $status $fault").of(status, content())
}

private fun HttpResponse.oauthError(secrets: Secrets): ResponseBodyException? =
    if (status in CLIENT_ERRORS || status in SERVER_ERRORS) {
        errorDocument()?.let { responseBodyException(it, secrets) }
    } else {
        null
    }

/** Whatever its label; a raw line feed in a description shall not cost the error. */
private fun HttpResponse.errorDocument(): JsonObject? = parseErrorJson(bodyUncopied()) as? JsonObject

private fun HttpResponse.responseBodyException(
    json: JsonObject,
    secrets: Secrets,
): ResponseBodyException? {
    val error = text(json["error"])
    if (error.isNullOrEmpty()) return null
    val description = text(json["error_description"])
    val shown = describe(secrets.mask(error), description?.let(secrets::mask))
    return ResponseBodyException(status, error, description, json, content(), shown)
}

private fun isAbsent(element: JsonElement?): Boolean =
    element == null || element is JsonNull || text(element)?.isEmpty() == true
