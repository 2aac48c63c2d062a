package dev.openidclient.http

import java.net.InetAddress
import java.security.cert.X509Certificate

/** The host of a URL that is an IP address, or would be read as one. */
internal class IpAddressHost private constructor(
    /** Null where the spelling is not the common one, as in `127.1` or with a zone. */
    val address: InetAddress?,
) {
    /** Whether [certificate] is for this address: it has it as `iPAddress` (RFC 6125 §B.2, RFC 5280 §4.2.1.6). */
    fun isNamedBy(certificate: X509Certificate): Boolean =
        certificate.subjectAlternativeNames.orEmpty().any { (kind, name) ->
            kind == IP_ADDRESS && of("$name".bracketed())?.address == address && address != null
        }

    companion object {
        // RFC 5280 §4.2.1.6: GeneralName
        private const val IP_ADDRESS = 7

        private val IPV4 = Regex("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")
        private val IPV6 = Regex("\\[[0-9a-fA-F:.]+]")
        private val NUMBER = Regex("[0-9]+|0[xX][0-9a-fA-F]*")

        /** Null where [host] is a name (the URL standard: it ends in no number). */
        fun of(host: String): IpAddressHost? =
            when {
                IPV4.matches(host) && host.split('.').all { it.toInt() <= UByte.MAX_VALUE.toInt() } ->
                    IpAddressHost(InetAddress.getByName(host))
                IPV6.matches(host) -> IpAddressHost(InetAddress.getByName(host))
                host.startsWith("[") || NUMBER.matches(host.removeSuffix(".").substringAfterLast('.')) ->
                    IpAddressHost(null)
                else -> null
            }

        private fun String.bracketed() = if (':' in this) "[$this]" else this
    }
}
