package dev.openidclient.jose

// RFC 8410 §10.1 and §10.3: SubjectPublicKeyInfo and PrivateKeyInfo of the two curves, up to the 32 bytes of the key

internal val ED25519_PREFIX: ByteArray = der("302A300506032B6570032100")

internal val ED25519_PRIVATE_PREFIX: ByteArray = der("302E020100300506032B657004220420")

internal val X25519_PREFIX: ByteArray = der("302A300506032B656E032100")

internal val X25519_PRIVATE_PREFIX: ByteArray = der("302E020100300506032B656E04220420")

private const val HEX_RADIX = 16

private fun der(hex: String): ByteArray = hex.chunked(2) { it.toString().toInt(HEX_RADIX).toByte() }.toByteArray()
