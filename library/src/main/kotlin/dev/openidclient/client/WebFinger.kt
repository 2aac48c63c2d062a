package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Secrets
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.requireSuccess
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

private const val JRD = "application/jrd+json"

/** The settings of [findIssuer]. Read once, when it is called. */
public class IssuerSearchSettings internal constructor() : ConnectedSettings<IssuerSearchSettings>() {
    override fun self(): IssuerSearchSettings = this
}

/**
 * The issuer of a person who says who they are by [identifier], as `alice@example.com`, `example.com:8080` or
 * `https://example.com/alice` ([OpenID Connect Discovery
 * §2](https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery), WebFinger): to be given to
 * [OpenIdClient.Companion.discover]. The host in [identifier] is asked, over `https`.
 *
 * **Anybody can name any host**: where [identifier] comes from a web page, permit only hosts on the outside with
 * `permitUrl` in `connection { }`, and take the issuer only where your program is registered there. Throws [OAuthException] where the host
 * cannot be asked, `permitUrl` does not permit it, or it names no issuer, more than one, or one that cannot be;
 * [IllegalArgumentException] where [identifier] is none, or the settings contradict themselves.
 *
 * The page `docs/special-requests.md` shows it.
 */
public suspend fun OpenIdClient.Companion.findIssuer(
    identifier: String,
    configure: IssuerSearchSettings.() -> Unit = {},
): String {
    val url = WebFingerResource.of(identifier).url()
    return IssuerSearchSettings().apply(configure).way().through { askForIssuer(url, it) }
}

private suspend fun askForIssuer(
    url: AbsoluteUrl,
    connection: Connection,
): String =
    sending {
        val request = HttpRequest("GET", url.toString(), HttpHeaders.of("accept" to "$JRD, ${MediaType.JSON}"))
        connection.send(request, Purpose.WEBFINGER, issuer = null) { answer ->
            answer.read { issuerIn(this, it, connection) }
        }
    }

/** `subject` is not judged: it may be another name of the same person (RFC 7033 §4.4.1). */
private fun issuerIn(
    response: HttpResponse,
    secrets: Secrets,
    connection: Connection,
): String {
    response.requireSuccess(secrets)
    val links = (response.jsonObject(secrets, setOf(JRD, MediaType.JSON))["links"] as? JsonArray).orEmpty()
    val issuers =
        links
            .filterIsInstance<JsonObject>()
            .filter { text(it["rel"]) == WebFingerResource.ISSUER_RELATION }
            .map { text(it["href"]) }
            .distinct()
    val issuer = issuers.singleOrNull()
    val url = issuer?.let(AbsoluteUrl::parse)?.takeIf { it.query == null && it.fragment == null }
    if (issuer == null || url == null) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "WebFinger answer: one link with the \"rel\" ${WebFingerResource.ISSUER_RELATION} must have an issuer as " +
                "its \"href\", but the links have ${shown(issuers)}",
        )
    }
    requireAllowedScheme(url, connection.traits.insecureRequestsAllowed)
    return issuer
}

private fun shown(issuers: List<String?>): String =
    issuers.joinToString(" and ") { if (it == null) "none" else "\"${printable(it)}\"" }.ifEmpty { "none" }
