package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.TOKEN
import dev.openidclient.tampering.Refusal.CHALLENGE
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NOT_CONFORM
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.TIMEOUT
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTIMELY
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** What comes while a person decides, and in the end. */
internal val pollingCases: List<Case> =
    listOf(PollingFlows.devicePolls, PollingFlows.cibaPolls).flatMap { flow ->
        table("$flow", flow) {
            ends()
            goesOnUntilTheEnd()
            refused("iss is another", OTHER_CLAIM, idToken("iss" to "https://b.example.com"))
            refused("aud is another", OTHER_CLAIM, idToken("aud" to "basic"))
            refused("sub is absent", MALFORMED, idToken("sub" to Absent))
            refused("exp is past", UNTIMELY, idToken("exp" to now(-60)))
            refused("alg is none", UNTRUSTED, idTokenHeader("alg" to "none"))
            refused("crit is there", UNSUPPORTED, idTokenHeader("crit" to listOf("exp")))
            refused("somebody else signed the ID Token", UNTRUSTED, idTokenText { Forgery.signedByStranger(it) })
            refused("the access token is absent", MALFORMED, members(TOKEN, "access_token" to Absent))
            refused("the token type is unknown", UNSUPPORTED, members(TOKEN, "token_type" to "mac"))
        }
    } +
        table("${PollingFlows.cibaPolls}", PollingFlows.cibaPolls) {
            refused("iat is over an hour ago", UNTIMELY, idToken("iat" to now(-3610)))
        }

private fun CaseTable.ends() {
    refused("the person refuses", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "access_denied") })
    refused("the code has expired", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "expired_token") })
    refused("pending is in upper case", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "AUTHORIZATION_PENDING") })
    refused("pending has a space", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "authorization_pending ") })
    refused("pending comes with status 200", TIMEOUT, answer(TOKEN) { errorAnswer(200, "authorization_pending") })
    refused("pending comes with status 302", NOT_CONFORM, answer(TOKEN) { errorAnswer(302, "authorization_pending") })
    refused("pending comes as text", TIMEOUT, pendingAs { withType("text/plain") })
    refused("pending comes with a challenge", CHALLENGE, pendingAs { plusHeaders("www-authenticate" to "Bearer") })
    refused("pending is a list", NOT_CONFORM, pendingAs { withText("[\"authorization_pending\"]") })
    refused("an error repeats the code", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "x", it.body.decodeToString()) })
}

private fun CaseTable.goesOnUntilTheEnd() {
    refused("pending comes for ever", TIMEOUT, answer(TOKEN) { errorAnswer(400, "authorization_pending") })
    refused("slow_down comes for ever", TIMEOUT, answer(TOKEN) { errorAnswer(400, "slow_down") })
    refused("status 500 comes for ever", TIMEOUT, answer(TOKEN) { Answer(500, emptyList(), ByteArray(0)) })
    refused("status 429 comes for ever", TIMEOUT, answer(TOKEN) { errorAnswer(429, "too_many_requests") })
    refused("no whole answer comes", TIMEOUT, answer(TOKEN) { announcing(body.size + 10) })
    refused("Retry-After is endless", TIMEOUT, answer(TOKEN) { retryAfter("99999999999999999999") })
    refused("Retry-After is negative", TIMEOUT, answer(TOKEN) { retryAfter("-1") })
    refused("Retry-After is nonsense", TIMEOUT, answer(TOKEN) { retryAfter("soon\t") })
    refused("Retry-After is long past", TIMEOUT, answer(TOKEN) { retryAfter("Thu, 01 Jan 1970 00:00:00 GMT") })
}

private fun retryAfter(value: String): Answer =
    errorAnswer(503, "temporarily_unavailable").plusHeaders("retry-after" to value)

private fun pendingAs(edit: Answer.() -> Answer): Tampering =
    answer(TOKEN) { errorAnswer(400, "authorization_pending").edit() }
