package dev.openidclient.http

import java.net.URI
import java.net.URISyntaxException
import java.util.Locale

/**
 * An absolute URL with a host, in the normal form of the [URL standard](https://url.spec.whatwg.org/): scheme and host
 * in lower case, the host in ASCII, no default port, a path that is at least `/` and has no dot segments, escapes as
 * they were.
 */
internal class AbsoluteUrl private constructor(
    val scheme: String,
    /** ASCII, lower case; an IPv6 address stands in brackets. */
    val host: String,
    /** Null where it is the scheme's default. */
    val port: Int?,
    val path: String,
    /** Without `?`; null where there is none. */
    val query: String?,
    /** Without `#`; null where there is none. */
    val fragment: String?,
) {
    val origin: String = "$scheme://$host${port?.let { ":$it" }.orEmpty()}"

    /** Where the connection goes. */
    val knownPort: Int? get() = port ?: DEFAULT_PORTS[scheme]

    val withoutQueryAndFragment: String = origin + path

    /** As it goes to the server. */
    val withoutFragment: String = if (query == null) withoutQueryAndFragment else "$withoutQueryAndFragment?$query"

    /** The same with [scheme], and without a port that is the default of it. */
    fun withScheme(scheme: String): AbsoluteUrl {
        val port = knownPort.takeUnless { it == DEFAULT_PORTS[scheme] }
        return AbsoluteUrl(scheme, host, port, path, query, fragment)
    }

    fun withPath(path: String): AbsoluteUrl = AbsoluteUrl(scheme, host, port, path, query, fragment)

    /** The URL with [parameters] after its own query, without its fragment. */
    fun withParameters(parameters: Parameters): String =
        listOfNotNull(query, parameters.encode())
            .filter(String::isNotEmpty)
            .joinToString("&")
            .let { if (it.isEmpty()) withoutQueryAndFragment else "$withoutQueryAndFragment?$it" }

    override fun toString(): String = if (fragment == null) withoutFragment else "$withoutFragment#$fragment"

    companion object {
        private val DEFAULT_PORTS = mapOf("http" to 80, "https" to 443, "ws" to 80, "wss" to 443)
        private const val HIGHEST_PORT = 65_535

        /** More than any host with its port has (RFC 1035 §2.3.4); IDNA would take seconds for a long one. */
        private const val LONGEST_AUTHORITY = 300

        /**
         * Null where [text] is no absolute URL with a host; a URL with user information is none here, for it only ever
         * misleads about the host ([RFC 9110 §4.2.4](https://www.rfc-editor.org/rfc/rfc9110#section-4.2.4)).
         */
        fun parse(text: String): AbsoluteUrl? {
            val uri =
                try {
                    URI(text)
                } catch (_: URISyntaxException) {
                    return null
                } catch (_: NumberFormatException) {
                    // the JDK's, at an IPv4 part of an IPv6 address that is no number: "http://[8::99999999999.1]"
                    return null
                }
            val scheme = uri.scheme?.lowercase(Locale.ROOT) ?: return null
            val authority = uri.rawAuthority ?: return null
            if ('@' in authority || authority.length > LONGEST_AUTHORITY) return null
            val host = hostOf(authority) ?: return null
            val port = portOf(authority) ?: return null
            return AbsoluteUrl(
                scheme,
                host,
                port.takeUnless { it == NO_PORT || it == DEFAULT_PORTS[scheme] },
                withoutDotSegments(uri.rawPath.orEmpty()).ifEmpty { "/" },
                uri.rawQuery,
                uri.rawFragment,
            )
        }

        /**
         * What to say of [text] where it is none because of its host only: that the host must be written in ASCII, and
         * how. Empty where that is not what is wrong with it.
         */
        fun hostAdvice(text: String): String {
            val authority = text.substringAfter("://", "").takeWhile { it !in "/?#" }
            if ('@' in authority || authority.length > LONGEST_AUTHORITY) return ""
            val ascii = InternationalHost.asciiToWrite(authority.substringBefore(':')) ?: return ""
            return ": write its host as $ascii, which is where browsers go"
        }

        private const val NO_PORT = -1

        private const val HIGHEST_ASCII = '\u007F'

        // RFC 1035 §2.3.4
        private val LABEL_LENGTHS = 1..63

        // IDNA maps some characters to delimiters: "a／b", "a℀b" would name another host once the URL is parsed again
        private const val FORBIDDEN_IN_HOST = "/?#@:%<>[]\\^|"

        private fun hostOf(authority: String): String? {
            if (authority.startsWith("[")) {
                return authority
                    .substringBefore(
                        ']',
                        "",
                    ).takeIf(String::isNotEmpty)
                    ?.let { "${it.lowercase(Locale.ROOT)}]" }
            }
            return toAscii(authority.substringBefore(':'))
                ?.lowercase(Locale.ROOT)
                ?.takeIf { host -> host.isNotEmpty() && host.none { it in FORBIDDEN_IN_HOST } }
        }

        // for ASCII, all that IDNA says is how long a label may be
        private fun toAscii(host: String): String? =
            if (host.all { it <= HIGHEST_ASCII }) {
                host.takeIf { it.removeSuffix(".").split('.').all { label -> label.length in LABEL_LENGTHS } }
            } else {
                InternationalHost.toAscii(host)
            }

        private fun portOf(authority: String): Int? {
            val afterHost = authority.substringAfterLast(']')
            val digits = if (':' in afterHost) afterHost.substringAfter(':') else ""
            if (digits.isEmpty()) return NO_PORT
            return digits.takeIf { port -> port.all { it in '0'..'9' } }?.toIntOrNull()?.takeIf { it <= HIGHEST_PORT }
        }

        // RFC 3986 §5.2.4
        private fun withoutDotSegments(path: String): String {
            if ("/." !in path && "/%2e" !in path.lowercase(Locale.ROOT)) return path
            val kept = ArrayDeque<String>()
            val segments = path.removePrefix("/").split('/')
            for ((index, segment) in segments.withIndex()) {
                val isLast = index == segments.lastIndex
                when (segment.replace("%2e", ".", ignoreCase = true)) {
                    "." -> if (isLast) kept += ""
                    ".." -> {
                        kept.removeLastOrNull()
                        if (isLast) kept += ""
                    }
                    else -> kept += segment
                }
            }
            return kept.joinToString("/", "/")
        }
    }
}
