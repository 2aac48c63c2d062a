package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.MediaType
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.json.MemberReader
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.WellKnown
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonObject

private const val OK = 200

internal suspend fun discover(
    issuer: String,
    configuration: Configuration,
): OpenIdClient {
    var discovered: OpenIdClient? = null
    try {
        val url =
            requireNotNull(
                AbsoluteUrl.parse(issuer),
            ) { "the issuer must be an absolute URL, but is \"${printable(issuer)}\"" }
        val client = discover(url, isDocument = WellKnown.isDocument(issuer), configuration)
        // who is cancelled by now never gets the client, so nobody else would close it
        currentCoroutineContext().ensureActive()
        discovered = client
        return client
    } finally {
        if (discovered == null) configuration.ownTransport?.close()
    }
}

private suspend fun discover(
    url: AbsoluteUrl,
    isDocument: Boolean,
    configuration: Configuration,
): OpenIdClient {
    val document = if (isDocument) url else WellKnown.documentOf(url, configuration.discoveryAlgorithm)
    requireAllowedScheme(document, configuration.insecureRequestsAllowed)
    val request = HttpRequest("GET", document.toString(), HttpHeaders.of("accept" to MediaType.JSON))
    val response = configuration.send(request)
    if (response.status != OK) throw response.unexpectedStatus(OK)
    val members = response.jsonObject()
    requireIssuer(members)
    val metadata = AuthorizationServerMetadata(members)
    val expected =
        if (isDocument) {
            ExpectedIssuer.Exactly(
                metadata.issuer,
            )
        } else {
            expectedIssuer(url, metadata, configuration)
        }
    return OpenIdClient(metadata, configuration, expected)
}

private fun requireIssuer(members: JsonObject) {
    MemberReader(members) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "discovery document: $it") }
        .requiredString("issuer")
}

private fun expectedIssuer(
    requested: AbsoluteUrl,
    metadata: AuthorizationServerMetadata,
    configuration: Configuration,
): ExpectedIssuer =
    ExpectedIssuer.of(requested, metadata.issuer, configuration.discoveryAlgorithm)
        ?: throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "expected issuer \"$requested\", got \"${printable(
                metadata.issuer,
            )}\": ask for the issuer by the name that it gives itself",
        )
