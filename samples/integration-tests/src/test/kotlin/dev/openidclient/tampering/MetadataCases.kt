package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.METADATA
import dev.openidclient.tampering.Endpoint.OAUTH_METADATA
import dev.openidclient.tampering.Refusal.BAD_METADATA
import dev.openidclient.tampering.Refusal.BAD_SCHEME
import dev.openidclient.tampering.Refusal.INSECURE
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_ENDPOINT
import dev.openidclient.tampering.Refusal.OTHER_MEMBER
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** The metadata of an issuer that was asked for by its name. */
internal val discoveryCases: List<Case> =
    table("discovery", DiscoveryFlows.openId) {
        for ((document, flow) in listOf(METADATA to DiscoveryFlows.openId, OAUTH_METADATA to DiscoveryFlows.oauth)) {
            val of = if (document == METADATA) "" else " (RFC 8414)"
            refused("issuer is absent$of", MALFORMED, members(document, "issuer" to Absent), flow)
            refused("issuer is null$of", MALFORMED, members(document, "issuer" to null), flow)
            refused("issuer is a number$of", MALFORMED, members(document, "issuer" to 1), flow)
            refused("issuer is empty$of", MALFORMED, members(document, "issuer" to ""), flow)
            refused(
                "issuer is a list$of",
                MALFORMED,
                members(document, "issuer" to changed { listOf(it.string) }),
                flow,
            )
            refused("issuer is another server$of", OTHER_MEMBER, issuer(document) { "https://b.example.com" }, flow)
            refused("issuer has a slash at the end$of", OTHER_MEMBER, issuer(document) { "$it/" }, flow)
            refused("issuer lacks the path$of", OTHER_MEMBER, issuer(document) { it.substringBeforeLast('/') }, flow)
            refused("issuer has a query$of", OTHER_MEMBER, issuer(document) { "$it?a=b" }, flow)
            refused("issuer has a fragment$of", OTHER_MEMBER, issuer(document) { "$it#a" }, flow)
            refused("issuer has user information$of", OTHER_MEMBER, issuer(document) { it.replace("//", "//a@") }, flow)
            refused("issuer is no URL$of", OTHER_MEMBER, issuer(document) { "the issuer" }, flow)
            refused(
                "issuer has another scheme$of",
                OTHER_MEMBER,
                issuer(document) { it.replace("http", "https") },
                flow,
            )
            refused(
                "issuer has another port$of",
                OTHER_MEMBER,
                issuer(document) { it.replace("127.0.0.1", "127.0.0.1:1") },
                flow,
            )
            refused("issuer is in upper case$of", OTHER_MEMBER, issuer(document) { it.uppercase() }, flow)
            refused("issuer breaks the line$of", OTHER_MEMBER, issuer(document) { "$it\nINFO: x\u2028" }, flow)
            refused("issuer is endless$of", OTHER_MEMBER, issuer(document) { it + "a".repeat(100_000) }, flow)
        }
        refused(
            "issuer comes twice and the last is another",
            OTHER_MEMBER,
            text(METADATA) {
                "${it.dropLast(1)},\"issuer\":\"x\"}"
            },
        )
    }

private fun issuer(
    document: Endpoint,
    edit: (String) -> String,
): Tampering = members(document, "issuer" to changed { edit(it.string) })

private val ENDPOINTS =
    mapOf(
        "token_endpoint" to Flows.clientCredentials,
        "jwks_uri" to Flows.code,
        "userinfo_endpoint" to Flows.userInfo,
        "introspection_endpoint" to Flows.introspection,
        "revocation_endpoint" to Flows.revocation,
        "device_authorization_endpoint" to PollingFlows.device,
        "backchannel_authentication_endpoint" to PollingFlows.ciba,
        "pushed_authorization_request_endpoint" to Flows.pushed,
        "registration_endpoint" to Flows.registration,
        "end_session_endpoint" to Flows.endSession,
    )

/** Metadata that lead nowhere, or elsewhere. */
internal val metadataCases: List<Case> =
    table("metadata", Flows.code) {
        for ((member, flow) in ENDPOINTS) {
            refused("$member is absent", NO_ENDPOINT, members(METADATA, member to Absent), flow)
            refused("$member is null", NO_ENDPOINT, members(METADATA, member to null), flow)
            refused("$member is a list", BAD_METADATA, members(METADATA, member to changed { listOf(it.string) }), flow)
            refused("$member is empty", BAD_METADATA, members(METADATA, member to ""), flow)
            refused("$member is relative", BAD_METADATA, members(METADATA, member to "/token"), flow)
            refused("$member has no scheme", BAD_METADATA, members(METADATA, member to "//127.0.0.1/token"), flow)
            refused("$member is a script", BAD_METADATA, members(METADATA, member to "javascript:alert(1)"), flow)
            refused("$member is a file", BAD_METADATA, members(METADATA, member to "file:///etc/passwd"), flow)
            refused("$member is FTP", BAD_SCHEME, members(METADATA, member to "ftp://127.0.0.1/token"), flow)
            refused(
                "$member has user information",
                BAD_METADATA,
                members(
                    METADATA,
                    member to changed { withUser(it.string) },
                ),
                flow,
            )
            refused(
                "$member breaks the line",
                BAD_METADATA,
                members(METADATA, member to "http://127.0.0.1/\r\nx: y"),
                flow,
            )
        }
        for (member in listOf("authorization_endpoint", "end_session_endpoint")) {
            refused("$member is http", INSECURE, members(METADATA, member to "http://127.0.0.1/x"), DiscoveryFlows.urls)
            refused("$member is ftp", INSECURE, members(METADATA, member to "ftp://127.0.0.1/x"), DiscoveryFlows.urls)
            refused(
                "$member is a script for the browser",
                BAD_METADATA,
                members(
                    METADATA,
                    member to "javascript:alert(1)",
                ),
                DiscoveryFlows.urls,
            )
            refused(
                "$member is data for the browser",
                BAD_METADATA,
                members(METADATA, member to "data:text/html,x"),
                DiscoveryFlows.urls,
            )
        }
        refused("the issuer has become another one", UNTRUSTED, members(METADATA, "issuer" to "https://b.example.com"))
        refused("the issuer has got a slash", UNTRUSTED, members(METADATA, "issuer" to changed { it.string + "/" }))
        refused("the algorithms are none", UNTRUSTED, algorithms(emptyList<String>()))
        refused("the algorithms are others", UNTRUSTED, algorithms(listOf("ES256", "PS256")))
        refused("the algorithms are in lower case", UNTRUSTED, algorithms(listOf("rs256")))
        refused("the algorithms are text", BAD_METADATA, algorithms("RS256"))
        refused("the algorithms are numbers", BAD_METADATA, algorithms(listOf(256)))
        refused("iss of the response is text", BAD_METADATA, members(METADATA, ISS_SUPPORTED to "true"))
        refused("iss of the response is a number", BAD_METADATA, members(METADATA, ISS_SUPPORTED to 1))
    }

/** RFC 8705 §5: an alias that is there is used, or refused; the ordinary endpoint never takes its place. */
internal val aliasCases: List<Case> =
    table("mTLS alias", Flows.aliased) {
        refused("the aliases are a list", BAD_METADATA, members(METADATA, "mtls_endpoint_aliases" to listOf("token")))
        refused("the aliases are text", BAD_METADATA, members(METADATA, "mtls_endpoint_aliases" to "token"))
        accepted("the alias is null", alias(null))
        refused("the alias is a number", BAD_METADATA, alias(1))
        refused("the alias is relative", BAD_METADATA, alias("/token"))
        refused("the alias is a script", BAD_METADATA, alias("javascript:alert(1)"))
        refused("the alias is FTP", BAD_SCHEME, alias("ftp://127.0.0.1/token"))
        accepted("the aliases are null", members(METADATA, "mtls_endpoint_aliases" to null))
        accepted("the aliases are of other endpoints", members(METADATA, "mtls_endpoint_aliases" to mapOf("x" to 1)))
    }

private fun alias(value: Any?): Tampering =
    members(METADATA, "mtls_endpoint_aliases" to mapOf("token_endpoint" to value))

private const val ISS_SUPPORTED = "authorization_response_iss_parameter_supported"

private fun algorithms(value: Any): Tampering = members(METADATA, "id_token_signing_alg_values_supported" to value)

private fun withUser(url: String): String = url.replace("//", "//user@")
