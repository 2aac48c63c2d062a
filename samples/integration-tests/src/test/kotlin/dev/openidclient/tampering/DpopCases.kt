package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.RESOURCE
import dev.openidclient.tampering.Endpoint.TOKEN
import dev.openidclient.tampering.Endpoint.USERINFO
import dev.openidclient.tampering.Refusal.CHALLENGE
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NOT_CONFORM
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTRUSTED

internal val dpopCases: List<Case> =
    table("DPoP", Flows.dpop) {
        refused("the token is a bearer token", UNTRUSTED, members(TOKEN, "token_type" to "Bearer"))
        refused("the token is a bearer token in upper case", UNTRUSTED, members(TOKEN, "token_type" to "BEARER"))
        refused("the token is for a message authentication code", UNSUPPORTED, members(TOKEN, "token_type" to "mac"))
        refused("the type of the token is absent", MALFORMED, members(TOKEN, "token_type" to Absent))
        refused("a nonce is wanted again and again", OAUTH_ERROR, answer(TOKEN) { wantsNonce() })
        refused("a nonce is wanted that never comes", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, WANTS_NONCE) })
        refused(
            "a nonce is wanted that is empty",
            OAUTH_ERROR,
            answer(TOKEN) {
                errorAnswer(400, WANTS_NONCE).plusHeaders(NONCE to "")
            },
        )
        refused("a nonce is wanted with status 500", OAUTH_ERROR, answer(TOKEN) { wantsNonce(500) })
        refused("a nonce is wanted with status 302", NOT_CONFORM, answer(TOKEN) { wantsNonce(302) })
        refused("a nonce is wanted with status 200", OAUTH_ERROR, answer(TOKEN) { wantsNonce(200) })
        refused("a nonce is wanted as text", OAUTH_ERROR, answer(TOKEN) { wantsNonce().withType("text/plain") })
        refused(
            "a nonce is wanted in upper case",
            OAUTH_ERROR,
            answer(TOKEN) {
                errorAnswer(400, "USE_DPOP_NONCE").plusHeaders(NONCE to "a")
            },
        )
        refused("a nonce is wanted by challenges without end", CHALLENGE, answer(TOKEN) { nonceChallenge() })
        refused("the proof is refused", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "invalid_dpop_proof") })
        refused("an error repeats the proof", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, "x", it.headers["dpop"]) })

        for ((endpoint, flow) in listOf(USERINFO to Flows.dpopUserInfo, RESOURCE to Flows.dpopResource)) {
            refused("$flow wants a nonce again and again", CHALLENGE, answer(endpoint) { nonceChallenge() }, flow)
            refused(
                "$flow wants a nonce that never comes",
                CHALLENGE,
                answer(endpoint) {
                    challenge("DPoP error=\"$WANTS_NONCE\"")
                },
                flow,
            )
            refused(
                "$flow wants a nonce for Bearer",
                CHALLENGE,
                answer(endpoint) {
                    challenge("Bearer error=\"$WANTS_NONCE\"")
                },
                flow,
            )
            refused(
                "$flow refuses the proof",
                CHALLENGE,
                answer(endpoint) { challenge("DPoP error=\"invalid_dpop_proof\"") },
                flow,
            )
            refused(
                "$flow repeats the proof",
                CHALLENGE,
                answer(endpoint) {
                    challenge("DPoP error=\"${it.headers["dpop"]}\"")
                },
                flow,
            )
            refused(
                "$flow repeats the token",
                CHALLENGE,
                answer(endpoint) {
                    challenge("DPoP error=\"${it.headers["authorization"]}\"")
                },
                flow,
            )
        }
    }

private const val WANTS_NONCE = "use_dpop_nonce"
private const val NONCE = "dpop-nonce"

internal fun wantsNonce(status: Int = 400): Answer = errorAnswer(status, WANTS_NONCE).plusHeaders(NONCE to "a-nonce")

private fun nonceChallenge(): Answer = challenge("DPoP error=\"$WANTS_NONCE\"").plusHeaders(NONCE to "a-nonce")
