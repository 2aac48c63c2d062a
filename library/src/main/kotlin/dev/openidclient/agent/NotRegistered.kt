package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonPrimitive

internal const val DOCUMENTS_SUPPORTED = "client_id_metadata_document_supported"

/** Whether [server] fetches client id metadata documents: whoever says it in another way than with `true` does not. */
internal fun supportsDocuments(server: AuthorizationServerMetadata): Boolean =
    server.json[DOCUMENTS_SUPPORTED] == JsonPrimitive(true)

/** Nothing in [settings] makes a client at [server], where no person is there unless [isPersonThere]. */
internal fun notRegistered(
    server: AuthorizationServerMetadata,
    settings: ClientIdentitiesSettings,
    isPersonThere: Boolean = true,
): OAuthException =
    MetadataException(
        ErrorCode.CLIENT_NOT_REGISTERED,
        "this program has no client at ${printable(server.issuer)}: " + given(settings) +
            (if (isPersonThere) offered(server, settings) else PERSON_NEEDED) +
            "registered(\"${printable(server.issuer)}\", clientId)",
    ).retold(reached = Reached.NO)

private const val PERSON_NEEDED =
    "and without a person only a client that was given will do; have one registered there, and say "

/** A client of another server is never used here, but most likely the issuer is just written otherwise. */
private fun given(settings: ClientIdentitiesSettings): String =
    when {
        settings.given.isEmpty() -> "registered(…) names none, "
        else -> "registered(…) names ${settings.given.keys.joinToString { printable(it) }} only, "
    }

private fun offered(
    server: AuthorizationServerMetadata,
    settings: ClientIdentitiesSettings,
): String {
    val ways =
        listOfNotNull(
            "client id metadata documents (metadataDocument(url))".takeIf { supportsDocuments(server) },
            "registration (register { })".takeIf { server.registrationEndpoint != null },
        )
    val nobodyKnew = if (settings.question == null) "" else "and whoever was asked knows none; "
    return nobodyKnew +
        if (ways.isEmpty()) {
            "and the server supports neither client id metadata documents nor registration: have a client registered " +
                "there, and say "
        } else {
            "but the server supports ${ways.joinToString(" and ")}; say that, or have a client registered there " +
                "and say "
        }
}
