package dev.openidclient.agent

import dev.openidclient.client.OpenIdClient
import dev.openidclient.registration.GRANT_TYPES
import dev.openidclient.registration.texts

/** How a client came to be known at its server. */
internal enum class ClientKind { GIVEN, DOCUMENT, REGISTERED, ASKED }

/** Who this program is at one server. */
internal class IdentifiedClient(
    /** Shares its connection; there is nothing to close. */
    val client: OpenIdClient,
    val kind: ClientKind,
    /** What the server knows of it; null: that is not known here. */
    grantTypes: List<String>? = texts(client.metadata.json[GRANT_TYPES]),
) {
    val clientId: String get() = client.clientId

    /** Whether it may have refresh tokens, as far as is known here. */
    val usesRefreshTokens: Boolean = grantTypes?.contains("refresh_token") ?: true

    override fun toString(): String = "IdentifiedClient($client, $kind)"
}
