package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Secrets
import dev.openidclient.http.isSuccess
import dev.openidclient.http.jsonObject
import dev.openidclient.http.mediaType
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.jose.TenantIssuer
import dev.openidclient.json.MemberReader
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.WellKnown
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

private const val OK = 200
private const val NOT_FOUND = 404

/** [askForMetadata], and the connection that the client alone would have had is closed where that fails. */
internal suspend fun discover(
    issuer: String,
    configuration: Configuration,
): OpenIdClient {
    var discovered: OpenIdClient? = null
    try {
        val client = askForMetadata(issuer, configuration)
        // who is cancelled by now never gets the client, so nobody else would close it
        currentCoroutineContext().ensureActive()
        discovered = client
        return client
    } finally {
        if (discovered == null) configuration.close()
    }
}

/** A client of [issuer], which is asked for its metadata. Closes nothing: where it fails it may be called again. */
internal suspend fun askForMetadata(
    issuer: String,
    configuration: Configuration,
): OpenIdClient =
    sending {
        val address =
            metadataAddress(
                issuer,
                configuration.discoveryAlgorithm,
                configuration.connection.traits.insecureRequestsAllowed,
            )
        askForMetadata(address, configuration)
    }

/** Where a server has its metadata. */
internal class MetadataAddress(
    /** The issuer, or the document. */
    val url: AbsoluteUrl,
    /** Null where [url] is that of the document. */
    val issuer: String?,
    val document: AbsoluteUrl,
) {
    /** What to expect of the server that names itself [received]; null where that is another one. */
    fun expectedIssuer(
        received: String,
        algorithm: DiscoveryAlgorithm,
    ): ExpectedIssuer? =
        if (issuer == null) ExpectedIssuer.ofMetadata(received) else ExpectedIssuer.of(url, received, algorithm)
}

/** Whether [url] may be an issuer (RFC 8414 §2), or is a metadata document. */
internal fun isAskable(url: AbsoluteUrl): Boolean =
    WellKnown.isDocument(url) || (url.query == null && url.fragment == null)

/**
 * Where [issuer] has its metadata. Throws [IllegalArgumentException] where it is neither an issuer nor a document,
 * [MetadataException][dev.openidclient.error.MetadataException] where its scheme is forbidden.
 */
internal fun metadataAddress(
    issuer: String,
    algorithm: DiscoveryAlgorithm,
    insecureAllowed: Boolean,
): MetadataAddress {
    val url =
        requireNotNull(AbsoluteUrl.parse(issuer)) {
            "the issuer must be an absolute URL, as https://as.example.com, but is \"${shownUrl(issuer)}\"" +
                AbsoluteUrl.hostAdvice(issuer)
        }
    val isDocument = WellKnown.isDocument(url)
    require(isAskable(url)) {
        "an issuer has no query and no fragment: ask for \"${printable(url.withoutQueryAndFragment)}\", " +
            "or for its metadata document by the whole URL"
    }
    val document = if (isDocument) url else WellKnown.documentOf(url, algorithm)
    requireAllowedScheme(document, insecureAllowed)
    return MetadataAddress(url, issuer.takeUnless { isDocument }, document)
}

private suspend fun askForMetadata(
    address: MetadataAddress,
    configuration: Configuration,
): OpenIdClient {
    val isDocument = address.issuer == null
    val request = HttpRequest("GET", address.document.toString(), HttpHeaders.of("accept" to MediaType.JSON))
    return configuration.connection.send(request, Purpose.DISCOVERY, address.issuer) { answer ->
        val hint = if (isAbsent(answer.response)) hint(isDocument, configuration.discoveryAlgorithm) else ""
        val metadata = answer.read({ hint }) { metadataIn(this, it) }
        val expected = answer.read { expectedIssuer(address, metadata, configuration.discoveryAlgorithm) }
        OpenIdClient(metadata, configuration, expected)
    }
}

private fun metadataIn(
    response: HttpResponse,
    secrets: Secrets,
): AuthorizationServerMetadata {
    if (!response.isSuccess) throw response.unexpectedStatus(secrets)
    val members = response.jsonObject(secrets)
    MemberReader(members) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "discovery document: $it") }
        .requiredString("issuer")
    return AuthorizationServerMetadata(members)
}

/** Whether there is most likely no document at that URL; many servers answer a page of theirs then. */
private fun isAbsent(response: HttpResponse): Boolean =
    response.status == NOT_FOUND || (response.status == OK && response.mediaType == "text/html")

private fun hint(
    isDocument: Boolean,
    algorithm: DiscoveryAlgorithm,
): String {
    if (isDocument) return "; is that the URL of the server's metadata document?"
    val (other, where) =
        when (algorithm) {
            DiscoveryAlgorithm.OIDC -> DiscoveryAlgorithm.OAUTH2 to "without OpenID Connect"
            DiscoveryAlgorithm.OAUTH2 -> DiscoveryAlgorithm.OIDC to "with OpenID Connect"
        }
    return "; ask for the issuer by its whole name, with its path, as in https://as.example.com/tenant; " +
        "a server $where has its metadata elsewhere: discoveryAlgorithm = DiscoveryAlgorithm.$other"
}

private fun expectedIssuer(
    address: MetadataAddress,
    metadata: AuthorizationServerMetadata,
    algorithm: DiscoveryAlgorithm,
): ExpectedIssuer =
    address.expectedIssuer(metadata.issuer, algorithm)
        ?: throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "expected issuer \"${address.url.withoutQueryAndFragment}\", got \"${printable(metadata.issuer)}\": " +
                advice(address.url, metadata.issuer),
            subject = ValidationSubject.ISSUER,
        )

/** No address answers to the placeholder of a tenant. */
private fun advice(
    requested: AbsoluteUrl,
    issuer: String,
): String =
    if (TenantIssuer.PLACEHOLDER in issuer) {
        "ask for \"${printable(issuer.replaceFirst(TenantIssuer.PLACEHOLDER, "common"))}\", " +
            "or with the tenant's id in place of \"common\""
    } else {
        "ask for the issuer by the name that it gives itself" + otherNameAdvice(requested, issuer)
    }

/** A server that is reached here by an address of its own names itself as browsers know it. */
private fun otherNameAdvice(
    requested: AbsoluteUrl,
    issuer: String,
): String {
    val own = AbsoluteUrl.parse(issuer) ?: return ""
    if (own.origin == requested.origin) return ""
    val call = if (requested.scheme == "http") "mapOriginInsecure" else "mapOrigin"
    return "; where it is not reached by that name from here, say " +
        "$call(\"${printable(own.origin)}\", \"${printable(requested.origin)}\") too"
}
