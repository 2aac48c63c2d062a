package dev.openidclient.testing

import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLSocket

/** A listener on 127.0.0.1 whose TLS connections end without `close_notify`, as those that somebody cuts do. */
class AbruptTls(
    keyStore: KeyStore,
) : ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1")) {
    private val context =
        SSLContext.getInstance("TLS").apply {
            val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
            keys.init(keyStore, Certificates.PASSWORD.toCharArray())
            init(keys.keyManagers, null, null)
        }

    override fun accept(): Socket {
        val plain = super.accept()
        val tls = context.socketFactory.createSocket(plain, "127.0.0.1", plain.port, true) as SSLSocket
        tls.useClientMode = false
        return AbruptSocket(plain, tls)
    }

    private class AbruptSocket(
        private val plain: Socket,
        private val tls: SSLSocket,
    ) : Socket() {
        override fun getInputStream(): InputStream = tls.inputStream

        override fun getOutputStream(): OutputStream = tls.outputStream

        override fun shutdownOutput() = plain.shutdownOutput()

        override fun close() = plain.close()
    }

    private companion object {
        const val BACKLOG = 50
    }
}
