package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
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
import dev.openidclient.http.shownUrl
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.jose.TenantIssuer
import dev.openidclient.json.MemberReader
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.ExpectedIssuer

private const val OK = 200
private const val NOT_FOUND = 404
private val CLIENT_ERRORS = 400..499

/** What discovery has brought. */
internal class FoundMetadata(
    val metadata: AuthorizationServerMetadata,
    val expectedIssuer: ExpectedIssuer,
)

/** The metadata of the server at [address]. */
internal suspend fun Connection.findMetadata(
    address: MetadataAddress,
    purpose: Purpose = Purpose.DISCOVERY,
): FoundMetadata {
    val tried = mutableListOf<String>()
    return searchMetadata(address, purpose, tried) ?: throw noMetadata(address, tried)
}

/** The same, or null where there are none at any of the places, which are added to [tried]. */
internal suspend fun Connection.searchMetadata(
    address: MetadataAddress,
    purpose: Purpose,
    tried: MutableList<String>,
): FoundMetadata? {
    for (document in address.documents) {
        val request = HttpRequest("GET", document.toString(), HttpHeaders.of("accept" to MediaType.JSON))
        val found =
            send(request, purpose, address.issuer) { answer ->
                tried += "${shownUrl(request.url)} answered ${answer.response.status}"
                if (address.isSearched && answer.response.status in CLIENT_ERRORS) null else answer.metadata(address)
            }
        if (found != null) return found
    }
    return null
}

private fun Answer.metadata(address: MetadataAddress): FoundMetadata {
    val hint = if (isAbsent(response)) hint(address) else ""
    val metadata = read({ hint }) { metadataIn(this, it, address) }
    return FoundMetadata(metadata, read { requiredIssuer(address, metadata) })
}

private fun metadataIn(
    response: HttpResponse,
    secrets: Secrets,
    address: MetadataAddress,
): AuthorizationServerMetadata {
    val isExpected = if (address.isSearched) response.status == OK else response.isSuccess
    if (!isExpected) throw response.unexpectedStatus(secrets, expected = if (address.isSearched) "200" else "2xx")
    val members = response.jsonObject(secrets)
    MemberReader(members) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "discovery document: $it") }
        .requiredString("issuer")
    return AuthorizationServerMetadata(members)
}

/** [tried] says what each place has answered. */
private fun noMetadata(
    address: MetadataAddress,
    tried: List<String>,
): OAuthException =
    MetadataException(
        ErrorCode.MISSING_SERVER_METADATA,
        "the issuer \"${address.shown}\" has no metadata: ${tried.joinToString()}; ask for the issuer by its whole " +
            "name, with its path, as in https://as.example.com/tenant; for a server that has none at all write them " +
            "yourself: OpenIdClient(server, clientId)",
    ).retold(reached = Reached.ANSWERED)

/** Whether there is most likely no document at that URL; many servers answer a page of theirs then. */
private fun isAbsent(response: HttpResponse): Boolean =
    response.status == NOT_FOUND || (response.status == OK && response.mediaType == "text/html")

private fun hint(address: MetadataAddress): String {
    if (address.issuer == null) return "; is that the URL of the server's metadata document?"
    val (other, where) =
        when (address.algorithm) {
            DiscoveryAlgorithm.ANY -> return "; an answer with status 200 is final: no other place is asked"
            DiscoveryAlgorithm.OIDC -> DiscoveryAlgorithm.OAUTH2 to "without OpenID Connect"
            DiscoveryAlgorithm.OAUTH2 -> DiscoveryAlgorithm.OIDC to "with OpenID Connect"
        }
    return "; ask for the issuer by its whole name, with its path, as in https://as.example.com/tenant; " +
        "a server $where has its metadata elsewhere: discoveryAlgorithm = DiscoveryAlgorithm.$other"
}

private fun requiredIssuer(
    address: MetadataAddress,
    metadata: AuthorizationServerMetadata,
): ExpectedIssuer =
    address.expectedIssuer(metadata.issuer)
        ?: throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "expected issuer \"${address.shown}\", got \"${printable(metadata.issuer)}\": " +
                advice(address, metadata.issuer),
            subject = ValidationSubject.ISSUER,
        )

/** No address answers to the placeholder of a tenant. */
private fun advice(
    address: MetadataAddress,
    issuer: String,
): String =
    when {
        TenantIssuer.PLACEHOLDER !in issuer ->
            "ask for the issuer by the name that it gives itself" + otherNameAdvice(address.url, issuer)
        address.isSearched -> "ask for it with the tenant's id in place of \"${TenantIssuer.PLACEHOLDER}\""
        else ->
            "ask for \"${printable(issuer.replaceFirst(TenantIssuer.PLACEHOLDER, "common"))}\", " +
                "or with the tenant's id in place of \"common\""
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
