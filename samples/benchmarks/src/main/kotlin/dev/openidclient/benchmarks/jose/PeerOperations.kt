package dev.openidclient.benchmarks.jose

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.JWK
import com.nimbusds.jose.jwk.JWKSet
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.jwk.source.ImmutableJWKSet
import com.nimbusds.jose.proc.SecurityContext
import com.nimbusds.jwt.SignedJWT
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory
import com.nimbusds.oauth2.sdk.id.ClientID
import com.nimbusds.oauth2.sdk.id.Issuer
import com.nimbusds.oauth2.sdk.token.BearerAccessToken
import com.nimbusds.openid.connect.sdk.Nonce
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm
import org.springframework.security.oauth2.jwt.JwtValidators
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder
import java.net.URI
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey

/** The same work by others, as their documentation shows it. */
class PeerOperations(
    private val case: Case,
) {
    private val algorithm = JWSAlgorithm.parse(case.algorithm)

    /** Time, issuer and type are checked, as the decoder does for an issuer; audience and nonce are not. */
    fun springDecoder(): () -> Any? {
        val decoder = springDecoderOf(case.algorithm)
        decoder.setJwtValidator(JwtValidators.createDefaultWithIssuer(Case.ISSUER))
        return { decoder.decode(case.signed.idToken) }
    }

    /** What RFC 9068 wants beside the signature: type, time, issuer, audience and the claims that must be there. */
    fun springAccessTokenDecoder(): () -> Any? {
        val decoder = springDecoderOf(case.algorithm)
        decoder.setJwtValidator(
            JwtValidators
                .createAtJwtValidator()
                .issuer(Case.ISSUER)
                .audience(Case.AUDIENCE)
                .clientId(Case.CLIENT_ID)
                .build(),
        )
        return { decoder.decode(case.signed.accessToken) }
    }

    fun nimbusValidator(): () -> Any? {
        val validator = IDTokenValidator(Issuer(Case.ISSUER), ClientID(Case.CLIENT_ID), algorithm, JWKSet(jwk()))
        val nonce = Nonce(Case.NONCE)
        return { validator.validate(SignedJWT.parse(case.signed.idToken), nonce) }
    }

    fun nimbusProof(): () -> Any? {
        val factory = DefaultDPoPProofFactory(jwk(), algorithm)
        val resource = URI(Case.RESOURCE)
        val accessToken = BearerAccessToken(Case.ACCESS_TOKEN)
        return { factory.createDPoPJWT("GET", resource, accessToken).serialize() }
    }

    fun nimbusAssertion(): () -> Any? {
        val clientId = ClientID(Case.CLIENT_ID)
        val audience = URI(Case.ISSUER)
        val key = case.keyPair.private
        return { PrivateKeyJWT(clientId, audience, algorithm, key, Case.KEY_ID, null).toParameters() }
    }

    private fun springDecoderOf(algorithm: String): NimbusJwtDecoder =
        NimbusJwtDecoder
            .withJwkSource(ImmutableJWKSet<SecurityContext>(JWKSet(jwk())))
            .jwsAlgorithm(checkNotNull(SignatureAlgorithm.from(algorithm)))
            .build()

    private fun jwk(): JWK =
        when (val key = case.keyPair.public) {
            is RSAPublicKey ->
                RSAKey
                    .Builder(
                        key,
                    ).privateKey(case.keyPair.private)
                    .keyID(Case.KEY_ID)
                    .algorithm(algorithm)
                    .build()
            is ECPublicKey ->
                ECKey
                    .Builder(
                        Curve.P_256,
                        key,
                    ).privateKey(case.keyPair.private)
                    .keyID(Case.KEY_ID)
                    .algorithm(algorithm)
                    .build()
            else -> throw IllegalArgumentException("the peers do not take a key of ${key.algorithm}")
        }
}
