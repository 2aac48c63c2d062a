package dev.openidclient.testserver

import dev.openidclient.http.Parameters
import java.net.HttpURLConnection
import java.net.URI

/** Brings logout tokens to applications (OpenID Connect Back-Channel Logout §2.5). */
internal object LogoutDelivery {
    private const val TIMEOUT_MILLIS = 10_000

    /** The status of the answer. */
    fun post(
        uri: String,
        logoutToken: String,
    ): Int {
        val connection = URI(uri).toURL().openConnection() as HttpURLConnection
        try {
            connection.requestMethod = "POST"
            connection.connectTimeout = TIMEOUT_MILLIS
            connection.readTimeout = TIMEOUT_MILLIS
            connection.instanceFollowRedirects = false
            connection.doOutput = true
            connection.setRequestProperty("content-type", "application/x-www-form-urlencoded")
            val form = Parameters.of("logout_token" to logoutToken).encode()
            connection.outputStream.use { it.write(form.encodeToByteArray()) }
            return connection.responseCode
        } finally {
            connection.disconnect()
        }
    }
}
