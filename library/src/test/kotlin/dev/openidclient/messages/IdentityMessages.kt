package dev.openidclient.messages

import dev.openidclient.agent.ClientIdentities
import dev.openidclient.agent.ClientIdentitiesSettings
import dev.openidclient.agent.IdentifiedClient
import dev.openidclient.agent.LOOPBACK
import dev.openidclient.agent.RegistrationEntry
import dev.openidclient.agent.RegistrationShelf
import dev.openidclient.client.Connection
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.ClientIdMetadataDocumentBuilder
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.connectionTo
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.registeringServer
import dev.openidclient.testing.serverMetadata
import dev.openidclient.tokenstore.InMemoryTokenStore
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val APP = "https://app.example.com"
private const val DOCUMENT = "$APP/oauth/client.json"
private const val OTHER = "https://other.example.com"

private val DOCUMENTS = "client_id_metadata_document_supported" to JsonPrimitive(true)
private val ENDPOINT = "registration_endpoint" to JsonPrimitive("$ISSUER/register")

private suspend fun clientAt(
    vararg members: Pair<String, JsonElement?>,
    redirectUri: String? = LOOPBACK,
    answer: Array<Pair<String, JsonElement?>> = emptyArray(),
    configure: ClientIdentitiesSettings.() -> Unit,
): IdentifiedClient {
    val connection =
        Connection.open {
            transport = registeringServer(*answer).transport
            clock = FIXED_CLOCK
        }
    return ClientIdentities(configure).clientAt(serverMetadata(*members), redirectUri, connection)
}

/** Who the program is at a server. */
internal suspend fun Messages.clientIdentities() {
    of { clientAt(DOCUMENTS, ENDPOINT) { registered(OTHER, "other") } }
    of { clientAt(DOCUMENTS) { register() } }
    of { clientAt { metadataDocument(DOCUMENT).register() } }
    of { clientAt { ask { null } } }
    of { clientAt(DOCUMENTS, ENDPOINT, redirectUri = null) { metadataDocument(DOCUMENT).register() } }
    of { clientAt(ENDPOINT, METHODS) { register() } }
    of { clientAt(DOCUMENTS, redirectUri = "$APP/callback") { metadataDocument(document { }) } }
    of { clientAt(ENDPOINT) { register { redirectUris("$APP/callback") } } }
    of { clientAt(ENDPOINT, answer = arrayOf("redirect_uris" to json("""["$APP/callback"]"""))) { register() } }
    of { clientAt(ENDPOINT, answer = ENDED) { register { tokenEndpointAuthMethod("client_secret_basic") } } }
    of { keptRegistration("[]") }
    of { keptRegistration("""{"v":2}""") }
    of { keptRegistration(RegistrationEntry.write(OTHER, jsonObject("""{"client_id":"c"}"""))) }
}

private val METHODS = "token_endpoint_auth_methods_supported" to json("""["private_key_jwt"]""")

private val ENDED: Array<Pair<String, JsonElement?>> =
    arrayOf(
        "client_secret" to JsonPrimitive("s3cret"),
        "client_secret_expires_at" to JsonPrimitive(FIXED_CLOCK.instant().epochSecond - 1),
        "token_endpoint_auth_method" to JsonPrimitive("client_secret_basic"),
    )

private suspend fun keptRegistration(text: String): IdentifiedClient {
    val memory = InMemoryTokenStore(clock = FIXED_CLOCK)
    memory.put(RegistrationShelf.idOf("", ISSUER), text, Duration.ofDays(1))
    return clientAt(ENDPOINT) { register().store(memory) }
}

/** Settings of client identities that cannot be. */
internal suspend fun Messages.clientIdentitySettings() {
    of { ClientIdentities { } }
    of { ClientIdentities { register().storeTimeout(Duration.ZERO) } }
    of { ClientIdentities { registered("", CLIENT_ID) } }
    of { ClientIdentities { registered(ISSUER, CLIENT_ID).registered(ISSUER, "other") } }
    of { ClientIdentities { registered(ISSUER, CLIENT_ID) { connection = connectionTo() } } }
    of { ClientIdentities { metadataDocument(DOCUMENT) { authentication = ClientSecretBasic("s3cret") } } }
    of { ClientIdentities { register { initialAccessToken = "s3cret" } } }
    of { ClientIdentities { register { redirectUris(LOOPBACK, "$APP/callback") } } }
    of { ClientIdentities { register { redirectUris("/callback") } } }
    of {
        RegistrationBuilder()
            .settings { connection = connectionTo() }
            .apply { connection = connectionTo() }
            .clientSettings()
    }
}

private fun document(
    url: String = DOCUMENT,
    configure: ClientIdMetadataDocumentBuilder.() -> Unit,
) = ClientIdMetadataDocument(url) {
    clientName("An agent").redirectUris("http://127.0.0.1/callback")
    configure()
}

/** Documents of a client that servers would refuse. */
internal suspend fun Messages.clientDocuments() {
    of { document("app.example.com/client.json") { } }
    of { document("http://app.example.com/client.json") { } }
    of { document(APP) { } }
    of { document("$APP/a/../client.json") { } }
    of { document("$DOCUMENT#x") { } }
    of { document { member("client_id", APP) } }
    of { document { clientName("") } }
    of { document { redirectUris() } }
    of { document { member("client_secret", "s3cret") } }
    of { document { member("token_endpoint_auth_method", json("1")) } }
    of { document { tokenEndpointAuthMethod("client_secret_post") } }
    of { document { tokenEndpointAuthMethod("private_key_jwt") } }
    of { document { member("x", "a".repeat(5 * 1024)) } }
}
