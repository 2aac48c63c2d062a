package dev.openidclient.tampering

import dev.openidclient.http.Parameters
import kotlinx.serialization.json.JsonObject

/** Changes an answer; [Asked] is what it answers. */
internal fun interface Edit {
    fun alter(
        asked: Asked,
        answer: Answer,
    ): Answer
}

/**
 * The one thing that is wrong: the answers of [endpoint] through [edit], or what the browser brings back through
 * [callback]. [support] is what makes the rest right, as a JWK Set with the key that the changed token is signed with.
 */
internal class Tampering(
    val endpoint: Endpoint?,
    private val edit: Edit = Edit { _, answer -> answer },
    private val support: Map<Endpoint, Edit> = emptyMap(),
    val callback: ((Parameters) -> Parameters)? = null,
) {
    fun alter(
        endpoint: Endpoint,
        asked: Asked,
        genuine: Answer,
    ): Answer =
        when (endpoint) {
            this.endpoint -> edit.alter(asked, genuine)
            else -> support[endpoint]?.alter(asked, genuine) ?: genuine
        }

    /** The same, and [other] answers what [next] makes of its genuine answer. */
    fun with(
        other: Endpoint,
        next: Answer.() -> Answer,
    ): Tampering = Tampering(endpoint, edit, support + (other to Edit { _, answer -> answer.next() }), callback)

    /** The same, and what the browser brings back goes through [next] then. */
    fun alsoCallback(next: Parameters.() -> Parameters): Tampering =
        Tampering(endpoint, edit, support) { (callback?.invoke(it) ?: it).next() }

    companion object {
        /** Nothing is wrong. */
        val NONE = Tampering(null)
    }
}

/** [endpoint] answers what [edit] makes of its genuine answer. */
internal fun answer(
    endpoint: Endpoint,
    edit: Answer.(Asked) -> Answer,
): Tampering = Tampering(endpoint, { asked, answer -> answer.edit(asked) })

/** The members of the JSON document at [endpoint] are changed; errors stay as they are. */
internal fun members(
    endpoint: Endpoint,
    vararg changes: Pair<String, Any?>,
): Tampering = answer(endpoint) { if (isSuccess) withJson(json.changed(*changes)) else this }

/** The text of the document at [endpoint] is changed. */
internal fun text(
    endpoint: Endpoint,
    edit: (String) -> String,
): Tampering = answer(endpoint) { if (isSuccess) withText(edit(text)) else this }

/** The ID Token of the token response has other claims, and a signature that holds. */
internal fun idToken(vararg changes: Pair<String, Any?>): Tampering =
    signed(Endpoint.TOKEN) { tokenIn { Forgery.signedAgain(it, claims = changes) } }

/** The ID Token of the token response has another header, and the signature that it asks for, if any. */
internal fun idTokenHeader(vararg changes: Pair<String, Any?>): Tampering =
    signed(Endpoint.TOKEN) { tokenIn { Forgery.signedAgain(it, header = changes) } }

/** The compact ID Token of the token response becomes another; the server's keys are the genuine ones. */
internal fun idTokenText(edit: (String) -> String): Tampering = answer(Endpoint.TOKEN) { tokenIn(edit) }

/** The answer of [endpoint] through [edit], where the JWK Set has the keys of [Forgery]. */
internal fun signed(
    endpoint: Endpoint,
    edit: Answer.() -> Answer,
): Tampering = Tampering(endpoint, { _, answer -> if (answer.isSuccess) answer.edit() else answer }, FORGED_KEYS)

internal val FORGED_KEYS: Map<Endpoint, Edit> =
    mapOf(Endpoint.JWKS to Edit { _, answer -> answer.withJson(Forgery.jwks) })

private fun Answer.tokenIn(edit: (String) -> String): Answer {
    if (!isSuccess) return this
    return withJson(json.changed("id_token" to changed { edit(it.string) }))
}

/** The JWT that is the whole body at [endpoint] has other claims, or another header, and a signature that holds. */
internal fun jwtBody(
    endpoint: Endpoint,
    vararg claims: Pair<String, Any?>,
    header: Array<Pair<String, Any?>> = emptyArray(),
): Tampering = signed(endpoint) { withText(Forgery.signedAgain(text, header, arrayOf(*claims))) }

/** The browser brings back something else. */
internal fun callback(edit: Parameters.() -> Parameters): Tampering = Tampering(null, callback = edit)

/** The JWT in the parameter [name] that the browser brings back has other claims, and a signature that holds. */
internal fun callbackJwt(
    name: String,
    vararg claims: Pair<String, Any?>,
    header: Array<Pair<String, Any?>> = emptyArray(),
): Tampering =
    Tampering(null, support = FORGED_KEYS, callback = { parameters ->
        parameters.with(name, Forgery.signedAgain(parameters[name].orEmpty(), header, arrayOf(*claims)))
    })

/** The browser brings back another text in the place of the JWT in the parameter [name]. */
internal fun callbackJwtText(
    name: String,
    edit: (String) -> String,
): Tampering = callback { with(name, edit(get(name).orEmpty())) }

/** The JWK Set is changed; the tokens are the genuine ones. */
internal fun keys(edit: (List<JsonObject>) -> List<Any?>): Tampering =
    answer(Endpoint.JWKS) { withJson(json.changed("keys" to edit(json.objects("keys")))) }
