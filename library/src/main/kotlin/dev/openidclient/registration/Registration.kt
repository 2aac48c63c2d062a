package dev.openidclient.registration

import dev.openidclient.client.Answer
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Configuration
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.ask
import dev.openidclient.client.beforeSending
import dev.openidclient.client.discover
import dev.openidclient.client.endpoint
import dev.openidclient.client.requireHmacSecret
import dev.openidclient.client.sending
import dev.openidclient.clientauth.requireCredentials
import dev.openidclient.clientauth.requireRegisteredMethod
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.printable
import dev.openidclient.http.HttpBody
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireSuccess
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.HmacAlgorithm
import dev.openidclient.json.MemberReader
import dev.openidclient.json.kindOrNumber
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.json.withoutNulls
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Stands for the client id until the server has given one. */
private val UNREGISTERED = "client_id" to JsonPrimitive("unregistered")

/**
 * Discovers [issuer], registers a client there, and returns it ready to use ([RFC 7591
 * §3](https://www.rfc-editor.org/rfc/rfc7591#section-3)): what the server registered, with `client_secret` and
 * [ClientMetadata.clientSecretExpiresAt], is its [OpenIdClient.metadata]: **store it**, for [ClientMetadata.json] makes
 * the same client again.
 *
 * It authenticates by the method that was registered; `private_key_jwt` needs its key, `settings { authentication =
 * PrivateKeyJwt(key) }`. The response type is said once, here or in the settings. What is asked for must fit the
 * settings, else [IllegalArgumentException] before anything is sent. A server may register something else: where that
 * does not fit the settings, cannot be used, or protects less than was asked for (an algorithm of its signed or
 * encrypted answers, tokens bound to a key or certificate),
 * [RegistrationException], which has what was registered. Throws another [OAuthException] where nothing was, or where
 * that cannot be known: after a [TransportException] or an [InvalidResponseException] the server may have a client.
 *
 * The page `docs/registration.md` shows what to ask for, and what to store.
 */
public suspend fun OpenIdClient.Companion.register(
    issuer: String,
    configure: RegistrationBuilder.() -> Unit,
): OpenIdClient = register(RegistrationBuilder().apply(configure)) { configuration -> discover(issuer, configuration) }

/**
 * The same at a server whose metadata is known: nothing is discovered, and [server] is the new client's
 * [OpenIdClient.server].
 */
public suspend fun OpenIdClient.Companion.register(
    server: AuthorizationServerMetadata,
    configure: RegistrationBuilder.() -> Unit,
): OpenIdClient = RegistrationBuilder().apply(configure).registerAt(server)

/** Registers a client at [server]. */
internal suspend fun RegistrationBuilder.registerAt(server: AuthorizationServerMetadata): OpenIdClient =
    register(this) { configuration -> OpenIdClient(server, configuration, ExpectedIssuer.ofMetadata(server.issuer)) }

/** The client that was registered at [server] with [metadata] before. */
internal fun RegistrationBuilder.clientOf(
    server: AuthorizationServerMetadata,
    metadata: ClientMetadata,
): OpenIdClient {
    val settings = clientSettings()
    withResponseType(document(), settings)
    return OpenIdClient(server, settings.build(metadata), ExpectedIssuer.ofMetadata(server.issuer))
}

private suspend fun register(
    builder: RegistrationBuilder,
    open: suspend (Configuration) -> OpenIdClient,
): OpenIdClient {
    val settings = builder.clientSettings()
    val document = withResponseType(builder.document(), settings)
    val asked = ClientMetadata(JsonObject(document + UNREGISTERED))
    // nothing is registered until the server is known
    val unregistered = beforeSending { open(configuration(builder, settings, asked)) }
    var registered: OpenIdClient? = null
    try {
        val complete =
            sending { unregistered.register(builder, document) }.read {
                unregistered.configuration.registered(jsonObject(it), asked)
            }
        val client = OpenIdClient(unregistered.server, complete, unregistered.expectedIssuer)
        // who is cancelled by now never gets the client, so nobody else would close it
        currentCoroutineContext().ensureActive()
        registered = client
        return client
    } finally {
        if (registered == null) unregistered.close()
    }
}

/** The configuration of a client that is not registered yet, as if the server were to register just what is [asked]. */
private fun configuration(
    builder: RegistrationBuilder,
    settings: ClientSettings,
    asked: ClientMetadata,
): Configuration {
    require(builder.initialAccessToken?.isEmpty() != true) { "the initial access token must not be empty" }
    require(settings.metadataNames.isEmpty()) {
        "the metadata of a registered client is what the server answers: " +
            "name ${settings.metadataNames.joinToString()} in the registration, not in settings { metadata { } }"
    }
    val authentication = settings.authentication
    if (authentication != null) {
        requireRegisteredMethod(authentication, asked)
    } else if (asked.tokenEndpointAuthMethod == "private_key_jwt") {
        requireCredentials(asked)
    }
    return settings.build(asked)
}

private suspend fun OpenIdClient.register(
    builder: RegistrationBuilder,
    document: JsonObject,
): Answer {
    val call =
        EndpointCall.authorized(
            Purpose.REGISTRATION,
            "POST",
            endpoint("registration_endpoint"),
            EndpointCall.ACCEPT_JSON,
            EndpointCall.Content.OfToken(builder.initialAccessToken, HttpBody.json(document.toString())),
            builder.dpop,
        ) { secrets -> requireSuccess(secrets, due = "client_id") }
    return try {
        ask(call)
    } catch (e: OAuthException) {
        throw if (statusOf(e) in REFUSALS) e.retold("${e.text}; ${tokenSent(builder)}") else e
    }
}

private val REFUSALS = setOf(401, 403)

private fun statusOf(e: OAuthException): Int? =
    when (e) {
        is InvalidResponseException -> e.status
        is ResponseBodyException -> e.status
        is WwwAuthenticateChallengeException -> e.status
        else -> null
    }

/** Most servers register nobody who has no token for it. */
private fun tokenSent(builder: RegistrationBuilder): String =
    if (builder.initialAccessToken == null) {
        "no initialAccessToken was sent: where the server wants one, name it in the registration"
    } else {
        "the initialAccessToken of the registration was sent"
    }

/** The configuration of the client that the server has registered with [answer], where [asked] was wanted. */
internal fun Configuration.registered(
    answer: JsonObject,
    asked: ClientMetadata,
    ownsConnection: Boolean = this.ownsConnection,
): Configuration {
    val clientId =
        MemberReader(answer) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "registration response: $it") }
            .requiredString("client_id")
    return try {
        val metadata = registeredMetadata(withoutIdleNone(answer, asked), asked)
        requireSecretLifetime(metadata)
        givenAuthentication?.let { requireRegisteredMethod(it, metadata) } ?: requireCredentials(metadata)
        requireSignatures(metadata, asked)
        requireResponseType(answer, asked.json, responseKind.responseType)
        requireHmacSecret(givenAuthentication, metadata)
        registered(metadata, ownsConnection)
    } catch (e: IllegalArgumentException) {
        throw RegistrationException(
            "the server registered the client \"${printable(clientId)}\", but not as it is needed here: ${e.message}",
            answer,
            e,
        )
    }
}

/** These answers are plain JSON unless something else is registered, which is all that `none` says of them. */
private val PLAIN_UNLESS_REGISTERED = setOf("userinfo_signed_response_alg", "introspection_signed_response_alg")

/** [answer] without the algorithms `none` that servers list for clients that [asked] for nothing of the kind. */
private fun withoutIdleNone(
    answer: JsonObject,
    asked: ClientMetadata,
): JsonObject =
    JsonObject(
        answer.filterNot { (name, value) ->
            name in PLAIN_UNLESS_REGISTERED && text(value) == AlgorithmRule.NONE && asked[name] == null
        },
    )

/**
 * RFC 7591 §3.2.1 requires it where there is a secret, and 0 says that this does not expire; but many servers leave it
 * out, and who refuses such an answer leaves a client behind at the server. A secret that nothing uses does not count.
 */
private fun requireSecretLifetime(metadata: ClientMetadata) {
    if (metadata.clientSecret == null || metadata.tokenEndpointAuthMethod == "none") return
    val expiry = withoutNulls(metadata.json)["client_secret_expires_at"] ?: return
    require((number(expiry) ?: -1.0) >= 0) {
        "\"client_secret_expires_at\" must be a number, 0 or more, where there is a \"client_secret\", " +
            "but is ${kindOrNumber(expiry)}"
    }
}

/**
 * That a response may be unsigned, or signed with the client secret alone, is the client's decision, which a server
 * must not take for it.
 */
private fun requireSignatures(
    metadata: ClientMetadata,
    asked: ClientMetadata,
) {
    for ((member, algorithm) in metadata.signedResponseAlgorithms) {
        val isPublic = algorithm != AlgorithmRule.NONE && HmacAlgorithm.of(algorithm) == null
        require(isPublic || asked.signedResponseAlgorithms[member] == algorithm) {
            "client metadata \"$member\" is \"$algorithm\", which was not asked for"
        }
    }
}
