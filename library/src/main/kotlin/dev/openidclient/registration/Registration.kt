package dev.openidclient.registration

import dev.openidclient.client.Configuration
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.discover
import dev.openidclient.client.endpoint
import dev.openidclient.client.perform
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireStatus
import dev.openidclient.json.MemberReader
import dev.openidclient.json.boolean
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.metadata.ClientMetadata
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val CREATED = 201

/** Stands for the client id until the server has given one. */
private const val UNREGISTERED = "unregistered"

/**
 * Discovers [issuer], registers a client there, and returns it ready to use ([RFC 7591
 * §3](https://www.rfc-editor.org/rfc/rfc7591#section-3)): what the server registered, with `client_secret` and
 * [ClientMetadata.clientSecretExpiresAt], is its [OpenIdClient.metadata]: **store it**, for [ClientMetadata.json] makes
 * the same client again.
 *
 * It authenticates by the method that was registered; `private_key_jwt` needs its key, `settings { authentication =
 * PrivateKeyJwt(key) }`, else [IllegalArgumentException] before anything is sent. Throws [OAuthException].
 */
public suspend fun OpenIdClient.Companion.register(
    issuer: String,
    configure: RegistrationBuilder.() -> Unit,
): OpenIdClient {
    val builder = RegistrationBuilder().apply(configure)
    val settings = builder.clientSettings()
    val document = builder.document()
    require(text(document["token_endpoint_auth_method"]) != "private_key_jwt" || settings.authentication != null) {
        "token_endpoint_auth_method private_key_jwt needs settings { authentication = PrivateKeyJwt(key) }"
    }
    val useAliases = boolean(document["use_mtls_endpoint_aliases"]) == true
    val configuration = settings.build(UNREGISTERED).let { if (useAliases) it.forRegistration() else it }
    val unregistered = discover(issuer, configuration)
    var registered: OpenIdClient? = null
    try {
        val metadata = unregistered.register(builder, document)
        val complete = configuration.registered(metadata, settings.authenticationOf(metadata))
        val client = OpenIdClient(unregistered.server, complete, unregistered.expectedIssuer)
        // who is cancelled by now never gets the client, so nobody else would close it
        currentCoroutineContext().ensureActive()
        registered = client
        return client
    } finally {
        if (registered == null) unregistered.close()
    }
}

private fun Configuration.forRegistration(): Configuration =
    registered(ClientMetadata(JsonObject(metadata.json + ("use_mtls_endpoint_aliases" to TRUE))), authentication)

private val TRUE = JsonPrimitive(true)

private suspend fun OpenIdClient.register(
    builder: RegistrationBuilder,
    document: JsonObject,
): ClientMetadata {
    val call =
        EndpointCall.authorized(
            "POST",
            endpoint("registration_endpoint"),
            builder.initialAccessToken,
            EndpointCall.ACCEPT_JSON,
            HttpBody.json(document.toString()),
            builder.dpop,
        ) { secrets -> requireStatus(CREATED, secrets) }
    return registered(perform(call).jsonObject())
}

private fun registered(json: JsonObject): ClientMetadata {
    val read = MemberReader(json) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "registration response: $it") }
    read.requiredString("client_id")
    // RFC 7591 §3.2.1: required where there is a secret; 0 says that it does not expire
    if (read.presentString("client_secret") != null &&
        number(json["client_secret_expires_at"])?.takeIf { it >= 0 } == null
    ) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "registration response: \"client_secret_expires_at\" must be a number, 0 or more, " +
                "where there is a \"client_secret\"",
        )
    }
    return try {
        ClientMetadata(json)
    } catch (e: IllegalArgumentException) {
        throw InvalidResponseException(ErrorCode.INVALID_RESPONSE, "registration response: ${e.message}", cause = e)
    }
}
