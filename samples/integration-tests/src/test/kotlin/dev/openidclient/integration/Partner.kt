package dev.openidclient.integration

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.PlainJWT
import com.nimbusds.jwt.SignedJWT
import java.security.PrivateKey
import java.time.Instant
import java.util.Date
import java.util.UUID

/**
 * Whom the issuers of [OidcProvider] trust: it asserts who somebody is (RFC 7523, RFC 7522), and approves programs
 * (RFC 7591 §2.3). Its keys are those of the run; this library has no part in what it signs.
 */
object Partner {
    @JvmStatic
    val issuer: String get() = OidcProvider.partner().string("issuer")

    /** Signs SAML assertions. */
    internal val rsaKey: PrivateKey get() = RSAKey.parse(key("partner-rsa")).toPrivateKey()

    private val ecKey: ECKey get() = ECKey.parse(key("partner-p256"))

    /** A JWT of the partner that is good for a minute and has a `jti`, with [claims] on top; a null takes one away. */
    @JvmStatic
    fun jwt(claims: Map<String, Any?>): String = signed(claims, ecKey)

    /** The same under the partner's `kid`, but signed by somebody else. */
    @JvmStatic
    fun forgedJwt(claims: Map<String, Any?>): String =
        signed(claims, ECKeyGenerator(Curve.P_256).keyID(ecKey.keyID).generate())

    /** The same with `alg` `none`. */
    @JvmStatic
    fun unsignedJwt(claims: Map<String, Any?>): String = PlainJWT(claimsSet(claims)).serialize()

    private fun signed(
        claims: Map<String, Any?>,
        key: ECKey,
    ): String {
        val header = JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.keyID).build()
        return SignedJWT(header, claimsSet(claims)).apply { sign(ECDSASigner(key)) }.serialize()
    }

    private fun claimsSet(claims: Map<String, Any?>): JWTClaimsSet {
        val builder =
            JWTClaimsSet
                .Builder()
                .issuer(issuer)
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .jwtID(UUID.randomUUID().toString())
        claims.forEach { (name, value) -> builder.claim(name, value) }
        return builder.build()
    }

    private fun key(id: String): String = OidcProvider.partner().member("keys").member(id).toString()
}
