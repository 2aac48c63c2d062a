package dev.openidclient.agent

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ProtocolTime
import dev.openidclient.error.RegistrationException
import dev.openidclient.http.shownUrl
import dev.openidclient.json.StoredMembers
import dev.openidclient.json.StoredMembers.Companion.document
import dev.openidclient.json.StoredMembers.Companion.wholeNumber
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.REDIRECT_URIS
import dev.openidclient.registration.texts
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private const val METHOD = "token_endpoint_auth_method"

/** What the store has of one issuer. */
internal sealed class RegistrationEntry(
    val issuer: String,
) {
    /** The text for the store. */
    abstract fun encode(): String

    companion object {
        private const val WHAT = "the stored registration"
        private const val VERSION = "v"
        private const val CURRENT = 1L
        private const val ISSUER = "iss"
        private const val METADATA = "metadata"
        private const val CLAIM = "claim"
        private val MEMBERS = setOf(VERSION, ISSUER, METADATA, CLAIM)

        fun write(
            issuer: String,
            metadata: JsonObject? = null,
            claim: String? = null,
        ): String =
            StoredMembers
                .write(
                    VERSION to JsonPrimitive(CURRENT),
                    ISSUER to JsonPrimitive(issuer),
                    METADATA to metadata,
                    CLAIM to claim?.let(::JsonPrimitive),
                ).toString()

        /** Reads what [encode] wrote; [IllegalArgumentException] for anything else. */
        fun decode(encoded: String): RegistrationEntry {
            val json = requireNotNull(parseJson(encoded) as? JsonObject) { "$WHAT is damaged: it is no JSON object" }
            val stored = StoredMembers(WHAT, json)
            require(stored.required(VERSION, ::wholeNumber) == CURRENT) {
                "$WHAT is of a version that is not known here"
            }
            stored.requireKnown(MEMBERS)
            val issuer = stored.required(ISSUER, ::text)
            stored.optional(CLAIM, ::text)?.let { return RegistrationClaim(issuer, it) }
            return KeptRegistration(issuer, ClientMetadata(stored.required(METADATA, ::document)))
        }
    }
}

/** Whoever has put it there is registering a client now. */
internal class RegistrationClaim(
    issuer: String,
    val owner: String,
) : RegistrationEntry(issuer) {
    override fun encode(): String = write(issuer, claim = owner)
}

/** A client that was registered at [issuer]. */
internal class KeptRegistration(
    issuer: String,
    val metadata: ClientMetadata,
) : RegistrationEntry(issuer) {
    private val redirectUris: List<String> = texts(metadata.json[REDIRECT_URIS]).orEmpty()

    /** When its secret ends; null: never, or none is used. */
    val expiresAt: Instant? =
        metadata.clientSecretExpiresAt.takeIf {
            metadata.clientSecret != null && metadata.tokenEndpointAuthMethod != "none"
        }

    fun isUsable(
        redirectUri: String,
        time: ProtocolTime,
    ): Boolean = !isExpired(time) && isRegistered(redirectUri, redirectUris)

    private fun isExpired(time: ProtocolTime): Boolean = expiresAt?.let { time.instant >= it } == true

    override fun encode(): String = write(issuer, metadata.json)

    companion object {
        /**
         * The [registered] client for which [asked] was sent: what the server's answer leaves out is as it was asked for.
         * Throws [RegistrationException] where it has ended already, or is of no use with [redirectUri].
         */
        fun of(
            registered: OpenIdClient,
            asked: JsonObject,
            redirectUri: String,
        ): KeptRegistration {
            val answer = registered.metadata.json
            val left = listOf(METHOD, REDIRECT_URIS).filter { it in asked && !registered.metadata.has(it) }
            val metadata = ClientMetadata(JsonObject(answer + left.associateWith(asked::getValue)))
            val kept = KeptRegistration(registered.server.issuer, metadata)
            val time = registered.connection.time
            if (kept.isExpired(time)) {
                throw RegistrationException(
                    "the server registered a client whose secret ended at ${kept.expiresAt}, but it is " +
                        "${time.instant} here: one of the clocks is wrong",
                    answer,
                )
            }
            if (!isRegistered(redirectUri, kept.redirectUris)) {
                throw RegistrationException(
                    "the server registered a client without the redirect URI \"${shownUrl(redirectUri)}\" that was " +
                        "asked for, but with ${kept.redirectUris.joinToString { "\"${shownUrl(it)}\"" }}",
                    answer,
                )
            }
            return kept
        }
    }
}
