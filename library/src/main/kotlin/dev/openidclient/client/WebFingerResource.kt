package dev.openidclient.client

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.Parameters

/**
 * What a person types to say who they are, in the form in which their server is asked about it ([OpenID Connect
 * Discovery §2.1.2](https://openid.net/specs/openid-connect-discovery-1_0.html#NormalizationSteps)).
 */
internal class WebFingerResource private constructor(
    /** `resource` */
    val resource: String,
    private val authority: String,
) {
    /** Where to ask ([RFC 7033 §4](https://www.rfc-editor.org/rfc/rfc7033#section-4)). */
    fun url(): AbsoluteUrl {
        val query = Parameters.of("resource" to resource, "rel" to ISSUER_RELATION).encode()
        return requireNotNull(AbsoluteUrl.parse("https://$authority/.well-known/webfinger?$query")) {
            "\"${printable(resource)}\" names no host that can be asked for an issuer"
        }
    }

    companion object {
        const val ISSUER_RELATION: String = "http://openid.net/specs/connect/1.0/issuer"

        private const val ACCT = "acct:"
        private val URL_SCHEMES = listOf("https://", "http://")

        /** Of another kind of identifier, an XRI. */
        private const val XRI_SYMBOLS = "=@!"

        /** Throws [IllegalArgumentException] where [identifier] names no server. */
        fun of(identifier: String): WebFingerResource {
            val typed = identifier.trim().substringBefore('#')
            require(typed.isNotEmpty() && typed[0] !in XRI_SYMBOLS && !typed.startsWith("xri://")) {
                "an identifier must be like alice@example.com, example.com:8080 or https://example.com/alice, " +
                    "but is \"${printable(identifier)}\""
            }
            val scheme = URL_SCHEMES.firstOrNull { typed.startsWith(it, ignoreCase = true) }
            return when {
                scheme != null -> WebFingerResource(typed, hostOf(typed.substring(scheme.length)))
                typed.startsWith(ACCT, ignoreCase = true) -> WebFingerResource(typed, hostOfAccount(typed))
                else -> withoutScheme(typed)
            }
        }

        /** What follows the last `@`; nothing where a path or a query of the caller's follows. */
        private fun hostOfAccount(account: String): String =
            account.substringAfterLast('@', "").takeIf { host -> host.none { it in "/?" } }.orEmpty()

        private fun withoutScheme(typed: String): WebFingerResource {
            val authority = typed.takeWhile { it !in "/?" }
            val rest = typed.substring(authority.length)
            // with a person and a host, and nothing else, it is an account
            val isAccount = '@' in authority && rest.isEmpty() && ':' !in authority.substringAfterLast('@')
            if (!isAccount) return WebFingerResource("https://$authority${rest.ifEmpty { "/" }}", hostOf(authority))
            val person = authority.substringBeforeLast('@').replace("@", "%40")
            val host = authority.substringAfterLast('@')
            return WebFingerResource("$ACCT$person@$host", host)
        }

        private fun hostOf(afterScheme: String): String = afterScheme.takeWhile { it !in "/?" }.substringAfterLast('@')
    }
}
