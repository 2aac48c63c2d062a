package dev.openidclient.fuzz

import dev.openidclient.dpop.NonceStore
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.FormEncoding
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.http.RetryAfter
import dev.openidclient.http.WwwAuthenticate
import dev.openidclient.json.lifetime
import dev.openidclient.json.parseJson
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.WellKnown
import dev.openidclient.testing.FIXED_CLOCK
import io.ktor.http.BadContentTypeFormatException
import io.ktor.http.ContentType
import kotlinx.serialization.json.JsonObject
import java.net.URI
import java.net.URLDecoder
import java.net.URLEncoder
import java.time.Duration

/** Readers of headers, URLs, forms and JSON. */
internal val HTTP_TARGETS =
    listOf(
        FuzzTarget("www-authenticate") { text ->
            val challenges = WwwAuthenticate.parse(text)
            for (challenge in challenges) challenge.toString()
            val rendered = challenges.joinToString(", ", transform = ::render)
            rule(WwwAuthenticate.parse(rendered) == challenges) { "challenges read otherwise once written: $rendered" }
        },
        FuzzTarget("url") { text ->
            val url = AbsoluteUrl.parse(text)
            if (url != null) {
                requireSameUrl(url)
                DiscoveryAlgorithm.values().forEach { WellKnown.documentsOf(url, it).toString() }
                ExpectedIssuer.of(url, text, DiscoveryAlgorithm.OIDC)
                rule(WellKnown.isSameIssuer(url, text)) { "$text is not the issuer of itself" }
            }
        },
        FuzzTarget("form") { text ->
            val parameters = Parameters.parse(text)
            rule(Parameters.parse(parameters.encode()) == parameters) { "parameters read otherwise once written" }
            rule(FormEncoding.decode(FormEncoding.encode(text)) == text) { "what is encoded decodes otherwise" }
            val encoded = URLEncoder.encode(text, Charsets.UTF_8)
            rule(FormEncoding.encode(text) == encoded) { "encoded otherwise than by the JDK" }
            val others = decodedByTheJdk(text)
            rule(others == null || others == FormEncoding.decode(text)) { "decoded otherwise than by the JDK" }
        },
        FuzzTarget("json") { text ->
            val element = parseJson(text)
            if (element != null) {
                rule(parseJson(element.toString()) == element) { "JSON that is written anew reads otherwise" }
                lifetime(element)?.let { rule(!it.isNegative) { "a negative lifetime" } }
                if (element is JsonObject) requireSameJson(text, element)
            }
        },
        FuzzTarget("media-type") { text ->
            MediaType.of(text)
            val others = if (MediaType.isValid(text)) parsedByKtor(text) else null
            rule(others == null || MediaType.of(text) == "${others.contentType}/${others.contentSubtype}".lowercase()) {
                "a media type that Ktor reads otherwise"
            }
        },
        FuzzTarget("headers") { text ->
            val fields = text.lines().groupBy({ it.substringBefore(':') }, { it.substringAfter(':', "").trim() })
            val headers = HttpHeaders.received(fields.entries)
            rule(HttpHeaders.of(headers.toMap()) == headers) { "a field that was received cannot be sent" }
            headers.toString()
            val nonces = NonceStore()
            headers.all("dpop-nonce").forEach { nonces["a"] = it }
            rule(nonces["a"] == headers.all("dpop-nonce").lastOrNull()) { "not the last nonce" }
        },
        FuzzTarget("retry-after") { text ->
            val wait = RetryAfter.parse(text, FIXED_CLOCK.instant())
            rule(wait == null || wait in Duration.ZERO..LONGEST_WAIT) { "the next poll comes after $wait" }
        },
    )

private val LONGEST_WAIT = Duration.ofDays(1)

private fun render(challenge: WwwAuthenticateChallenge): String {
    val parameters =
        challenge.parameters.entries.joinToString(", ") { (name, value) ->
            "$name=\"${value.replace("\\", "\\\\").replace("\"", "\\\"")}\""
        }
    return listOfNotNull(challenge.scheme, challenge.token68, parameters.ifEmpty { null }).joinToString(" ")
}

/** The URL goes to the HTTP client as text, which must find the same host in it. */
private fun requireSameUrl(url: AbsoluteUrl) {
    val text = url.toString()
    rule(AbsoluteUrl.parse(text)?.toString() == text) { "$text has another normal form" }
    val others = URI(text)
    rule(others.scheme == url.scheme && others.rawUserInfo == null) { "$text has another scheme or a user for the JDK" }
    rule(others.rawPath == url.path && others.rawQuery == url.query) { "$text has another path or query for the JDK" }
    // a host that is no name of the DNS, as "a_b", is none for java.net.URI
    if (others.host != null) {
        rule(others.host.equals(url.host, ignoreCase = true)) { "the host of $text is ${others.host} for the JDK" }
        rule(others.port == (url.port ?: -1)) { "the port of $text is ${url.port}, for the JDK ${others.port}" }
    }
}

/** Null where Ktor, which reads the parameters too, refuses [text]. */
private fun parsedByKtor(text: String): ContentType? =
    try {
        ContentType.parse(text)
    } catch (_: BadContentTypeFormatException) {
        null
    }

/** Null where the JDK's decoder, which is strict, refuses [text]; it takes a sign for a hexadecimal digit. */
private fun decodedByTheJdk(text: String): String? =
    try {
        if (SIGNED_ESCAPE.containsMatchIn(text)) null else URLDecoder.decode(text, Charsets.UTF_8)
    } catch (_: IllegalArgumentException) {
        null
    }

private val SIGNED_ESCAPE = Regex("%[+-]")
