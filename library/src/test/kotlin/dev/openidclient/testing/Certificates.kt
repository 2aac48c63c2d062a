package dev.openidclient.testing

import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import kotlin.io.path.deleteIfExists
import kotlin.io.path.inputStream
import kotlin.io.path.outputStream
import kotlin.io.path.pathString

/** Key stores with one key and its certificate, unless told otherwise for 127.0.0.1; made at run time. */
object Certificates {
    const val ALIAS: String = "own"
    const val PASSWORD: String = "changeit"

    private const val LOCAL = "dns:localhost,ip:127.0.0.1"
    private const val AUTHORITY = "authority"
    private const val BACKLOG = 50

    private val made = ConcurrentHashMap<String, KeyStore>()

    private val authority: KeyStore by lazy {
        generated("-alias $AUTHORITY -keyalg RSA -keysize 2048 -dname CN=$AUTHORITY -ext bc:c -validity 2")
    }

    /** Signed by nobody but itself. The same one each time for one [name]; [algorithm] is `RSA` or `EC`. */
    fun keyStore(
        name: String,
        algorithm: String,
        subject: String = LOCAL,
    ): KeyStore =
        made.computeIfAbsent(name) {
            val size = if (algorithm == "RSA") "-keysize 2048" else "-groupname secp256r1"
            generated("-alias $ALIAS -keyalg $algorithm $size -dname CN=test -ext san=$subject -validity 2")
        }

    /** Signed by the one of [authorityPem]. The same one each time for the same [options], which are keytool's. */
    fun issued(
        subject: String = LOCAL,
        options: String = "-keysize 2048 -validity 2",
    ): KeyStore =
        made.computeIfAbsent("$subject $options") {
            generated(
                "-alias $ALIAS -keyalg RSA -dname CN=test -ext san=$subject $options -signer $AUTHORITY",
                authority,
            ).apply { deleteEntry(AUTHORITY) }
        }

    /** The certificate of the authority of [issued], as PEM text. */
    val authorityPem: String get() = pem("CERTIFICATE", authority.getCertificate(AUTHORITY).encoded)

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

    /** A listener on 127.0.0.1 that presents the certificate in [keyStore]. */
    fun listener(keyStore: KeyStore): ServerSocket {
        val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        keys.init(keyStore, PASSWORD.toCharArray())
        val context = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, null, null) }
        return context.serverSocketFactory.createServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"))
    }

    /** What keytool makes with [options] of [base]. */
    private fun generated(
        options: String,
        base: KeyStore? = null,
    ): KeyStore {
        val directory = Files.createTempDirectory("certificate")
        val file = directory.resolve("keys.p12")
        try {
            base?.let { file.outputStream().use { out -> it.store(out, PASSWORD.toCharArray()) } }
            keytool("-genkeypair $options", file)
            return KeyStore.getInstance("PKCS12").apply {
                file.inputStream().use { load(it, PASSWORD.toCharArray()) }
            }
        } finally {
            file.deleteIfExists()
            directory.deleteIfExists()
        }
    }

    private fun keytool(
        command: String,
        file: Path,
    ) {
        val keytool = ProcessHandle.current().info().command().get().removeSuffix("java") + "keytool"
        val options = "$command -storetype PKCS12 -storepass $PASSWORD -keystore".split(' ') + file.pathString
        val process = ProcessBuilder(listOf(keytool) + options).redirectErrorStream(true).start()
        check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
            process.inputStream.readAllBytes().decodeToString()
        }
    }
}
