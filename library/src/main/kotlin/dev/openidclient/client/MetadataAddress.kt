package dev.openidclient.client

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.WellKnown

/** Where a server has its metadata. */
internal class MetadataAddress(
    /** The issuer, or the document. */
    val url: AbsoluteUrl,
    /** Null where [url] is that of the document. */
    val issuer: String?,
    /** The places to ask, in this order. */
    val documents: List<AbsoluteUrl>,
    val algorithm: DiscoveryAlgorithm,
) {
    /** Whether there may be no document where the server is asked for one: then the next place is asked. */
    val isSearched: Boolean get() = issuer != null && algorithm == DiscoveryAlgorithm.ANY

    /** For messages: as it was asked for where every letter counts, else in its normal form. */
    val shown: String get() = if (isSearched) printable(issuer.orEmpty()) else url.withoutQueryAndFragment

    /** What to expect of the server that names itself [received]; null where that is another one. */
    fun expectedIssuer(received: String): ExpectedIssuer? =
        when {
            issuer == null -> ExpectedIssuer.ofMetadata(received)
            // RFC 8414 §3.3: whoever is found at one of several places has to say exactly who it is
            algorithm == DiscoveryAlgorithm.ANY ->
                if (WellKnown.isIdenticalIssuer(issuer, received)) ExpectedIssuer.Exactly(received) else null
            else -> ExpectedIssuer.of(url, received, algorithm)
        }
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
    val documents = if (isDocument) listOf(url) else WellKnown.documentsOf(url, algorithm)
    requireAllowedScheme(documents.first(), insecureAllowed)
    return MetadataAddress(url, issuer.takeUnless { isDocument }, documents, algorithm)
}
