package dev.openidclient.signin

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.json.StoredMembers
import dev.openidclient.json.StoredMembers.Companion.wholeNumber
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What is kept of one sign-in until the browser comes back. */
internal class PendingSignIn(
    val pending: PendingAuthorization,
    val returnTo: String?,
) {
    fun encode(): String =
        StoredMembers
            .write(
                VERSION to JsonPrimitive(CURRENT),
                PENDING to JsonPrimitive(pending.encode()),
                RETURN_TO to returnTo?.let(::JsonPrimitive),
            ).toString()

    companion object {
        private const val WHAT = "the stored sign-in"
        private const val VERSION = "v"
        private const val CURRENT = 1L
        private const val PENDING = "pending"
        private const val RETURN_TO = "return_to"
        private val MEMBERS = setOf(VERSION, PENDING, RETURN_TO)

        /** Reads what [encode] wrote; [IllegalArgumentException] for anything else. */
        fun decode(encoded: String): PendingSignIn {
            val json = requireNotNull(parseJson(encoded) as? JsonObject) { "$WHAT is damaged: it is no JSON object" }
            val stored = StoredMembers(WHAT, json)
            require(
                stored.required(VERSION, ::wholeNumber) == CURRENT,
            ) { "$WHAT is of a version that is not known here" }
            stored.requireKnown(MEMBERS)
            return PendingSignIn(
                PendingAuthorization.decode(stored.required(PENDING, ::text)),
                stored.optional(RETURN_TO, ::text),
            )
        }
    }
}
