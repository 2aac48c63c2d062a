package dev.openidclient.tampering

import dev.openidclient.integration.withOtherSignature
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_KEY
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTIMELY
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** What every JWT that comes through the browser must hold, in the parameter [name]. */
private fun CaseTable.signedParameter(name: String) {
    refused("its signature is another", UNTRUSTED, callbackJwtText(name, ::withOtherSignature))
    refused("its signature is empty", UNTRUSTED, callbackJwtText(name) { it.substringBeforeLast('.') + "." })
    refused("somebody else signed it", UNTRUSTED, callbackJwtText(name) { Forgery.signedByStranger(it) })
    refused("it is not signed", UNTRUSTED, callbackJwt(name, header = arrayOf("alg" to "none")))
    refused("its kid is unknown", NO_KEY, callbackJwt(name, header = arrayOf("kid" to "another")))
    refused("its crit is there", UNSUPPORTED, callbackJwt(name, header = arrayOf("crit" to listOf("exp"))))
    refused("it is no JWT", MALFORMED, callbackJwtText(name) { "none" })
    refused("it is encrypted", UNSUPPORTED, callbackJwtText(name) { "$it.e30.e30" })
    refused("its iss is absent", MALFORMED, callbackJwt(name, "iss" to Absent))
    refused("its iss is another server", OTHER_CLAIM, callbackJwt(name, "iss" to "https://attacker.example.com"))
    refused("its aud is absent", MALFORMED, callbackJwt(name, "aud" to Absent))
    refused("its aud is another client", OTHER_CLAIM, callbackJwt(name, "aud" to "post"))
    refused("its exp is absent", MALFORMED, callbackJwt(name, "exp" to Absent))
    refused("its exp is past", UNTIMELY, callbackJwt(name, "exp" to now(-60)))
    refused("its nbf is to come", UNTIMELY, callbackJwt(name, "nbf" to now(90)))
    refused("it is absent", MALFORMED, callback { without(name).plus("x", "y") })
    refused("it is empty", MALFORMED, callback { with(name, "") })
    refused("it comes twice", MALFORMED, callback { plus(name, getValue(name)) })
    refused("the JWK Set is another server's", UNTRUSTED, keys { Forgery.jwks.objects("keys") })
}

/** The same for an ID Token. */
private fun CaseTable.frontChannelIdToken() {
    signedParameter("id_token")
    refused("nonce is absent", MALFORMED, callbackJwt("id_token", "nonce" to Absent))
    refused("nonce is another", OTHER_CLAIM, callbackJwt("id_token", "nonce" to "another-nonce"))
    refused("sub is absent", MALFORMED, callbackJwt("id_token", "sub" to Absent))
    refused("sub is a number", MALFORMED, callbackJwt("id_token", "sub" to 1))
    refused(
        "aud are two without azp",
        OTHER_CLAIM,
        callbackJwt("id_token", "aud" to changed { listOf(it.string, "b") }),
    )
    refused(
        "HMAC with the public key",
        UNSUPPORTED,
        callbackJwtText("id_token") {
            Forgery.withHmac(it, "HS256", "${Forgery.jwks}".encodeToByteArray())
        },
    )
    refused("state is another", UNTRUSTED, callback { with("state", "another") })
    refused("state is absent", UNTRUSTED, callback { without("state") })
    refused("state comes twice", MALFORMED, callback { plus("state", "another") })
    refused("iss of the response is another", UNTRUSTED, callback { with("iss", "https://b.example") })
    refused("a token is there", UNSUPPORTED, callback { plus("token", "a-token") })
    refused("a JARM response is there", MALFORMED, callback { plus("response", "e30.e30.e30") })
    refused("error is there", Refusal.CALLBACK_ERROR, callback { plus("error", "access_denied") })
}

internal val implicitCases: List<Case> =
    table("implicit", Flows.implicit) {
        frontChannelIdToken()
        refused("auth_time is absent", MALFORMED, callbackJwt("id_token", "auth_time" to Absent))
        refused("auth_time is older than max_age", UNTIMELY, callbackJwt("id_token", "auth_time" to now(-3640)))
    }

private fun CaseTable.hashes() {
    refused("iat is over an hour ago", UNTIMELY, callbackJwt("id_token", "iat" to now(-3610)))
    refused("c_hash is absent", MALFORMED, callbackJwt("id_token", "c_hash" to Absent))
    refused("c_hash is null", MALFORMED, callbackJwt("id_token", "c_hash" to null))
    refused("c_hash is a number", MALFORMED, callbackJwt("id_token", "c_hash" to 1))
    refused("c_hash is empty", MALFORMED, callbackJwt("id_token", "c_hash" to ""))
    refused("c_hash is of another code", OTHER_CLAIM, callbackJwt("id_token", "c_hash" to Forgery.halfHash("another")))
    refused("c_hash is padded", OTHER_CLAIM, callbackJwt("id_token", "c_hash" to changed { it.string + "==" }))
    refused("c_hash is cut off", OTHER_CLAIM, callbackJwt("id_token", "c_hash" to changed { it.string.dropLast(1) }))
    refused("s_hash is of another state", OTHER_CLAIM, callbackJwt("id_token", "s_hash" to Forgery.halfHash("another")))
    refused("s_hash is a number", MALFORMED, callbackJwt("id_token", "s_hash" to 1))
    refused("s_hash is empty", MALFORMED, callbackJwt("id_token", "s_hash" to ""))
    refused("code is another", OTHER_CLAIM, callback { with("code", "another-code-of-somebody-else") })
    refused("code is absent", MALFORMED, callback { without("code") })
    refused("code comes twice", MALFORMED, callback { plus("code", "another") })
    refused("sub of the second ID Token is another", OTHER_CLAIM, secondIdToken("sub" to "bob"))
    refused("nonce of the second ID Token is another", OTHER_CLAIM, secondIdToken("nonce" to "another-nonce"))
    refused("iss of the second ID Token is another", OTHER_CLAIM, secondIdToken("iss" to "https://b.example"))
    refused("there is no second ID Token", MALFORMED, members(Endpoint.TOKEN, "id_token" to Absent))
}

internal val hybridCases: List<Case> =
    table("hybrid", Flows.hybrid) {
        frontChannelIdToken()
        hashes()
    }

internal val detachedSignatureCases: List<Case> =
    table("detached signature", Flows.detached) {
        hashes()
        refused("s_hash is absent", MALFORMED, callbackJwt("id_token", "s_hash" to Absent))
        refused(
            "alg is RS256, but PS256 registered",
            UNTRUSTED,
            callbackJwt(
                "id_token",
                header =
                    arrayOf("alg" to "RS256"),
            ),
        )
    }

/** The ID Token of the token endpoint; the one of the callback, which is signed by the same forged key, is genuine. */
private fun secondIdToken(vararg changes: Pair<String, Any?>): Tampering =
    idToken(*changes).alsoCallback { with("id_token", Forgery.signedAgain(getValue("id_token"))) }

internal val jarmCases: List<Case> =
    table("JARM", Flows.jarm) {
        signedParameter("response")
        refused(
            "alg is RS256, but ES256 registered",
            UNTRUSTED,
            callbackJwt(
                "response",
                header =
                    arrayOf("alg" to "RS256"),
            ),
        )
        refused("aud are others", OTHER_CLAIM, callbackJwt("response", "aud" to listOf("a", "b")))
        refused("iss is a number", MALFORMED, callbackJwt("response", "iss" to 1))
        refused("state is another", UNTRUSTED, callbackJwt("response", "state" to "another"))
        refused("state is absent", UNTRUSTED, callbackJwt("response", "state" to Absent))
        refused("state is a list", UNTRUSTED, callbackJwt("response", "state" to changed { listOf(it.string) }))
        refused("code is absent", MALFORMED, callbackJwt("response", "code" to Absent))
        refused("code is empty", MALFORMED, callbackJwt("response", "code" to ""))
        refused("code is a number", MALFORMED, callbackJwt("response", "code" to 123456789))
        refused("code stands beside it only", MALFORMED, beside("code"))
        refused("state stands beside it only", UNTRUSTED, beside("state"))
        refused("error is in it", Refusal.CALLBACK_ERROR, callbackJwt("response", "error" to "access_denied"))
        refused("error is in it with another state", UNTRUSTED, callbackJwt("response", "error" to "x", "state" to "y"))
        refused("another response is in it", MALFORMED, callbackJwt("response", "response" to "e30.e30.e30"))
        refused("an ID Token is in it", UNSUPPORTED, callbackJwt("response", "id_token" to "e30.e30.e30"))
        refused("a token is in it", UNSUPPORTED, callbackJwt("response", "token" to "a-token"))
        refused(
            "an ID Token is given for it",
            MALFORMED,
            callback {
                without("response").plus("id_token", getValue("response"))
            },
        )
    }

/** The claim [name] is not in the JWT, but a parameter of the URL. */
private fun beside(name: String): Tampering =
    callbackJwt("response", name to Absent).alsoCallback { plus(name, "from-the-url") }
