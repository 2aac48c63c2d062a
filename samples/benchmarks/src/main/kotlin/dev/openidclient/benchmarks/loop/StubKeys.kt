package dev.openidclient.benchmarks.loop

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import kotlin.io.path.deleteExisting
import kotlin.io.path.deleteIfExists
import kotlin.io.path.inputStream
import kotlin.io.path.pathString

/** The keys of a stub server, made when it starts: two that sign tokens, and one for TLS with its certificate. */
internal class StubKeys {
    private val rsa = KeyPairGenerator.getInstance("RSA").apply { initialize(RSA_BITS) }.generateKeyPair()
    private val ec =
        KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
    private val tls = madeByKeytool()

    val tlsKeys: KeyManagerFactory =
        KeyManagerFactory
            .getInstance(KeyManagerFactory.getDefaultAlgorithm())
            .apply { init(tls, PASSWORD.toCharArray()) }

    val certificatePem: String
        get() {
            val lines = Base64.getMimeEncoder().encodeToString(tls.getCertificate(ALIAS).encoded)
            return "-----BEGIN CERTIFICATE-----\n$lines\n-----END CERTIFICATE-----\n"
        }

    val jwks: JsonObject =
        buildJsonObject {
            putJsonArray("keys") {
                addJsonObject {
                    val key = rsa.public as RSAPublicKey
                    put("kty", "RSA")
                    put("use", "sig")
                    put("kid", keyId(SigningAlgorithm.RS256))
                    put("n", encoded(key.modulus, RSA_BITS))
                    put("e", encoded(key.publicExponent, key.publicExponent.bitLength()))
                }
                addJsonObject {
                    val point = (ec.public as ECPublicKey).w
                    put("kty", "EC")
                    put("crv", "P-256")
                    put("use", "sig")
                    put("kid", keyId(SigningAlgorithm.ES256))
                    put("x", encoded(point.affineX, P256_BITS))
                    put("y", encoded(point.affineY, P256_BITS))
                }
            }
        }

    fun keyId(algorithm: SigningAlgorithm): String = "${algorithm.identifier.lowercase()}-1"

    fun sign(
        algorithm: SigningAlgorithm,
        input: ByteArray,
    ): ByteArray {
        val signature = Signature.getInstance(algorithm.jcaName)
        signature.initSign(pair(algorithm).private)
        signature.update(input)
        return signature.sign()
    }

    private fun pair(algorithm: SigningAlgorithm): KeyPair =
        when (algorithm) {
            SigningAlgorithm.RS256 -> rsa
            SigningAlgorithm.ES256 -> ec
        }

    /** [number] in base64url, big-endian, in as many bytes as [bits] need (RFC 7518 §6.2.1.2, §6.3.1.1). */
    private fun encoded(
        number: BigInteger,
        bits: Int,
    ): String {
        val size = (bits + Byte.SIZE_BITS - 1) / Byte.SIZE_BITS
        val bytes = number.toByteArray().let { ByteArray(maxOf(0, size - it.size)) + it.takeLast(size) }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
    }

    /** The JDK has no other way to a certificate. */
    private fun madeByKeytool(): KeyStore {
        val directory = Files.createTempDirectory("stub-server")
        val file = directory.resolve("keys.p12")
        try {
            val options =
                "-genkeypair -alias $ALIAS -keyalg RSA -keysize $RSA_BITS -dname CN=localhost -validity 2 " +
                    "-ext san=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass $PASSWORD -keystore"
            val keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").pathString
            val process =
                ProcessBuilder(listOf(keytool) + options.split(' ') + file.pathString).redirectErrorStream(true).start()
            check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
                process.inputStream.readAllBytes().decodeToString()
            }
            return KeyStore.getInstance("PKCS12").apply {
                file.inputStream().use { load(it, PASSWORD.toCharArray()) }
            }
        } finally {
            file.deleteIfExists()
            directory.deleteExisting()
        }
    }

    private companion object {
        const val RSA_BITS = 2048
        const val P256_BITS = 256
        const val ALIAS = "server"

        /** Of a key store that lives for a moment. */
        const val PASSWORD = "changeit"
    }
}
