package dev.openidclient.fuzz

import dev.openidclient.error.OAuthException
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier

/** Fails unless [condition]: a rule that holds for every input. */
internal inline fun rule(
    condition: Boolean,
    broken: () -> String,
) {
    if (!condition) throw AssertionError(broken())
}

/** Reads every typed property of [document]; an [OAuthException] is a property's right, anything else is not. */
internal fun readAll(document: JsonMembers) {
    val getters =
        document.javaClass.methods.filter {
            it.parameterCount == 0 && !Modifier.isStatic(it.modifiers) && GETTER.containsMatchIn(it.name)
        }
    for (getter in getters) {
        try {
            getter.invoke(document)
        } catch (e: InvocationTargetException) {
            rule(e.cause is OAuthException) { "${document.javaClass.simpleName}.${getter.name}: ${e.cause}" }
        }
    }
    document.toString()
    document.toMap()
    document.hashCode()
}

private val GETTER = Regex("^(get|is)[A-Z]")

/** The values of the members of the JSON object in [text] that are secrets of the protocol. */
internal fun secretMembers(text: String): List<String> =
    (parseJson(text) as? JsonObject)?.filterKeys { it in SECRET_MEMBERS }?.values?.mapNotNull(::text).orEmpty()

private val SECRET_MEMBERS =
    setOf(
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "registration_access_token",
        "device_code",
        "user_code",
        "auth_req_id",
        "request_uri",
        "state",
        "nonce",
        "code_verifier",
        "d",
        "p",
        "q",
        "dp",
        "dq",
        "qi",
        "k",
        "priv",
    )
