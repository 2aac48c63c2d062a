package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.TOKEN
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.OAUTH_ERROR
import dev.openidclient.tampering.Refusal.OTHER_CLAIM
import dev.openidclient.tampering.Refusal.UNPARSABLE
import dev.openidclient.tampering.Refusal.UNSUPPORTED

/** The members of a token response. */
internal val tokenResponseCases: List<Case> =
    table("token response", Flows.codeByAssertion) {
        for (member in listOf("access_token", "token_type")) {
            refused("$member is absent", MALFORMED, members(TOKEN, member to Absent))
            refused("$member is null", MALFORMED, members(TOKEN, member to null))
            refused("$member is empty", MALFORMED, members(TOKEN, member to ""))
            refused("$member is a number", MALFORMED, members(TOKEN, member to 1))
            refused("$member is a list", MALFORMED, members(TOKEN, member to changed { listOf(it.string) }))
            refused("$member is an object", MALFORMED, members(TOKEN, member to mapOf("value" to "x")))
        }
        refused("token_type is mac", UNSUPPORTED, members(TOKEN, "token_type" to "mac"))
        refused("token_type is N_A", UNSUPPORTED, members(TOKEN, "token_type" to "N_A"))
        refused("token_type has a space", UNSUPPORTED, members(TOKEN, "token_type" to "Bearer "))
        refused("token_type are two", UNSUPPORTED, members(TOKEN, "token_type" to "Bearer DPoP"))
        refused("token_type has a Kelvin sign", UNSUPPORTED, members(TOKEN, "token_type" to "to\u212Aen"))
        refused("token_type breaks the line", UNSUPPORTED, members(TOKEN, "token_type" to "x\nINFO signed in: admin"))

        accepted("expires_in is text", members(TOKEN, "expires_in" to "soon"))
        accepted("expires_in is empty", members(TOKEN, "expires_in" to ""))
        accepted("expires_in is null", members(TOKEN, "expires_in" to null))
        accepted("expires_in is true", members(TOKEN, "expires_in" to true))
        accepted("expires_in is an object", members(TOKEN, "expires_in" to emptyMap<String, Any>()))
        accepted("expires_in is an empty list", members(TOKEN, "expires_in" to emptyList<Any>()))
        accepted("expires_in is negative", members(TOKEN, "expires_in" to -1))
        accepted("expires_in is just negative", members(TOKEN, "expires_in" to -0.5))
        accepted("expires_in is negative text", members(TOKEN, "expires_in" to "-1"))
        accepted("expires_in is beyond all numbers", members(TOKEN, "expires_in" to literal("1e400")))
        refused("expires_in is NaN", UNPARSABLE, members(TOKEN, "expires_in" to literal("NaN")))
        refused("expires_in is Infinity", UNPARSABLE, members(TOKEN, "expires_in" to literal("Infinity")))
        refused("expires_in is hexadecimal", UNPARSABLE, members(TOKEN, "expires_in" to literal("0xFF")))
        refused("expires_in begins with a zero", UNPARSABLE, members(TOKEN, "expires_in" to literal("0600")))

        accepted("refresh_token is null", members(TOKEN, "refresh_token" to null))
        accepted("refresh_token is empty", members(TOKEN, "refresh_token" to ""))
        refused("refresh_token is a number", MALFORMED, members(TOKEN, "refresh_token" to 1))
        refused("refresh_token is false", MALFORMED, members(TOKEN, "refresh_token" to false))
        accepted("scope is null", members(TOKEN, "scope" to null))
        accepted("scope is a list", members(TOKEN, "scope" to listOf("openid")))
        refused("scope is a number", MALFORMED, members(TOKEN, "scope" to 1))
        refused("id_token is absent", MALFORMED, members(TOKEN, "id_token" to Absent))
        refused("id_token is null", MALFORMED, members(TOKEN, "id_token" to null))
        refused("id_token is empty", MALFORMED, members(TOKEN, "id_token" to ""))
        refused("id_token is an object", MALFORMED, members(TOKEN, "id_token" to mapOf("sub" to "alice")))
        refused("id_token is a list", MALFORMED, members(TOKEN, "id_token" to changed { listOf(it.string) }))
        refused("id_token is of another client", OTHER_CLAIM, idToken("aud" to "basic"))

        refused("access_token comes twice and the last is null", MALFORMED, lastMember("\"access_token\":null"))
        refused("token_type comes twice and the last is mac", UNSUPPORTED, lastMember("\"token_type\":\"mac\""))
        refused("id_token comes twice and the last is empty", MALFORMED, lastMember("\"id_token\":\"\""))
        refused("a comma stands before the end", UNPARSABLE, text(TOKEN) { it.dropLast(1) + ",}" })
        refused("a comment stands in it", UNPARSABLE, text(TOKEN) { it.replaceFirst("{", "{/* */") })
        refused("names are not quoted", UNPARSABLE, text(TOKEN) { it.replace("\"token_type\"", "token_type") })
        refused("quotes are single", UNPARSABLE, text(TOKEN) { it.replace('"', '\'') })
        refused("something follows", UNPARSABLE, text(TOKEN) { "$it{}" })
        refused("JSONP is around it", UNPARSABLE, text(TOKEN) { "callback($it)" })
        refused("a guard is before it", UNPARSABLE, text(TOKEN) { ")]}',\n$it" })
        refused("a NUL is after it", UNPARSABLE, text(TOKEN) { it + '\u0000' })
        refused("a NUL is in a string", UNPARSABLE, lastMember("\"x\":\"a\u0000b\""))
        refused("a line break is in a string", UNPARSABLE, lastMember("\"x\":\"a\nb\""))

        refused("an error comes with status 400", OAUTH_ERROR, error(400, "invalid_grant"))
        refused("an error comes with status 401", OAUTH_ERROR, error(401, "invalid_client"))
        refused("an error comes with status 503", OAUTH_ERROR, error(503, "temporarily_unavailable"))
        refused("an error comes with status 200", OAUTH_ERROR, error(200, "invalid_grant"))
        refused(
            "an error breaks the line",
            OAUTH_ERROR,
            error(400, "x\\r\\nINFO signed in: admin\\u2028\\u202E\\u0000"),
        )
        refused("an error is endless", OAUTH_ERROR, error(400, "x".repeat(100_000)))
        refused("a description breaks the line", OAUTH_ERROR, error(400, "x", "\\r\\nINFO signed in: admin\\u001B[2J"))
        refused("a description is endless", OAUTH_ERROR, error(400, "x", "y".repeat(100_000)))
        refused("a description repeats the request", OAUTH_ERROR, echo { it.body.decodeToString() })
        refused("a description repeats the code", OAUTH_ERROR, echo { it.form["code"].orEmpty() })
        refused("a description repeats the verifier", OAUTH_ERROR, echo { it.form["code_verifier"].orEmpty() })
        refused("a description repeats the assertion", OAUTH_ERROR, echo { it.form["client_assertion"].orEmpty() })
        refused("an error repeats the code", OAUTH_ERROR, answer(TOKEN) { errorAnswer(400, it.form["code"].orEmpty()) })
    }

/** [member] stands once more at the end of the token response. */
internal fun lastMember(member: String): Tampering = text(TOKEN) { "${it.dropLast(1)},$member}" }

private fun error(
    status: Int,
    error: String,
    description: String? = null,
): Tampering = answer(TOKEN) { errorAnswer(status, error, description) }

private fun echo(what: (Asked) -> String): Tampering =
    answer(TOKEN) { asked -> errorAnswer(400, "invalid_request", "got ${what(asked)} from you") }

/** An OAuth error; the values are JSON text already. */
internal fun errorAnswer(
    status: Int,
    error: String,
    description: String? = null,
): Answer {
    val more = description?.let { ",\"error_description\":\"$it\"" }.orEmpty()
    return Answer.json(status, "{\"error\":\"$error\"$more}")
}
