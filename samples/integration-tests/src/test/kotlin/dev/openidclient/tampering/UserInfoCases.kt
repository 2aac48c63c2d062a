package dev.openidclient.tampering

import dev.openidclient.integration.withOtherSignature
import dev.openidclient.tampering.Endpoint.RESOURCE
import dev.openidclient.tampering.Endpoint.USERINFO
import dev.openidclient.tampering.Refusal.CHALLENGE
import dev.openidclient.tampering.Refusal.JWT_EXPECTED
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_KEY
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.OTHER_MEMBER
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTIMELY
import dev.openidclient.tampering.Refusal.UNTRUSTED

internal val userInfoCases: List<Case> =
    table("UserInfo", Flows.userInfo) {
        refused("sub is absent", MALFORMED, members(USERINFO, "sub" to Absent))
        refused("sub is null", MALFORMED, members(USERINFO, "sub" to null))
        refused("sub is empty", MALFORMED, members(USERINFO, "sub" to ""))
        refused("sub is a number", MALFORMED, members(USERINFO, "sub" to 1))
        refused("sub is a list", MALFORMED, members(USERINFO, "sub" to listOf("alice")))
        refused("sub is another", OTHER_MEMBER, members(USERINFO, "sub" to "bob"))
        refused("sub is in upper case", OTHER_MEMBER, members(USERINFO, "sub" to "ALICE"))
        refused("sub has a space", OTHER_MEMBER, members(USERINFO, "sub" to "alice "))
        refused("sub has letters that look alike", OTHER_MEMBER, members(USERINFO, "sub" to "\u0430lice"))
        refused("sub breaks the line", OTHER_MEMBER, members(USERINFO, "sub" to "alice\nINFO signed in: admin\u2028"))
        refused("sub is endless", OTHER_MEMBER, members(USERINFO, "sub" to "a".repeat(100_000)))
        refused("sub comes twice", OTHER_MEMBER, text(USERINFO) { "${it.dropLast(1)},\"sub\":\"bob\"}" })
        refused("JSON is labelled as JWT", MALFORMED, answer(USERINFO) { withType("application/jwt") })
        refused(
            "a JWT is not signed",
            UNTRUSTED,
            answer(USERINFO) {
                withText("eyJhbGciOiJub25lIn0.e30.").withType("application/jwt")
            },
        )
        refused(
            "a JWT has an HMAC",
            UNSUPPORTED,
            answer(USERINFO) {
                withText("eyJhbGciOiJIUzI1NiJ9.e30.AA").withType("application/jwt")
            },
        )
        refused(
            "a JWT is encrypted",
            UNSUPPORTED,
            answer(USERINFO) {
                withText("e30.e30.e30.e30.e30").withType("application/jwt")
            },
        )
        challenges(USERINFO)
        refused(
            "the status is 401 without a challenge",
            CHALLENGE,
            answer(USERINFO) { errorAnswer(401, "invalid_token") },
        )
        refused("a challenge does not end", CHALLENGE, answer(USERINFO) { challenge("Bearer error=\"invalid_token") })
        refused(
            "a challenge has control characters",
            CHALLENGE,
            answer(USERINFO) { challenge("Bearer error=\"\u001B[2J\"") },
        )
        refused("a challenge is nonsense", CHALLENGE, answer(USERINFO) { challenge("=,=,\"") })
    }

internal val resourceCases: List<Case> =
    table("resource", Flows.resource) {
        challenges(RESOURCE)
        refused("the status is 401 without a challenge", CHALLENGE, answer(RESOURCE) { withStatus(401) })
        for (header in listOf(
            "Bearer error=\"x",
            "=",
            "Bearer a=b=c",
            "Bearer a=\"\u001B[2J\"",
            "Bearer, error=\"x\"",
        )) {
            refused("the broken challenge $header", CHALLENGE, answer(RESOURCE) { challenge(header) })
        }
    }

/** Whatever the status is, a challenge is a refusal. */
private fun CaseTable.challenges(endpoint: Endpoint) {
    for (status in listOf(200, 302, 400, 401, 403, 500)) {
        refused(
            "a challenge with status $status",
            CHALLENGE,
            answer(endpoint) { challenge("Bearer error=\"x\"", status) },
        )
    }
    for (header in listOf(
        "Bearer",
        "Basic realm=\"x\"",
        "A, B, C",
        "Negotiate YWJj==",
        "Bearer a=\"\\\"\\\\\"",
        "X y=z,",
    )) {
        refused("the challenge $header", CHALLENGE, answer(endpoint) { challenge(header) })
    }
    refused("a thousand challenges", CHALLENGE, answer(endpoint) { challenge("Bearer, ".repeat(800) + "Bearer") })
    refused(
        "challenges in two lines",
        CHALLENGE,
        answer(endpoint) {
            challenge("A").plusHeaders("www-authenticate" to "B")
        },
    )
    refused(
        "a challenge repeats the token",
        CHALLENGE,
        answer(endpoint) {
            challenge("Bearer error=\"${it.headers["authorization"]}\"")
        },
    )
    refused(
        "a realm repeats the token",
        CHALLENGE,
        answer(endpoint) {
            challenge("Bearer realm=\"${it.headers["authorization"]}\"")
        },
    )
    refused(
        "a scheme repeats the token",
        CHALLENGE,
        answer(endpoint) {
            challenge(it.headers.getValue("authorization").substringAfter(' '))
        },
    )
    refused("a challenge breaks the line", CHALLENGE, answer(endpoint) { challenge("Bearer error=\"\u0085\u009B2J\"") })
}

internal val signedUserInfoCases: List<Case> =
    table("signed UserInfo", Flows.signedUserInfo) {
        refused(
            "it comes as JSON",
            JWT_EXPECTED,
            answer(USERINFO) {
                withJson(Forgery.part(text, 1)).withType("application/json")
            },
        )
        refused("it is labelled as JSON", JWT_EXPECTED, answer(USERINFO) { withType("application/json") })
        refused("it is labelled as text", JWT_EXPECTED, answer(USERINFO) { withType("text/plain") })
        refused("it has no label", JWT_EXPECTED, answer(USERINFO) { withType(null) })
        refused("sub is absent", MALFORMED, jwtBody(USERINFO, "sub" to Absent))
        refused("sub is a number", MALFORMED, jwtBody(USERINFO, "sub" to 1))
        refused("sub is another", OTHER_MEMBER, jwtBody(USERINFO, "sub" to "bob"))
        refused("iss is another", OTHER_CLAIM, jwtBody(USERINFO, "iss" to "https://b.example.com"))
        refused("iss is a number", MALFORMED, jwtBody(USERINFO, "iss" to 1))
        refused("aud is another", OTHER_CLAIM, jwtBody(USERINFO, "aud" to "basic"))
        refused("aud is empty", OTHER_CLAIM, jwtBody(USERINFO, "aud" to emptyList<String>()))
        accepted("aud is null", jwtBody(USERINFO, "aud" to null))
        refused("exp is past", UNTIMELY, jwtBody(USERINFO, "exp" to now(-60)))
        refused("exp is text", MALFORMED, jwtBody(USERINFO, "exp" to "never"))
        refused("nbf is to come", UNTIMELY, jwtBody(USERINFO, "nbf" to now(90)))
        refused("alg is none", UNTRUSTED, jwtBody(USERINFO, header = arrayOf("alg" to "none")))
        refused("alg is RS256, but ES256 registered", UNTRUSTED, jwtBody(USERINFO, header = arrayOf("alg" to "RS256")))
        refused("alg is HS256, but ES256 registered", UNTRUSTED, jwtBody(USERINFO, header = arrayOf("alg" to "HS256")))
        refused("crit is there", UNSUPPORTED, jwtBody(USERINFO, header = arrayOf("crit" to listOf("exp"))))
        refused("kid is unknown", NO_KEY, jwtBody(USERINFO, header = arrayOf("kid" to "another")))
        refused("the signature is another", UNTRUSTED, answer(USERINFO) { withText(withOtherSignature(text)) })
        refused("the signature is empty", UNTRUSTED, answer(USERINFO) { withText(text.substringBeforeLast('.') + ".") })
        refused("somebody else signed it", UNTRUSTED, answer(USERINFO) { withText(Forgery.signedByStranger(text)) })
        refused("it is empty", MALFORMED, answer(USERINFO) { withText("") })
        refused("it is in quotes", MALFORMED, answer(USERINFO) { withText("\"$text\"") })
        refused("it is cut off", MALFORMED, answer(USERINFO) { withText(text.substringBeforeLast('.')) })
    }
