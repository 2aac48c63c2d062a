package dev.openidclient.agent

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.json.StoredMembers
import dev.openidclient.json.boolean
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.resource.asHttp
import dev.openidclient.resource.covers
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Who gives tokens for a resource, to whom, and what they were asked for: no secret, and no token. */
internal class KnownResource(
    val issuer: String,
    val clientId: String,
    /** As its metadata call it; without metadata its origin. */
    val resource: String,
    /** Whether requests for tokens name [resource] (RFC 8707): not at a server of before there were metadata. */
    val isNamed: Boolean,
    /** Of the last authorization; null: nobody was asked. */
    val redirectUri: String?,
    /** Requested until now, the first ones first. */
    val scopes: List<String>,
    /** What the resource takes DPoP proofs to be signed with (RFC 9728 §2); null: it has not said. */
    val proofAlgorithms: List<String>? = null,
) {
    private val identifier: AbsoluteUrl? = AbsoluteUrl.parse(resource)

    /** Whether [url] is of this resource: of its origin, and below its path. */
    fun covers(url: String): Boolean = url == resource || isQueried(url) || covers(identifier, url)

    /** Which needs no parsing. */
    private fun isQueried(url: String): Boolean =
        url.length > resource.length && url[resource.length] == '?' && '?' !in resource && url.startsWith(resource)

    fun isOf(other: KnownResource): Boolean =
        issuer == other.issuer && clientId == other.clientId && resource == other.resource

    fun isOf(pending: PendingAuthorization): Boolean =
        pending.issuer == issuer && pending.resource.firstOrNull() == resource.takeIf { isNamed }

    fun encode(): String =
        StoredMembers
            .write(
                VERSION to JsonPrimitive(CURRENT),
                ISSUER to JsonPrimitive(issuer),
                CLIENT_ID to JsonPrimitive(clientId),
                RESOURCE to JsonPrimitive(resource),
                NAMED to JsonPrimitive(isNamed),
                REDIRECT_URI to redirectUri?.let(::JsonPrimitive),
                SCOPES to StoredMembers.array(scopes),
                PROOF_ALGORITHMS to proofAlgorithms?.let(StoredMembers::array),
            ).toString()

    override fun toString(): String = "KnownResource($resource, $issuer, $clientId)"

    companion object {
        private const val WHAT = "the stored resource"
        private const val VERSION = "v"
        private const val CURRENT = 1L
        private const val ISSUER = "iss"
        private const val CLIENT_ID = "client_id"
        private const val RESOURCE = "resource"
        private const val NAMED = "named"
        private const val REDIRECT_URI = "redirect_uri"
        private const val SCOPES = "scopes"
        private const val PROOF_ALGORITHMS = "dpop_algs"
        private val MEMBERS =
            setOf(VERSION, ISSUER, CLIENT_ID, RESOURCE, NAMED, REDIRECT_URI, SCOPES, PROOF_ALGORITHMS)

        /** Whether [url] is of [resource], both as text. */
        fun covers(
            resource: String,
            url: String,
        ): Boolean = covers(AbsoluteUrl.parse(resource), url)

        private fun covers(
            resource: AbsoluteUrl?,
            url: String,
        ): Boolean {
            val asked = AbsoluteUrl.parse(url)?.let(::asHttp) ?: return false
            return resource != null && covers(resource, asked)
        }

        /** Reads what [encode] wrote; [IllegalArgumentException] for anything else. */
        fun decode(encoded: String): KnownResource {
            val json = requireNotNull(parseJson(encoded) as? JsonObject) { "$WHAT is damaged: it is no JSON object" }
            val stored = StoredMembers(WHAT, json)
            require(stored.required(VERSION, StoredMembers::wholeNumber) == CURRENT) {
                "$WHAT is of a version that is not known here"
            }
            stored.requireKnown(MEMBERS)
            return KnownResource(
                stored.required(ISSUER, ::text),
                stored.required(CLIENT_ID, ::text),
                stored.required(RESOURCE, ::text),
                stored.required(NAMED, ::boolean),
                stored.optional(REDIRECT_URI, ::text),
                stored.optional(SCOPES, StoredMembers::texts).orEmpty(),
                stored.optional(PROOF_ALGORITHMS, StoredMembers::texts),
            )
        }
    }
}
