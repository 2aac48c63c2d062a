package dev.openidclient.testserver

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.math.BigInteger
import java.net.InetAddress
import java.security.KeyPair
import java.security.PrivateKey
import java.security.Signature
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.concurrent.atomic.AtomicLong

private const val INTEGER = 0x02
private const val BIT_STRING = 0x03
private const val OCTET_STRING = 0x04
private const val OBJECT_IDENTIFIER = 0x06
private const val UTF8_STRING = 0x0c
private const val UTC_TIME = 0x17
private const val SEQUENCE = 0x30
private const val SET = 0x31

// context-specific: RFC 5280 §4.1 and §4.2.1.6
private const val VERSION = 0xa0
private const val EXTENSIONS = 0xa3
private const val DNS_NAME = 0x82
private const val IP_ADDRESS = 0x87

private const val LONG_FORM = 0x80

private val V3 = byteArrayOf(2)
private val TRUE = byteArrayOf(0x01, 0x01, 0xff.toByte())
private val NULL = byteArrayOf(0x05, 0x00)

private val COMMON_NAME = identifier(0x55, 0x04, 0x03)
private val SUBJECT_ALTERNATIVE_NAME = identifier(0x55, 0x1d, 0x11)
private val BASIC_CONSTRAINTS = identifier(0x55, 0x1d, 0x13)

private val ALGORITHMS =
    mapOf(
        "SHA256withRSA" to der(SEQUENCE, rsa(0x0b), NULL),
        "MD5withRSA" to der(SEQUENCE, rsa(0x04), NULL),
        "SHA256withECDSA" to der(SEQUENCE, identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
    )

private val serials = AtomicLong()

private val UTC = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC)

/** Of an authority, or of a server with [names], as in `dns:localhost,ip:127.0.0.1`. */
internal class CertificateMaker(
    private val subject: String,
    private val names: String?,
    private val notBefore: Instant,
    private val notAfter: Instant,
    private val algorithm: String,
) {
    /** A certificate (RFC 5280 §4.1) of the public key in [own], which [signer] with the name [issuer] signs. */
    fun make(
        own: KeyPair,
        issuer: String,
        signer: PrivateKey,
    ): X509Certificate {
        val signed =
            der(
                SEQUENCE,
                der(VERSION, der(INTEGER, V3)),
                der(INTEGER, BigInteger.valueOf(serials.incrementAndGet()).toByteArray()),
                ALGORITHMS.getValue(algorithm),
                name(issuer),
                der(SEQUENCE, time(notBefore), time(notAfter)),
                name(subject),
                own.public.encoded,
                der(EXTENSIONS, der(SEQUENCE, if (names == null) authority() else alternativeNames(names))),
            )
        val signature =
            Signature.getInstance(algorithm).run {
                initSign(signer)
                update(signed)
                sign()
            }
        val whole = der(SEQUENCE, signed, ALGORITHMS.getValue(algorithm), der(BIT_STRING, byteArrayOf(0), signature))
        return CertificateFactory.getInstance("X.509").generateCertificate(ByteArrayInputStream(whole))
            as X509Certificate
    }
}

private fun authority() = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)))

private fun alternativeNames(names: String): ByteArray {
    val each =
        names.split(',').map {
            val value = it.substringAfter(':')
            when (it.substringBefore(':')) {
                "dns" -> der(DNS_NAME, value.encodeToByteArray())
                "ip" -> der(IP_ADDRESS, InetAddress.getByName(value).address)
                else -> error("neither dns: nor ip: $it")
            }
        }
    return der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, der(SEQUENCE, *each.toTypedArray())))
}

private fun name(common: String) =
    der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, common.encodeToByteArray()))))

private fun time(instant: Instant) = der(UTC_TIME, UTC.format(instant).encodeToByteArray())

private fun rsa(last: Int) = identifier(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last)

private fun identifier(vararg bytes: Int) = der(OBJECT_IDENTIFIER, ByteArray(bytes.size) { bytes[it].toByte() })

/** A value of ASN.1, of that [tag], in the distinguished encoding. */
private fun der(
    tag: Int,
    vararg parts: ByteArray,
): ByteArray {
    val size = parts.sumOf { it.size }
    val length = BigInteger.valueOf(size.toLong()).toByteArray().dropWhile { it == 0.toByte() }
    return ByteArrayOutputStream()
        .apply {
            write(tag)
            if (size >= LONG_FORM) write(LONG_FORM or length.size)
            if (size >= LONG_FORM) writeBytes(length.toByteArray()) else write(size)
            parts.forEach { writeBytes(it) }
        }.toByteArray()
}
