package dev.openidclient.testing

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.RSAEncrypter
import dev.openidclient.client.ClientSettings
import dev.openidclient.jose.DecryptionKey

/** A compact JWE of [jws] for the key of [decryptable]. */
fun encrypted(jws: String): String =
    JWEObject(JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM), Payload(jws))
        .apply { encrypt(RSAEncrypter(TestKeys.otherRsa)) }
        .serialize()

/** Lets the client open what [encrypted] made. */
fun ClientSettings.decryptable(): ClientSettings =
    decryption(DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256"))
