package dev.openidclient.authorization

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.describe
import dev.openidclient.error.printable
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.otherName

/** Which `state` an authorization response must have. */
internal sealed class ExpectedState {
    class Exactly(
        val state: String,
    ) : ExpectedState() {
        init {
            require(state.isNotEmpty()) { "the expected state must not be empty" }
        }
    }

    object None : ExpectedState()

    object Any : ExpectedState()
}

/**
 * Checks an authorization response ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2), [RFC 9207
 * §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)). The order matters: who sent it, and for which request, is
 * settled before anything that it says, an error too, is believed. [issRequired]: it must have `iss`.
 */
internal fun validateResponse(
    parameters: Parameters,
    server: AuthorizationServerMetadata,
    expectedState: ExpectedState,
    issRequired: Boolean,
) {
    if (!parameters.single("response").isNullOrEmpty()) {
        throw invalid(
            "the authorization response is a JWT (\"response\"): useJwtResponseMode() in the settings takes it",
        )
    }
    val iss = parameters.single("iss")
    val state = parameters.single("state")
    checkIssuer(iss, server, issRequired)
    checkState(state, expectedState)
    throwError(parameters)
    for (name in listOf("id_token", "token")) {
        if (parameters.single(name) != null) {
            throw UnsupportedFeatureException(
                "the authorization response has \"$name\", which was not asked for" +
                    if (name == "id_token") ": useCodeIdTokenResponseType() in the settings asks for it" else "",
            )
        }
    }
}

/** Names of parameters in a message; a callback can have thousands. */
private const val MOST_SHOWN = 5

/** The parameters of [callback], in which a code is due. */
internal fun codeParameters(callback: AuthorizationCallback): Parameters {
    val parameters = callback.codeParameters
    if (parameters.isEmpty) {
        throw invalid("the callback has no parameters: give its URL with query and fragment, or its form")
    }
    return parameters
}

/** The parameters of [callback], in which an ID Token is due. */
internal fun frontChannelParameters(callback: AuthorizationCallback): Parameters {
    val parameters = callback.frontChannelParameters
    if (parameters.isEmpty) {
        throw invalid(
            "the callback has no form and its URL no fragment, where the response with an ID Token is: " +
                "a server sees no fragment, so ask for it with responseMode(\"form_post\")",
        )
    }
    return parameters
}

/** [validateResponse] where a code is due; returns it. */
internal fun validateCodeResponse(
    parameters: Parameters,
    server: AuthorizationServerMetadata,
    expectedState: ExpectedState,
    issRequired: Boolean = server.authorizationResponseIssParameterSupported == true,
): String {
    validateResponse(parameters, server, expectedState, issRequired)
    return parameters.single("code")?.takeUnless(String::isEmpty)
        ?: throw invalid(
            "the authorization response must have a \"code\", but has only ${shownNames(parameters)}",
        )
}

/** A name that was encoded once more than it should has what is secret in it. */
private fun shownNames(parameters: Parameters): String {
    val (plain, other) = parameters.names.partition(PARAMETER_NAME::matches)
    val names = plain.map { if (it == "code") "an empty \"code\"" else "\"$it\"" }
    val shown = names + listOfNotNull("${other.size} more".takeIf { other.isNotEmpty() })
    return shown.joinToString(limit = MOST_SHOWN).ifEmpty { "nothing" }
}

/** RFC 6749 §8.2 */
private val PARAMETER_NAME = Regex("[A-Za-z0-9_.-]+")

private fun checkIssuer(
    iss: String?,
    server: AuthorizationServerMetadata,
    isRequired: Boolean,
) {
    if (iss.isNullOrEmpty()) {
        if (isRequired) {
            throw untrusted(
                "the authorization response must have an \"iss\": the server says that it sends it, or the settings " +
                    "require it",
                ValidationSubject.ISS,
            )
        }
    } else if (!ExpectedIssuer.ofMetadata(server.issuer).takes(iss)) {
        throw untrusted(
            "expected \"iss\" \"${server.issuer}\" in the authorization response, got \"${printable(iss)}\"" +
                otherName(server.issuer, iss),
            ValidationSubject.ISS,
        )
    }
}

private fun checkState(
    state: String?,
    expected: ExpectedState,
) {
    when (expected) {
        ExpectedState.Any -> Unit
        ExpectedState.None ->
            if (state != null) {
                throw untrusted(
                    "the authorization response has a \"state\", but none is expected: " +
                        "expectedState in the checks names the one of the request",
                    ValidationSubject.STATE,
                )
            }
        is ExpectedState.Exactly ->
            when {
                state.isNullOrEmpty() -> throw missingState()
                state != expected.state ->
                    throw untrusted(
                        "the \"state\" of the authorization response is not the one of the request",
                        ValidationSubject.STATE,
                    )
            }
    }
}

/** The `state` of a response of which nothing is checked yet, to find the request that it may answer. */
internal fun stateIn(parameters: Parameters): String =
    parameters.single("state")?.takeUnless(String::isEmpty) ?: throw missingState()

private fun missingState() =
    untrusted(
        "the authorization response must have the \"state\" of the request, but has none",
        ValidationSubject.STATE,
    )

private fun throwError(parameters: Parameters) {
    val error = parameters.single("error")
    if (error.isNullOrEmpty()) return
    val description = parameters["error_description"]
    val secrets = Secrets.of(parameters)
    throw AuthorizationResponseException(
        error,
        description,
        parameters["error_uri"],
        parameters.toMap(),
        shown = describe(secrets.mask(error), description?.let(secrets::mask)),
    )
}

private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)

private fun untrusted(
    message: String,
    subject: String,
) = ValidationException(ErrorCode.INVALID_RESPONSE, message, subject = subject)
