package dev.openidclient.tampering

import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.UNTIMELY

/** The claims of the ID Token from the token endpoint; its signature holds. */
internal val idTokenCases: List<Case> =
    table("ID Token", Flows.code) {
        refused("iss is absent", MALFORMED, idToken("iss" to Absent))
        refused("iss is null", MALFORMED, idToken("iss" to null))
        refused("iss is a number", MALFORMED, idToken("iss" to 5))
        refused("iss is a list of the right one", MALFORMED, idToken("iss" to changed { listOf(it.string) }))
        refused("iss is empty", OTHER_CLAIM, idToken("iss" to ""))
        refused("iss is another server", OTHER_CLAIM, idToken("iss" to "https://attacker.example.com"))
        refused("iss has a slash at the end", OTHER_CLAIM, idToken("iss" to changed { it.string + "/" }))
        refused("iss lacks the path", OTHER_CLAIM, idToken("iss" to changed { it.string.substringBeforeLast('/') }))
        refused(
            "iss has another scheme",
            OTHER_CLAIM,
            idToken("iss" to changed { it.string.replace("http:", "https:") }),
        )
        refused("iss is in upper case", OTHER_CLAIM, idToken("iss" to changed { it.string.uppercase() }))
        refused("iss has a space at the end", OTHER_CLAIM, idToken("iss" to changed { it.string + " " }))
        refused("iss has user information", OTHER_CLAIM, idToken("iss" to changed { it.string.replace("//", "//a@") }))

        refused("aud is absent", MALFORMED, idToken("aud" to Absent))
        refused("aud is null", MALFORMED, idToken("aud" to null))
        refused("aud is a number", MALFORMED, idToken("aud" to 1))
        refused("aud is an object", MALFORMED, idToken("aud" to mapOf("basic" to true)))
        refused("aud has a number beside the client", MALFORMED, idToken("aud" to listOf("basic", 1)))
        refused("aud is empty", OTHER_CLAIM, idToken("aud" to emptyList<String>()))
        refused("aud is another client", OTHER_CLAIM, idToken("aud" to "post"))
        refused("aud is a list of another client", OTHER_CLAIM, idToken("aud" to listOf("post")))
        refused("aud begins like the client", OTHER_CLAIM, idToken("aud" to "basic2"))
        refused("aud is the client in upper case", OTHER_CLAIM, idToken("aud" to "BASIC"))
        refused("aud are two in one string", OTHER_CLAIM, idToken("aud" to "basic post"))
        refused("aud is nested", MALFORMED, idToken("aud" to listOf(listOf("basic"))))
        refused("aud are two without azp", OTHER_CLAIM, idToken("aud" to listOf("basic", "post")))
        refused(
            "aud are two and azp is the other",
            OTHER_CLAIM,
            idToken(
                "aud" to listOf("basic", "post"),
                "azp" to "post",
            ),
        )
        refused("aud are two and azp is null", OTHER_CLAIM, idToken("aud" to listOf("basic", "post"), "azp" to null))
        refused(
            "aud are two and azp is a list",
            OTHER_CLAIM,
            idToken(
                "aud" to listOf("basic", "a"),
                "azp" to listOf("basic"),
            ),
        )
        refused("aud is twice the client without azp", OTHER_CLAIM, idToken("aud" to listOf("basic", "basic")))

        refused("sub is absent", MALFORMED, idToken("sub" to Absent))
        refused("sub is null", MALFORMED, idToken("sub" to null))
        refused("sub is a number", MALFORMED, idToken("sub" to 7))
        refused("sub is a list", MALFORMED, idToken("sub" to listOf("alice")))

        refused("exp is absent", MALFORMED, idToken("exp" to Absent))
        refused("exp is null", MALFORMED, idToken("exp" to null))
        refused("exp is text", MALFORMED, idToken("exp" to changed { it.string }))
        refused("exp is true", MALFORMED, idToken("exp" to true))
        refused("exp is beyond all numbers", MALFORMED, idToken("exp" to literal("1e400")))
        refused("exp is an hour ago", UNTIMELY, idToken("exp" to now(-3600)))
        refused("exp is just beyond the tolerance", UNTIMELY, idToken("exp" to now(-31)))
        refused("exp is 0", UNTIMELY, idToken("exp" to 0))
        refused("exp is negative", UNTIMELY, idToken("exp" to -1e300))

        refused("iat is absent", MALFORMED, idToken("iat" to Absent))
        refused("iat is null", MALFORMED, idToken("iat" to null))
        refused("iat is text", MALFORMED, idToken("iat" to "2026-01-01T00:00:00Z"))
        refused("iat is false", MALFORMED, idToken("iat" to false))
        accepted("nbf is null", idToken("nbf" to null))
        refused("nbf is text", MALFORMED, idToken("nbf" to "0"))
        refused("nbf is in an hour", UNTIMELY, idToken("nbf" to now(3600)))
        refused("nbf is beyond the tolerance", UNTIMELY, idToken("nbf" to now(90)))

        refused("nonce is absent", MALFORMED, idToken("nonce" to Absent))
        refused("nonce is null", MALFORMED, idToken("nonce" to null))
        refused("nonce is a number", OTHER_CLAIM, idToken("nonce" to 1))
        refused("nonce is empty", OTHER_CLAIM, idToken("nonce" to ""))
        refused("nonce is another", OTHER_CLAIM, idToken("nonce" to "another-nonce-of-the-same-kind"))
        refused("nonce is a list of the right one", OTHER_CLAIM, idToken("nonce" to changed { listOf(it.string) }))
        refused("nonce is in lower case", OTHER_CLAIM, idToken("nonce" to changed { it.string.lowercase() }))
        refused("nonce is cut off", OTHER_CLAIM, idToken("nonce" to changed { it.string.dropLast(1) }))
        refused("nonce goes on", OTHER_CLAIM, idToken("nonce" to changed { it.string + "=" }))

        accepted("auth_time is null", idToken("auth_time" to null))
        accepted("auth_time is text", idToken("auth_time" to "0"))
        accepted("auth_time is negative", idToken("auth_time" to -1))
        refused("auth_time is absent after max_age", MALFORMED, idToken("auth_time" to Absent), Flows.codeWithAge)
        refused("auth_time is null after max_age", MALFORMED, idToken("auth_time" to null), Flows.codeWithAge)
        refused("auth_time is text after max_age", MALFORMED, idToken("auth_time" to "0"), Flows.codeWithAge)
        refused("auth_time is older than max_age", UNTIMELY, idToken("auth_time" to now(-3640)), Flows.codeWithAge)
        refused("auth_time is 0 after max_age", UNTIMELY, idToken("auth_time" to 0), Flows.codeWithAge)

        accepted("at_hash is null", idToken("at_hash" to null))
        refused("at_hash is a number", MALFORMED, idToken("at_hash" to 1))
        refused("at_hash is empty", MALFORMED, idToken("at_hash" to ""))
        refused("at_hash is of another token", OTHER_CLAIM, idToken("at_hash" to Forgery.halfHash("another")))
        refused("at_hash is padded", OTHER_CLAIM, atHash { Forgery.halfHash(it) + "==" })
        refused("at_hash is in lower case", OTHER_CLAIM, atHash { Forgery.halfHash(it).lowercase() })
        refused("at_hash is of another algorithm", OTHER_CLAIM, atHash { Forgery.halfHash(it, "SHA-512") })
        refused("at_hash is the access token", OTHER_CLAIM, atHash { it })
        refused("the access token was exchanged", OTHER_CLAIM, atHash("another-token") { Forgery.halfHash(it) })

        refused("iss comes twice and the last is another", OTHER_CLAIM, idTokenPayload("\"iss\":\"https://b.example\""))
        refused("aud comes twice and the last is another", OTHER_CLAIM, idTokenPayload("\"aud\":\"post\""))
        refused("exp comes twice and the last is past", UNTIMELY, idTokenPayload("\"exp\":1"))
    }

/** `at_hash` is what [hash] makes of the genuine access token; the one that comes is [exchanged], if that is given. */
internal fun atHash(
    exchanged: String? = null,
    hash: (String) -> String,
): Tampering =
    signed(Endpoint.TOKEN) {
        val genuine = json.getValue("access_token").string
        val hashed = arrayOf<Pair<String, Any?>>("at_hash" to hash(genuine))
        withJson(
            json.changed(
                "id_token" to changed { Forgery.signedAgain(it.string, claims = hashed) },
                "access_token" to (exchanged ?: genuine),
            ),
        )
    }

/** [member] stands once more at the end of the claims. */
internal fun idTokenPayload(member: String): Tampering =
    signed(Endpoint.TOKEN) {
        withJson(
            json.changed("id_token" to changed { Forgery.withPayload(it.string) { "${it.dropLast(1)},$member}" } }),
        )
    }
