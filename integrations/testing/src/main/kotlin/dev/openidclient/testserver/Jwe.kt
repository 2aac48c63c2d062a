package dev.openidclient.testserver

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.ECDHEncrypter
import com.nimbusds.jose.crypto.RSAEncrypter
import kotlinx.serialization.json.JsonObject
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey

/** Encrypts for the keys of clients (RFC 7516). */
internal object Jwe {
    /** A compact JWE of [jwt], a nested JWT (RFC 7519 §5.2). */
    fun encrypt(
        jwt: String,
        jwk: JsonObject,
        algorithm: String,
        content: String,
    ): String {
        val header =
            JWEHeader
                .Builder(JWEAlgorithm.parse(algorithm), EncryptionMethod.parse(content))
                .contentType("JWT")
                .keyID(jwk.text("kid"))
                .build()
        val encrypter =
            when (val key = Jca.publicKey(jwk)) {
                is RSAPublicKey -> RSAEncrypter(key)
                is ECPublicKey -> ECDHEncrypter(key)
                else -> invalidRequest("the test server cannot encrypt for a key of the kty '${jwk.text("kty")}'")
            }
        return try {
            JWEObject(header, Payload(jwt)).apply { encrypt(encrypter) }.serialize()
        } catch (e: JOSEException) {
            throw IllegalArgumentException(
                "the test server cannot encrypt with $algorithm and $content for that key",
                e,
            )
        }
    }
}
