package dev.openidclient.jose

// RFC 8410 §10.1 and §10.3: SubjectPublicKeyInfo and PrivateKeyInfo of the two curves, up to the 32 bytes of the key

/** The bytes of a public or private key of either (RFC 7748 §5, RFC 8032 §5.1.5). */
internal const val CURVE_25519_SIZE: Int = 32

internal val ED25519_PREFIX: ByteArray = der("302A300506032B6570032100")

internal val ED25519_PRIVATE_PREFIX: ByteArray = der("302E020100300506032B657004220420")

internal val X25519_PREFIX: ByteArray = der("302A300506032B656E032100")

internal val X25519_PRIVATE_PREFIX: ByteArray = der("302E020100300506032B656E04220420")

/**
 * Whether [point] of Ed25519 has the order 1, 2, 4 or 8: with such a key there are signatures that verify for each
 * message. The JDK takes them.
 */
internal fun isOfSmallOrder(point: ByteArray): Boolean {
    if (point.isEmpty()) return false
    // the last bit is the sign of x, the others are y (RFC 8032 §5.1.2)
    val y = point.copyOf().also { it[it.lastIndex] = (it.last().toInt() and Byte.MAX_VALUE.toInt()).toByte() }
    return SMALL_ORDER.any { it.contentEquals(y) }
}

// y of the points of the orders 4, 1, 8, 8, 2; then 0 and 1 as p and p + 1, which nobody reduces
private val SMALL_ORDER =
    listOf(
        "00".repeat(32),
        "01" + "00".repeat(31),
        "26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05",
        "C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A",
        "EC" + "FF".repeat(30) + "7F",
        "ED" + "FF".repeat(30) + "7F",
        "EE" + "FF".repeat(30) + "7F",
    ).map(::der)

private const val HEX_RADIX = 16

/** Bytes in hexadecimal. */
internal fun der(hex: String): ByteArray = hex.chunked(2) { it.toString().toInt(HEX_RADIX).toByte() }.toByteArray()
