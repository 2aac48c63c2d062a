package dev.openidclient.registration

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.ask
import dev.openidclient.client.sending
import dev.openidclient.clientauth.requireCredentials
import dev.openidclient.clientauth.requireRegisteredMethod
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Secrets
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.requireSuccess
import dev.openidclient.http.shownUrl
import dev.openidclient.json.text
import dev.openidclient.metadata.ClientMetadata
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

private const val CLIENT_ID = "client_id"
private const val CLIENT_SECRET = "client_secret"
private const val CLIENT_SECRET_EXPIRES_AT = "client_secret_expires_at"

/** What is the server's alone to say (RFC 7592 §2.2). */
private val NOT_SENT =
    setOf(REGISTRATION_ACCESS_TOKEN, REGISTRATION_CLIENT_URI, CLIENT_SECRET_EXPIRES_AT, "client_id_issued_at")

/** What stands in each update as it is (RFC 7592 §2.2). */
private val REPEATED = setOf(CLIENT_ID, CLIENT_SECRET)

/**
 * Reads what the server has registered of this client now ([RFC 7592
 * §2.1](https://www.rfc-editor.org/rfc/rfc7592#section-2.1)) and returns the client with that: **store its
 * [OpenIdClient.metadata] in place of the earlier ones**, for the server may have issued another secret and another
 * registration access token, and then takes those only. This client keeps its own values. Both share everything else,
 * and this one alone is to be closed.
 *
 * Throws [WwwAuthenticateChallengeException] where the server refuses the registration access token,
 * [RegistrationException] where what is registered does not fit the settings or protects less than this client's
 * metadata say, another [OAuthException] where the server does not offer it, or names a place of another origin than its
 * registration endpoint, which `permitUrl` in the settings must permit; [IllegalStateException] where
 * [registration] is null.
 *
 * The page `docs/registration.md` shows it.
 */
public suspend fun OpenIdClient.readRegistration(): OpenIdClient =
    manage("GET", body = null, due = CLIENT_ID, metadata) { managed(this, it, metadata) }

/**
 * Registers this client anew with what [configure] names ([RFC 7592
 * §2.2](https://www.rfc-editor.org/rfc/rfc7592#section-2.2)), and returns the client with what the server answers. All
 * that it does not name stays as this client's metadata have it; `member(name, JsonNull)` takes a member away.
 *
 * As for [readRegistration], **the metadata of the result are to be stored**, and this client alone is to be closed.
 * Throws as that does, and [IllegalArgumentException] before anything is sent where [configure] names the client id, the
 * secret or the settings, which are none of its business, or what does not fit the settings.
 *
 * The page `docs/registration.md` shows it.
 */
public suspend fun OpenIdClient.updateRegistration(configure: RegistrationBuilder.() -> Unit): OpenIdClient {
    val builder = RegistrationBuilder().apply(configure)
    val asked = ClientMetadata(update(builder))
    requireFits(asked)
    return manage("PUT", HttpBody.json(asked.json.toString()), due = CLIENT_ID, asked) { managed(this, it, asked) }
}

/**
 * Makes the server forget this client ([RFC 7592 §2.3](https://www.rfc-editor.org/rfc/rfc7592#section-2.3)): its secret
 * and its tokens are of no use afterwards. [OpenIdClient.close] it too. Throws as [readRegistration] does.
 *
 * The page `docs/registration.md` shows it.
 */
public suspend fun OpenIdClient.deleteRegistration() {
    manage("DELETE", body = null, due = null, metadata) { }
}

private suspend fun <T> OpenIdClient.manage(
    method: String,
    body: HttpBody?,
    due: String?,
    asked: ClientMetadata,
    read: HttpResponse.(Secrets) -> T,
): T {
    val registration = registration
    checkNotNull(registration) {
        "the client metadata has no \"$REGISTRATION_CLIENT_URI\" or no \"$REGISTRATION_ACCESS_TOKEN\": the server " +
            "offers no management of registrations, or the client was made without all that it answered, " +
            "which metadata { members(…) } in the settings takes"
    }
    return sending {
        val call =
            EndpointCall.authorized(
                Purpose.REGISTRATION,
                method,
                managementUrl(registration.uri),
                EndpointCall.ACCEPT_JSON,
                EndpointCall.Content.OfToken(registration.accessToken, body),
            ) { secrets -> requireSuccess(secrets, due) }
        askManager(call, asked).read(read = read)
    }
}

private suspend fun OpenIdClient.askManager(
    call: EndpointCall,
    asked: ClientMetadata,
) = try {
    ask(call)
} catch (e: OAuthException) {
    val status = (e as? InvalidResponseException)?.status
    throw if (status in NOT_OFFERED) {
        e.retold("${e.text}; the server does not offer this for the client \"${printable(asked.clientId)}\"")
    } else {
        e
    }
}

private val NOT_OFFERED = setOf(403, 405)

/** The server that registered the client, and nobody else, gets the token, which can change where sign-ins end. */
private fun OpenIdClient.managementUrl(uri: String): AbsoluteUrl {
    val url = AbsoluteUrl.parse(uri)
    if (url == null) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "registration response: \"$REGISTRATION_CLIENT_URI\" must be an absolute URL, but is \"${shownUrl(uri)}\"",
        )
    }
    requireAllowedScheme(url, connection.traits.insecureRequestsAllowed)
    val registering =
        listOfNotNull(
            server.registrationEndpoint ?: server.issuer,
            text(server.mtlsEndpointAliases?.json?.get("registration_endpoint")),
        ).mapNotNull { AbsoluteUrl.parse(it)?.origin }
    if (url.origin !in registering && connection.traits.permitUrl == null) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "registration response: \"$REGISTRATION_CLIENT_URI\" is at ${printable(url.origin)}, and the server " +
                "registers at ${registering.joinToString(transform = ::printable)}: " +
                "where that is right, permitUrl in the settings permits it",
        )
    }
    return url
}

/** The whole document, for what it leaves out is deleted (RFC 7592 §2.2). */
private fun OpenIdClient.update(builder: RegistrationBuilder): JsonObject {
    require(builder.initialAccessToken == null && builder.dpop == null && !builder.hasSettings) {
        "initialAccessToken, dpop and settings { } are for the first registration: " +
            "an update is sent with the registration access token, and keeps the settings"
    }
    val changes = builder.document()
    val forbidden = changes.keys.filter { it in NOT_SENT || it in REPEATED }
    require(forbidden.isEmpty()) {
        "${forbidden.joinToString { "\"$it\"" }} must not be named in an update: the server alone says it"
    }
    val registered = metadata.json.filterKeys { it !in NOT_SENT }
    return JsonObject((registered + changes).filterValues { it !is JsonNull })
}

/** Throws [IllegalArgumentException] where the settings contradict what is [asked] for. */
private fun OpenIdClient.requireFits(asked: ClientMetadata) {
    configuration.givenAuthentication?.let { requireRegisteredMethod(it, asked) } ?: requireCredentials(asked)
    val responseType = configuration.responseKind.responseType
    requireOffered(asked, responseType)
    configuration.registered(asked, ownsConnection = false)
}

private fun requireOffered(
    asked: ClientMetadata,
    responseType: String,
) {
    val wanted = JsonObject(mapOf(RESPONSE_TYPES to strings(listOf(responseType))))
    requireResponseType(asked.json, wanted, responseType)
}

/** This client with what the server answers, where [asked] was wanted. */
private fun OpenIdClient.managed(
    response: HttpResponse,
    secrets: Secrets,
    asked: ClientMetadata,
): OpenIdClient {
    val answer = response.jsonObject(secrets)
    val named = text(answer[CLIENT_ID])
    if (named != clientId) {
        throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "registration response: expected \"$CLIENT_ID\" \"${printable(clientId)}\", " +
                "got ${named?.let { "\"${printable(it)}\"" } ?: "none"}",
            subject = ValidationSubject.claim(CLIENT_ID),
        )
    }
    val complete = configuration.registered(withKept(answer), asked, ownsConnection = false)
    return OpenIdClient(server, complete, expectedIssuer, jwks, dpop)
}

/** A server that does not issue them anew may leave out what must not get lost. */
private fun OpenIdClient.withKept(answer: JsonObject): JsonObject {
    val secret = setOf(CLIENT_SECRET, CLIENT_SECRET_EXPIRES_AT).filter { CLIENT_SECRET !in answer }
    val kept = (secret + REGISTRATION_ACCESS_TOKEN + REGISTRATION_CLIENT_URI).filter { it !in answer }
    return JsonObject(metadata.json.filterKeys { it in kept } + answer)
}
