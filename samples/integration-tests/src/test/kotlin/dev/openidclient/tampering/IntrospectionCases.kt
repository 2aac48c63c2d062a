package dev.openidclient.tampering

import dev.openidclient.integration.withOtherSignature
import dev.openidclient.tampering.Endpoint.INTROSPECTION
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_KEY
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.UNPARSABLE
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTIMELY
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** The values of `active` that are no boolean, by name. */
private val NO_BOOLEANS =
    mapOf("absent" to Absent, "null" to null, "text" to "true", "1" to 1, "a list" to listOf(true))

internal val introspectionCases: List<Case> =
    table("introspection", Flows.introspection) {
        for ((name, value) in NO_BOOLEANS) {
            refused(
                "active is $name",
                MALFORMED,
                members(
                    INTROSPECTION,
                    "active" to value,
                ),
            )
        }
        refused("active is True", UNPARSABLE, text(INTROSPECTION) { it.replace("true", "True") })
        refused("active comes twice", MALFORMED, text(INTROSPECTION) { "${it.dropLast(1)},\"active\":null}" })
        refused(
            "a JWT is not signed",
            UNTRUSTED,
            answer(INTROSPECTION) { withText("eyJhbGciOiJub25lIn0.e30.").withType(JWT) },
        )
        refused("JSON is labelled as JWT", MALFORMED, answer(INTROSPECTION) { withType(JWT) })
        refused(
            "an error repeats the token",
            OAUTH_ERROR,
            answer(INTROSPECTION) { errorAnswer(400, "x", it.form["token"]) },
        )
    }

/** RFC 9701. */
internal val signedIntrospectionCases: List<Case> =
    table("signed introspection", Flows.signedIntrospection) {
        refused(
            "it comes as JSON",
            MALFORMED,
            answer(INTROSPECTION) {
                withText("{\"active\":true}").withType("application/json")
            },
        )
        refused("it is labelled as JSON", MALFORMED, answer(INTROSPECTION) { withType("application/json") })
        refused("it is labelled as any JWT", MALFORMED, answer(INTROSPECTION) { withType("application/jwt") })
        refused("it has no label", MALFORMED, answer(INTROSPECTION) { withType(null) })
        for (typ in listOf(
            Absent,
            null,
            1,
            "",
            "JWT",
            "at+jwt",
            "application/",
            "application/jwt",
            listOf("token-introspection+jwt"),
        )) {
            val name = if (typ === Absent) "absent" else "$typ"
            refused("typ is $name", UNTRUSTED, jwtBody(INTROSPECTION, header = arrayOf("typ" to typ)))
        }
        for (claim in listOf("iss", "aud", "iat")) {
            refused(
                "$claim is absent",
                MALFORMED,
                jwtBody(
                    INTROSPECTION,
                    claim to Absent,
                ),
            )
        }
        refused("iss is another", OTHER_CLAIM, jwtBody(INTROSPECTION, "iss" to "https://b.example.com"))
        refused("iss is null", MALFORMED, jwtBody(INTROSPECTION, "iss" to null))
        refused("aud is another", OTHER_CLAIM, jwtBody(INTROSPECTION, "aud" to "basic"))
        refused("aud is a number", MALFORMED, jwtBody(INTROSPECTION, "aud" to 1))
        refused("iat is text", MALFORMED, jwtBody(INTROSPECTION, "iat" to "now"))
        refused("exp is past", UNTIMELY, jwtBody(INTROSPECTION, "exp" to now(-60)))
        refused("nbf is to come", UNTIMELY, jwtBody(INTROSPECTION, "nbf" to now(90)))
        refused("token_introspection is absent", MALFORMED, jwtBody(INTROSPECTION, ANSWER to Absent))
        refused("token_introspection is null", MALFORMED, jwtBody(INTROSPECTION, ANSWER to null))
        refused("token_introspection is text", MALFORMED, jwtBody(INTROSPECTION, ANSWER to "{\"active\":true}"))
        refused(
            "token_introspection is a list",
            MALFORMED,
            jwtBody(
                INTROSPECTION,
                ANSWER to listOf(mapOf("active" to true)),
            ),
        )
        refused("active stands beside it", MALFORMED, jwtBody(INTROSPECTION, ANSWER to Absent, "active" to true))
        for ((name, value) in NO_BOOLEANS) {
            val inner = if (value === Absent) emptyMap() else mapOf("active" to value)
            refused("active is $name", MALFORMED, jwtBody(INTROSPECTION, ANSWER to inner))
        }
        refused("alg is none", UNTRUSTED, jwtBody(INTROSPECTION, header = arrayOf("alg" to "none")))
        refused(
            "alg is ES256, but RS256 registered",
            UNTRUSTED,
            jwtBody(
                INTROSPECTION,
                header =
                    arrayOf("alg" to "ES256"),
            ),
        )
        refused("crit is there", UNSUPPORTED, jwtBody(INTROSPECTION, header = arrayOf("crit" to listOf("typ"))))
        refused("kid is unknown", NO_KEY, jwtBody(INTROSPECTION, header = arrayOf("kid" to "another")))
        refused("the signature is another", UNTRUSTED, answer(INTROSPECTION) { withText(withOtherSignature(text)) })
        refused(
            "somebody else signed it",
            UNTRUSTED,
            answer(INTROSPECTION) { withText(Forgery.signedByStranger(text)) },
        )
        refused("it is encrypted", UNSUPPORTED, answer(INTROSPECTION) { withText("$text.e30.e30") })
    }

private const val JWT = "application/token-introspection+jwt"
private const val ANSWER = "token_introspection"
