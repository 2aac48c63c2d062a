package dev.openidclient.okhttp

import okhttp3.Call
import okhttp3.EventListener
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy

/**
 * Ends the making of a connection whose call was cancelled between two steps: OkHttp looks for that within a step only,
 * and would wait for the server until its own timeout. A listener is the one place between the steps; what it throws is
 * taken for the failure of the step that begins.
 */
internal object HangingUp : EventListener() {
    override fun connectStart(
        call: Call,
        inetSocketAddress: InetSocketAddress,
        proxy: Proxy,
    ): Unit = endCancelled(call)

    override fun secureConnectStart(call: Call): Unit = endCancelled(call)

    private fun endCancelled(call: Call) {
        if (call.isCanceled()) throw IOException("Canceled")
    }
}
