package dev.openidclient.contract

import dev.openidclient.contract.AccessWorld.Companion.equal

/** An answer that comes each time, and what it brings about. */
private class Row(
    val name: String,
    val status: String,
    vararg val fields: String,
    /** How often the request is sent. */
    val sends: Int = 1,
    /** How many tokens were used. */
    val tokens: Int = 1,
    val isBound: Boolean = false,
) {
    val scheme: String get() = if (isBound) "DPoP" else "Bearer"

    val challenges: String?
        get() =
            fields
                .filter { it.startsWith(CHALLENGE) }
                .map { it.removePrefix(CHALLENGE) }
                .takeIf { it.isNotEmpty() }
                ?.joinToString(", ")
}

private const val CHALLENGE = "WWW-Authenticate: "
private const val REFUSED = "401 Unauthorized"

private fun again(
    name: String,
    vararg fields: String,
    tokens: Int = 2,
    isBound: Boolean = false,
) = Row(name, REFUSED, *fields, sends = 2, tokens = tokens, isBound = isBound)

private val ROWS =
    listOf(
        again("401 invalid_token", "${CHALLENGE}Bearer error=\"invalid_token\""),
        again("401 without an error", "${CHALLENGE}Bearer realm=\"orders\""),
        again("401 without a challenge"),
        again("401 with a challenge that nobody can read", "${CHALLENGE}\"\"\""),
        again(
            "401 invalid_token beside another scheme",
            "${CHALLENGE}Basic realm=\"a\", Bearer error=\"invalid_token\"",
        ),
        again("401 in two fields", "${CHALLENGE}Basic realm=\"a\"", "${CHALLENGE}bearer error=\"invalid_token\""),
        Row("401 invalid_request", REFUSED, "${CHALLENGE}Bearer error=\"invalid_request\""),
        Row("401 insufficient_scope", REFUSED, "${CHALLENGE}Bearer error=\"insufficient_scope\""),
        Row(
            "401 insufficient_user_authentication",
            REFUSED,
            "${CHALLENGE}Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\"",
        ),
        Row("401 of another scheme", REFUSED, "${CHALLENGE}Basic realm=\"a\""),
        Row("401 that wants DPoP", REFUSED, "${CHALLENGE}DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce: n1"),
        Row("403 insufficient_scope", "403 Forbidden", "${CHALLENGE}Bearer error=\"insufficient_scope\""),
        Row("403 invalid_token", "403 Forbidden", "${CHALLENGE}Bearer error=\"invalid_token\""),
        Row("400 invalid_token", "400 Bad Request", "${CHALLENGE}Bearer error=\"invalid_token\""),
        Row("200 with a challenge", "200 OK", "${CHALLENGE}Bearer error=\"invalid_token\""),
        Row("404", "404 Not Found"),
        Row("500", "500 Internal Server Error"),
        again(
            "401 use_dpop_nonce",
            "${CHALLENGE}DPoP error=\"use_dpop_nonce\"",
            "DPoP-Nonce: n1",
            tokens = 1,
            isBound = true,
        ),
        again("401 invalid_token", "${CHALLENGE}DPoP error=\"invalid_token\", algs=\"ES256\"", isBound = true),
        again("401 without an error", "${CHALLENGE}DPoP algs=\"ES256\"", isBound = true),
        again("401 without a challenge", isBound = true),
        Row("401 invalid_dpop_proof", REFUSED, "${CHALLENGE}DPoP error=\"invalid_dpop_proof\"", isBound = true),
        Row("401 of Bearer only", REFUSED, "${CHALLENGE}Bearer error=\"invalid_token\"", isBound = true),
        Row("400 use_dpop_nonce", "400 Bad Request", "${CHALLENGE}DPoP error=\"use_dpop_nonce\"", isBound = true),
    )

/** What is done with an answer that refuses. */
internal fun judged(): List<AccessCase> =
    ROWS.map { row ->
        val end = if (row.sends == 1) "is delivered" else "is sent again, and then delivered"
        AccessCase("with ${row.scheme}, ${row.name} $end", { respond(row.status, "why", *row.fields) }, row.isBound) {
            val answer = get()
            equal(row.sends, arrived.size)
            equal(row.tokens, arrived.map { it.token }.toSet().size)
            equal(row.status.substringBefore(' '), answer.status.toString())
            equal(row.challenges, answer.headers["www-authenticate"])
            equal("why", answer.body)
        }
    }
