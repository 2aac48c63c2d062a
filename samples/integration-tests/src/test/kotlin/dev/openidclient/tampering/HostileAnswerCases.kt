package dev.openidclient.tampering

import dev.openidclient.http.HttpRequest
import dev.openidclient.tampering.Refusal.CHALLENGE
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NOT_CONFORM
import dev.openidclient.tampering.Refusal.NOT_JSON
import dev.openidclient.tampering.Refusal.NO_ANSWER
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.UNPARSABLE

/** The flows that ask an endpoint with a form or a document, and understand its OAuth errors. */
private val SUBMITTING =
    mapOf(
        Endpoint.TOKEN to Flows.codeByAssertion,
        Endpoint.PAR to Flows.pushed,
        Endpoint.DEVICE to PollingFlows.device,
        Endpoint.CIBA to PollingFlows.ciba,
        Endpoint.INTROSPECTION to Flows.introspection,
        Endpoint.REVOCATION to Flows.revocation,
        Endpoint.REGISTRATION to Flows.registration,
    )

/** The flows that only read. */
private val READING =
    mapOf(
        Endpoint.USERINFO to Flows.userInfo,
        Endpoint.JWKS to Flows.code,
        Endpoint.METADATA to DiscoveryFlows.openId,
        Endpoint.OAUTH_METADATA to DiscoveryFlows.oauth,
    )

/** Answers that no endpoint may give. */
internal val hostileAnswerCases: List<Case> =
    (SUBMITTING + READING).flatMap { (endpoint, flow) ->
        table("hostile answer of $endpoint", flow) {
            redirects(endpoint)
            statuses(endpoint)
            refused("the body is longer than allowed", NOT_CONFORM, answer(endpoint) { withBody(ByteArray(TOO_LONG)) })
            refused("the body is longer than it says", NO_ANSWER, answer(endpoint) { withText("{}").announcing(LIE) })
            if (endpoint in SUBMITTING) errors(endpoint)
            if (endpoint != Endpoint.REVOCATION) bodies(endpoint)
        }
    }

/** Nobody may follow: the run fails where something else than the endpoint is asked. */
private fun CaseTable.redirects(endpoint: Endpoint) {
    val elsewhere = "location" to "${TamperingProxy.origin}/elsewhere"
    for (status in listOf(301, 302, 303, 307, 308)) {
        refused(
            "it redirects with $status",
            NOT_CONFORM,
            answer(endpoint) { withStatus(status).plusHeaders(elsewhere) },
        )
    }
    refused("it redirects without saying where", NOT_CONFORM, answer(endpoint) { withStatus(302) })
}

private fun CaseTable.statuses(endpoint: Endpoint) {
    val page = Answer(500, listOf("content-type" to "text/html"), "<html>".encodeToByteArray())
    val takesTokens = endpoint in SUBMITTING || endpoint == Endpoint.USERINFO
    if (endpoint != Endpoint.REVOCATION) {
        refused("the status is 204", NOT_JSON, answer(endpoint) { Answer(204, emptyList(), ByteArray(0)) })
    }
    accepted("the status is 206", answer(endpoint) { withStatus(206) })
    refused("a page of status 500", NOT_CONFORM, answer(endpoint) { page })
    refused(
        "a page of status 404",
        if (takesTokens) NOT_JSON else NOT_CONFORM,
        answer(endpoint) { page.withStatus(404) },
    )
    refused("status 999", NOT_CONFORM, answer(endpoint) { withStatus(999) })
    refused("a challenge", if (takesTokens) CHALLENGE else NOT_CONFORM, answer(endpoint) { challenge("Bearer") })
}

private fun CaseTable.errors(endpoint: Endpoint) {
    refused("an OAuth error", OAUTH_ERROR, answer(endpoint) { errorAnswer(400, "server_error") })
    refused("an OAuth error of status 500", OAUTH_ERROR, answer(endpoint) { errorAnswer(500, "server_error") })
    refused("an error that is a number", NOT_CONFORM, answer(endpoint) { Answer.json(400, "{\"error\":1}") })
    refused("an error that is empty", NOT_CONFORM, answer(endpoint) { errorAnswer(400, "") })
    refused("an error that is cut off", NOT_CONFORM, answer(endpoint) { Answer.json(400, "{\"error\":\"x") })
    refused("an error labelled as text", OAUTH_ERROR, answer(endpoint) { errorAnswer(400, "x").withType("text/plain") })
    refused("an error that is a page", OAUTH_ERROR, answer(endpoint) { errorAnswer(400, "x").withType("text/html") })
}

private fun CaseTable.bodies(endpoint: Endpoint) {
    refused("a page", NOT_JSON, answer(endpoint) { withText("<html></html>").withType("text/html") })
    refused("a page without a label", NOT_JSON, answer(endpoint) { withText("<html></html>").withType(null) })
    refused("a page that says it is JSON", UNPARSABLE, answer(endpoint) { withText("<html></html>") })
    refused("nothing", NOT_JSON, answer(endpoint) { withText("") })
    refused("null", MALFORMED, answer(endpoint) { withText("null") })
    refused("a string", MALFORMED, answer(endpoint) { withText("\"x\"") })
    refused("a list", MALFORMED, answer(endpoint) { withText("[$text]") })
    refused("an empty object", MALFORMED, answer(endpoint) { withText("{}") })
    refused("JSON that is cut off", UNPARSABLE, answer(endpoint) { withText(text.dropLast(1)) })
    refused("JSON twice", UNPARSABLE, answer(endpoint) { withText("$text\n$text") })
    refused("JSON in UTF-16", UNPARSABLE, utf16(endpoint, "application/json"))
    refused("JSON in UTF-16 with its label", UNPARSABLE, utf16(endpoint, "application/json; charset=utf-16"))
    refused("JSON in UTF-32", UNPARSABLE, answer(endpoint) { withBody(text.toByteArray(Charsets.UTF_32)) })
    refused("JSON that is compressed", UNPARSABLE, answer(endpoint) { withBody(byteArrayOf(0x1F, -0x75, 8, 0) + body) })
    refused(
        "objects without end",
        UNPARSABLE,
        answer(endpoint) {
            withText("{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000))
        },
    )
    refused("lists without end", UNPARSABLE, answer(endpoint) { withText("{\"a\":" + "[".repeat(200_000)) })
}

private fun utf16(
    endpoint: Endpoint,
    type: String,
): Tampering = answer(endpoint) { withBody(text.toByteArray(Charsets.UTF_16)).withType(type) }

private const val TOO_LONG = HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE + 1
private const val LIE = 10_000
