package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.CIBA
import dev.openidclient.tampering.Endpoint.DEVICE
import dev.openidclient.tampering.Endpoint.PAR
import dev.openidclient.tampering.Endpoint.REGISTRATION
import dev.openidclient.tampering.Endpoint.REVOCATION
import dev.openidclient.tampering.Endpoint.TOKEN
import dev.openidclient.tampering.Refusal.CHALLENGE
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NOT_CONFORM
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.REGISTERED
import dev.openidclient.tampering.Refusal.UNTIMELY
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** A string that must be there and not be empty. */
private fun CaseTable.requiredText(
    endpoint: Endpoint,
    member: String,
) {
    refused("$member is absent", MALFORMED, members(endpoint, member to Absent))
    refused("$member is null", MALFORMED, members(endpoint, member to null))
    refused("$member is empty", MALFORMED, members(endpoint, member to ""))
    illTypedText(endpoint, member)
}

private fun CaseTable.optionalText(
    endpoint: Endpoint,
    member: String,
) {
    accepted("$member is null", members(endpoint, member to null))
    accepted("$member is empty", members(endpoint, member to ""))
    illTypedText(endpoint, member)
}

private fun CaseTable.illTypedText(
    endpoint: Endpoint,
    member: String,
    refusal: Refusal = MALFORMED,
) {
    refused("$member is a number", refusal, members(endpoint, member to 1))
    refused("$member is a list", refusal, members(endpoint, member to listOf("a")))
}

private fun CaseTable.requiredLifetime(endpoint: Endpoint) {
    refused("expires_in is absent", MALFORMED, members(endpoint, "expires_in" to Absent))
    refused("expires_in is null", MALFORMED, members(endpoint, "expires_in" to null))
    refused("expires_in is text", MALFORMED, members(endpoint, "expires_in" to "soon"))
    refused("expires_in is negative", MALFORMED, members(endpoint, "expires_in" to -1))
    refused("expires_in is true", MALFORMED, members(endpoint, "expires_in" to true))
    refused("expires_in is beyond all numbers", MALFORMED, members(endpoint, "expires_in" to literal("1e400")))
}

private fun CaseTable.interval(endpoint: Endpoint) {
    accepted("interval is 0", members(endpoint, "interval" to 0))
    accepted("interval is text", members(endpoint, "interval" to "1"))
}

private fun CaseTable.echoes(endpoint: Endpoint) {
    refused("an error repeats the request", OAUTH_ERROR, answer(endpoint) { errorAnswer(400, "x", escaped(it)) })
    refused(
        "a challenge repeats the request",
        CHALLENGE,
        answer(endpoint) {
            challenge("Bearer error_description=\"${escaped(it)}\"")
        },
    )
}

private fun escaped(asked: Asked): String =
    "${asked.body.decodeToString()} ${asked.headers["authorization"]} ${asked.headers["dpop"]}"
        .replace("\\", "\\\\")
        .replace("\"", "\\\"")

internal fun challenge(
    header: String,
    status: Int = 401,
): Answer = Answer.json(status, "{}").plusHeaders("www-authenticate" to header)

internal val pushedCases: List<Case> =
    table("pushed request", Flows.pushed) {
        requiredText(PAR, "request_uri")
        requiredLifetime(PAR)
        echoes(PAR)
        accepted("the status is 200", answer(PAR) { withStatus(200) })
        refused("an error comes as success", OAUTH_ERROR, answer(PAR) { errorAnswer(201, "invalid_request") })
        refused(
            "an error repeats the request object",
            OAUTH_ERROR,
            answer(PAR) {
                errorAnswer(400, it.form["request"]!!)
            },
            Flows.pushedObject,
        )
        refused(
            "an error repeats the proof",
            OAUTH_ERROR,
            answer(PAR) {
                errorAnswer(400, "x", it.headers["dpop"])
            },
            Flows.dpopPushed,
        )
        refused("a nonce is wanted again and again", OAUTH_ERROR, answer(PAR) { wantsNonce() }, Flows.dpopPushed)
    }

internal val deviceCases: List<Case> =
    table("device authorization", PollingFlows.device) {
        for (member in listOf("device_code", "user_code", "verification_uri")) requiredText(DEVICE, member)
        optionalText(DEVICE, "verification_uri_complete")
        requiredLifetime(DEVICE)
        interval(DEVICE)
        echoes(DEVICE)
        accepted("the status is 201", answer(DEVICE) { withStatus(201) })
    }

internal val cibaCases: List<Case> =
    table("backchannel authentication", PollingFlows.ciba) {
        requiredText(CIBA, "auth_req_id")
        requiredLifetime(CIBA)
        interval(CIBA)
        echoes(CIBA)
        accepted("the status is 202", answer(CIBA) { withStatus(202) })
    }

internal val registrationCases: List<Case> =
    table("registration", Flows.registration) {
        requiredText(REGISTRATION, "client_id")
        // without it the client cannot authenticate as the server says
        for (none in listOf(null, "")) {
            refused("client_secret is ${none ?: "null"}", REGISTERED, members(REGISTRATION, "client_secret" to none))
        }
        illTypedText(REGISTRATION, "client_secret", REGISTERED)
        accepted(
            "client_secret_expires_at is absent",
            members(
                REGISTRATION,
                "client_secret_expires_at" to Absent,
            ),
        )
        accepted(
            "client_secret_expires_at is null",
            members(REGISTRATION, "client_secret_expires_at" to null),
        )
        refused(
            "client_secret_expires_at is text",
            REGISTERED,
            members(REGISTRATION, "client_secret_expires_at" to "0"),
        )
        refused(
            "client_secret_expires_at is negative",
            REGISTERED,
            members(
                REGISTRATION,
                "client_secret_expires_at" to -1,
            ),
        )
        refused(
            "token_endpoint_auth_method is a number",
            REGISTERED,
            members(
                REGISTRATION,
                "token_endpoint_auth_method" to 1,
            ),
        )
        refused(
            "id_token_signed_response_alg is a list",
            REGISTERED,
            members(
                REGISTRATION,
                "id_token_signed_response_alg" to listOf("RS256"),
            ),
        )
        refused("require_auth_time is text", REGISTERED, members(REGISTRATION, "require_auth_time" to "true"))
        refused("default_max_age is negative", REGISTERED, members(REGISTRATION, "default_max_age" to -1))
        refused(
            "use_mtls_endpoint_aliases is a number",
            REGISTERED,
            members(
                REGISTRATION,
                "use_mtls_endpoint_aliases" to 1,
            ),
        )
        accepted("the status is 200", answer(REGISTRATION) { withStatus(200) })
        echoes(REGISTRATION)
    }

internal val revocationCases: List<Case> =
    table("revocation", Flows.revocation) {
        for (status in listOf(201, 204)) {
            accepted("the status is $status", answer(REVOCATION) { Answer(status, emptyList(), ByteArray(0)) })
        }
        for (status in listOf(404, 418, 599)) {
            refused(
                "the status is $status",
                NOT_CONFORM,
                answer(REVOCATION) { Answer(status, emptyList(), ByteArray(0)) },
            )
        }
        refused(
            "the token type is not supported",
            OAUTH_ERROR,
            answer(REVOCATION) {
                errorAnswer(400, "unsupported_token_type")
            },
        )
        refused("the server is busy", OAUTH_ERROR, answer(REVOCATION) { errorAnswer(503, "temporarily_unavailable") })
        echoes(REVOCATION)
    }

internal val refreshCases: List<Case> =
    table("refresh", Flows.refresh) {
        refused("sub is another", OTHER_CLAIM, idToken("sub" to "bob"))
        refused("sub is in upper case", OTHER_CLAIM, idToken("sub" to "ALICE"))
        refused("sub is absent", MALFORMED, idToken("sub" to Absent))
        refused("iss is another", OTHER_CLAIM, idToken("iss" to "https://b.example.com"))
        refused("aud is another", OTHER_CLAIM, idToken("aud" to "post"))
        refused("aud has one more", OTHER_CLAIM, idToken("aud" to listOf("basic", "post"), "azp" to "basic"))
        refused("azp was not there before", OTHER_CLAIM, idToken("azp" to "basic"))
        refused("auth_time is later", OTHER_CLAIM, idToken("auth_time" to changed { it.string.toLong() + 1 }))
        refused("auth_time is 0", OTHER_CLAIM, idToken("auth_time" to 0))
        refused("nonce is another", OTHER_CLAIM, idToken("nonce" to "another-nonce"))
        accepted("nonce is null", idToken("nonce" to null))
        refused("exp is past", UNTIMELY, idToken("exp" to now(-60)))
        refused("somebody else signed it", UNTRUSTED, idTokenText { Forgery.signedByStranger(it) })
        accepted("the refresh token is empty", members(TOKEN, "refresh_token" to ""))
        echoes(TOKEN)
    }
