package dev.openidclient.testing

import java.nio.file.Files
import java.security.KeyStore
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteExisting
import kotlin.io.path.inputStream
import kotlin.io.path.pathString

/** Key stores with one key and a certificate, unless told otherwise for 127.0.0.1, that nobody signed but itself; made at run time. */
object Certificates {
    const val ALIAS: String = "own"
    const val PASSWORD: String = "changeit"

    private val made = ConcurrentHashMap<String, KeyStore>()

    /** The same one each time for one [name]; [algorithm] is `RSA` or `EC`. */
    fun keyStore(
        name: String,
        algorithm: String,
        subject: String = "dns:localhost,ip:127.0.0.1",
    ): KeyStore = made.computeIfAbsent(name) { generate(algorithm, subject) }

    /** The certificate in [keyStore] as PEM text. */
    fun certificatePem(keyStore: KeyStore): String = pem("CERTIFICATE", keyStore.getCertificate(ALIAS).encoded)

    /** The private key in [keyStore] as PEM text. */
    fun privateKeyPem(keyStore: KeyStore): String =
        pem("PRIVATE KEY", keyStore.getKey(ALIAS, PASSWORD.toCharArray()).encoded)

    fun pem(
        label: String,
        content: ByteArray,
    ): String {
        val text = Base64.getMimeEncoder(64, "\n".encodeToByteArray()).encodeToString(content)
        return "-----BEGIN $label-----\n$text\n-----END $label-----\n"
    }

    private fun generate(
        algorithm: String,
        subject: String,
    ): KeyStore {
        val file = Files.createTempFile("certificate", ".p12").also { it.deleteExisting() }
        val size = if (algorithm == "RSA") "-keysize 2048" else "-groupname secp256r1"
        val options =
            "-genkeypair -alias $ALIAS -keyalg $algorithm $size -dname CN=test -ext san=$subject -validity 2 " +
                "-storetype PKCS12 -storepass $PASSWORD -keystore ${file.pathString}"
        val keytool = ProcessHandle.current().info().command().get().removeSuffix("java") + "keytool"
        val process = ProcessBuilder(listOf(keytool) + options.split(' ')).redirectErrorStream(true).start()
        check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
            process.inputStream.readAllBytes().decodeToString()
        }
        val keys = KeyStore.getInstance("PKCS12")
        file.inputStream().use { keys.load(it, PASSWORD.toCharArray()) }
        file.deleteExisting()
        return keys
    }
}
