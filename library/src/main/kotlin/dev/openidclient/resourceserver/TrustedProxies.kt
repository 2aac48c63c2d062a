package dev.openidclient.resourceserver

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.IpAddressHost
import java.net.InetAddress
import java.net.UnknownHostException

/** The addresses of proxies, and networks of them, as `10.0.0.7`, `10.0.0.0/8` and `fd00::/8`. */
internal class TrustedProxies private constructor(
    private val networks: List<Network>,
) {
    /** Whether [address], an IP address as text, is one of them; what is none is not. */
    fun contain(address: String?): Boolean {
        val bytes = address?.let(::addressOf) ?: return false
        return networks.any { it.contains(bytes) }
    }

    override fun toString(): String = networks.joinToString(", ", "TrustedProxies(", ")")

    private class Network(
        private val address: ByteArray,
        private val prefix: Int,
    ) {
        fun contains(other: ByteArray): Boolean =
            other.size == address.size && (0 until prefix).all { bit(it, other) == bit(it, address) }

        private fun bit(
            index: Int,
            bytes: ByteArray,
        ): Int = bytes[index / Byte.SIZE_BITS].toInt() shr (Byte.SIZE_BITS - 1 - index % Byte.SIZE_BITS) and 1

        override fun toString(): String = "${InetAddress.getByAddress(address).hostAddress}/$prefix"
    }

    companion object {
        // that of an IPv4 address in an IPv6 one
        private const val LONGEST_ADDRESS = 45
        private const val ADDRESS_CHARACTERS = "0123456789abcdefABCDEF.:"

        /** Throws [IllegalArgumentException] where [names] are none, or one is no address and no network. */
        fun of(names: Iterable<String>): TrustedProxies {
            val networks = names.map(::network)
            require(networks.isNotEmpty()) { "forwarded(…) must name one proxy at least, by its address or network" }
            return TrustedProxies(networks)
        }

        private fun network(name: String): Network {
            val address = addressOf(name.substringBefore('/'))
            val bits = address?.let { it.size * Byte.SIZE_BITS }
            val prefix = if ('/' in name) name.substringAfter('/').toIntOrNull() else bits
            require(address != null && bits != null && prefix != null && prefix in 0..bits) {
                "a trusted proxy is named by its IP address or network, as 10.0.0.7, 10.0.0.0/8 or fd00::/8, " +
                    "not by \"${printable(name)}\""
            }
            return Network(address, prefix)
        }

        /** Never asks the DNS. An IPv4 address in an IPv6 one is that IPv4 address; a zone does not count. */
        private fun addressOf(text: String): ByteArray? {
            val literal = text.removeSurrounding("[", "]").substringBefore('%')
            if (literal.length > LONGEST_ADDRESS || !literal.all { it in ADDRESS_CHARACTERS }) return null
            val host = AbsoluteUrl.parse(if (':' in literal) "http://[$literal]/" else "http://$literal/")?.host
            return try {
                host?.let { IpAddressHost.of(it)?.address?.address }
            } catch (_: UnknownHostException) {
                null
            }
        }
    }
}
