package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.util.Base64URL
import java.security.spec.ECFieldFp

/**
 * Whether [value] is a coordinate as a JWK must have it: of as many bytes as the field of [curve] needs
 * ([RFC 7518 §6.2.1.2](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.2)), and a number below its prime. Nimbus
 * takes any spelling, and computes with the remainder.
 */
internal fun isCoordinate(
    value: Base64URL,
    curve: Curve,
): Boolean {
    val field = curve.toECParameterSpec()?.curve?.field as? ECFieldFp ?: return false
    val size = (field.fieldSize + BITS_PER_BYTE - 1) / BITS_PER_BYTE
    return value.decode().size == size && value.decodeToBigInteger() < field.p
}

private const val BITS_PER_BYTE = 8
