package dev.openidclient.resource

import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionWay
import dev.openidclient.client.Purpose
import dev.openidclient.client.send
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Secrets
import dev.openidclient.http.jsonObject
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.metadata.ProtectedResourceMetadata
import dev.openidclient.metadata.WellKnown
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * How the metadata of protected resources are found and judged ([RFC 9728
 * §3](https://www.rfc-editor.org/rfc/rfc9728#section-3)).
 */
internal class ResourceDiscovery(
    private val rules: ResourceRules,
    private val way: ConnectionWay,
) {
    private val insecureAllowed: Boolean = way.traits.insecureRequestsAllowed

    suspend fun discover(
        url: String,
        challenge: WwwAuthenticateChallenge?,
    ): ProtectedResource {
        val asked =
            requireNotNull(AbsoluteUrl.parse(url.substringBefore('#'))) {
                "the resource must be an absolute URL, as https://api.example.com, but is \"${shownUrl(url)}\"" +
                    AbsoluteUrl.hostAdvice(url)
            }
        return sending {
            requireAllowedScheme(asked, insecureAllowed)
            val places = placesOf(asked, challenge)
            way.through { it.find(url.substringBefore('#'), asked, places) }
        }
    }

    private fun placesOf(
        asked: AbsoluteUrl,
        challenge: WwwAuthenticateChallenge?,
    ): List<ResourcePlace> {
        val named = challenge?.resourceMetadata ?: return ResourcePlace.wellKnown(asked)
        val url =
            AbsoluteUrl.parse(named)
                ?: throw InvalidResponseException(
                    ErrorCode.INVALID_RESPONSE,
                    "\"resource_metadata\" of the challenge must be an absolute URL, but is \"${shownUrl(named)}\"",
                )
        return listOf(ResourcePlace.named(requireAllowedScheme(url, insecureAllowed)))
    }

    private suspend fun Connection.find(
        url: String,
        asked: AbsoluteUrl,
        places: List<ResourcePlace>,
    ): ProtectedResource {
        val tried = mutableListOf<String>()
        for (place in places) {
            val request = HttpRequest("GET", place.url.withoutFragment, HttpHeaders.of("accept" to MediaType.JSON))
            val metadata =
                send(request, place.purpose, null) { answer ->
                    val status = answer.response.status
                    tried += "${shownUrl(request.url)} answered $status"
                    if (status in ABSENT) null else answer.read { metadataIn(this, it, asked, place) }
                }
            if (metadata != null) return ProtectedResource(url, metadata, place.url.withoutFragment, rules, way)
        }
        val isNamed = places.any { it.purpose.isUrlFromNetwork }
        if (rules.isLegacyAccepted && !isNamed) return ProtectedResource(url, legacy(url, asked), null, rules, way)
        throw notFound(asked, tried, isNamed)
    }

    private fun metadataIn(
        response: HttpResponse,
        secrets: Secrets,
        asked: AbsoluteUrl,
        place: ResourcePlace,
    ): ProtectedResourceMetadata {
        if (response.status != OK) throw response.unexpectedStatus(secrets, expected = "$OK")
        val metadata = ProtectedResourceMetadata(response.jsonObject(secrets))
        requireResource(metadata.resource, asked, place)
        requireIssuers(metadata)
        return metadata
    }

    private fun requireResource(
        resource: String,
        asked: AbsoluteUrl,
        place: ResourcePlace,
    ) {
        if (isSameResource(resource, asked.withoutFragment)) return
        val isCovering =
            place.mayBeOfSeveral &&
                AbsoluteUrl.parse(resource)?.let { it.query == null && covers(it, asked) } == true
        if (isCovering && rules.isCoveringAccepted) return
        val advice =
            if (isCovering) "; it covers that one: acceptCoveringResource() in the settings takes it" else ""
        throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "expected \"resource\" \"${shownUrl(asked.withoutFragment)}\", got \"${shownUrl(resource)}\": " +
                "the metadata are of another resource$advice",
            subject = ValidationSubject.RESOURCE,
        )
    }

    /** RFC 8414 §2 says what an issuer is; who names the document itself would be checked against nothing. */
    private fun requireIssuers(metadata: ProtectedResourceMetadata) {
        val issuers = metadata.authorizationServers ?: return
        val wrong = issuers.firstOrNull { !isIssuer(it) }
        val fault =
            when {
                issuers.isEmpty() -> "is empty"
                wrong != null -> "has \"${shownUrl(wrong)}\""
                else -> return
            }
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "resource metadata: \"authorization_servers\" must be issuers, ${if (insecureAllowed) "" else "https "}" +
                "URLs without query and fragment, at least one, but $fault",
        )
    }

    private fun isIssuer(text: String): Boolean {
        val url = AbsoluteUrl.parse(text) ?: return false
        val isAllowed = url.scheme == "https" || (insecureAllowed && url.scheme == "http")
        return isAllowed && url.query == null && url.fragment == null && !WellKnown.isDocument(url)
    }

    private fun legacy(
        url: String,
        asked: AbsoluteUrl,
    ) = ProtectedResourceMetadata(
        JsonObject(
            mapOf(
                "resource" to JsonPrimitive(url),
                "authorization_servers" to JsonArray(listOf(JsonPrimitive(asked.origin))),
            ),
        ),
    )

    private fun notFound(
        asked: AbsoluteUrl,
        tried: List<String>,
        isNamed: Boolean,
    ): OAuthException {
        val advice =
            if (isNamed) {
                "its challenge names that document"
            } else {
                "where its answer 401 names another place (resource_metadata), give the challenge; legacyEndpoints() " +
                    "in the settings takes a resource that has none"
            }
        return MetadataException(
            ErrorCode.RESOURCE_METADATA_NOT_FOUND,
            "the resource \"${shownUrl(asked.withoutFragment)}\" has no metadata: ${tried.joinToString()}; $advice",
        ).retold(reached = Reached.ANSWERED)
    }

    private companion object {
        const val OK = 200

        /** Says that there is no document, or none for everybody. */
        val ABSENT = setOf(401, 403, 404, 405, 410)
    }
}

/** Where a resource may have its metadata. */
internal class ResourcePlace private constructor(
    val url: AbsoluteUrl,
    val purpose: Purpose,
    /** Whether a document there may be of a resource that covers the one that is asked for. */
    val mayBeOfSeveral: Boolean,
) {
    companion object {
        private const val WELL_KNOWN = "/.well-known/oauth-protected-resource"

        /** Where a challenge says. */
        fun named(url: AbsoluteUrl): ResourcePlace =
            ResourcePlace(url, Purpose.NAMED_RESOURCE_METADATA, mayBeOfSeveral = true)

        /** Where the metadata of [resource] are by themselves, in this order. */
        fun wellKnown(resource: AbsoluteUrl): List<ResourcePlace> {
            // RFC 9728 §3.1: without the slash of a bare origin
            val hasPath = resource.path != "/"
            val inserted = resource.withPath(WELL_KNOWN + if (hasPath) resource.path else "")
            val own = ResourcePlace(inserted, Purpose.RESOURCE_METADATA, mayBeOfSeveral = false)
            if (!hasPath) return listOf(own)
            val root = checkNotNull(AbsoluteUrl.parse(resource.origin + WELL_KNOWN))
            return listOf(own, ResourcePlace(root, Purpose.RESOURCE_METADATA, mayBeOfSeveral = true))
        }
    }
}
