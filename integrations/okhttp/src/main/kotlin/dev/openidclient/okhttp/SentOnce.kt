package dev.openidclient.okhttp

import dev.openidclient.http.HttpBody
import okhttp3.Authenticator
import okhttp3.CookieJar
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.RequestBody
import okhttp3.Response
import okio.BufferedSink
import java.io.IOException
import java.net.HttpURLConnection.HTTP_PROXY_AUTH
import java.net.HttpURLConnection.HTTP_UNAVAILABLE
import java.net.Proxy
import java.util.concurrent.atomic.AtomicBoolean

/** This client, which shares its connections and threads, as one that sends each request once and keeps nothing. */
internal fun OkHttpClient.sendingOnce(): OkHttpClient =
    newBuilder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        // without repetition it is the only way to a host's next address
        .fastFallback(true)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null)
        .apply {
            // where there is no other, nobody but this transport sees the status
            if (interceptors().isNotEmpty()) addInterceptor(Revealing)
            networkInterceptors().add(0, Hiding)
        }.build()

/** How far a call came. It is a tag of the call. */
internal class Progress {
    /** Whether there is a connection: from here on the server may see something of the request. */
    @Volatile var isConnected = false

    /** Whether status and headers of the answer are there. */
    @Volatile var isAnswered = false

    /** The status that OkHttp must not see. */
    @Volatile var hiddenStatus: Int? = null
}

/** Whatever an interceptor does, it leaves this process once. */
internal class OnceBody(
    private val body: HttpBody,
) : RequestBody() {
    private val isWritten = AtomicBoolean()

    // the header is set by hand: OkHttp would write the type anew
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = body.size.toLong()

    override fun isOneShot(): Boolean = true

    override fun writeTo(sink: BufferedSink) {
        if (!isWritten.compareAndSet(false, true)) throw IOException("the request was sent already")
        sink.write(body.bytes())
    }
}

/**
 * Two answers make OkHttp send a request without a body again, whatever its settings are: 503 with `Retry-After: 0`,
 * and 421 on a connection that it shares between hosts. A 407 makes it send the proxy's credentials, also where it came
 * from a server, or fail. Between this and [Revealing] they have another status.
 */
private object Hiding : Interceptor {
    private const val MISDIRECTED_REQUEST = 421
    private const val STAND_IN = 500

    override fun intercept(chain: Interceptor.Chain): Response {
        val progress = chain.call().tag(Progress::class)
        progress?.isConnected = true
        // an interceptor of the caller's own may have gone on before, or the proxy was asked
        progress?.isAnswered = false
        progress?.hiddenStatus = null
        val response = chain.proceed(chain.request())
        progress?.isAnswered = true
        val isActedUpon = response.code == HTTP_UNAVAILABLE || response.code == MISDIRECTED_REQUEST
        if (!isActedUpon && !(response.code == HTTP_PROXY_AUTH && isOfServer(chain))) return response
        progress?.hiddenStatus = response.code
        return response.newBuilder().code(STAND_IN).build()
    }

    /** What comes through TLS is no proxy's. */
    private fun isOfServer(chain: Interceptor.Chain): Boolean {
        val proxy = chain.connection()?.route()?.proxy ?: return false
        return chain.request().isHttps || proxy.type() != Proxy.Type.HTTP
    }
}

private object Revealing : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        chain.call().tag(Progress::class)?.isAnswered = false
        val response = chain.proceed(chain.request())
        val progress = chain.call().tag(Progress::class)
        val status = progress?.hiddenStatus ?: return response
        progress.hiddenStatus = null
        return response.newBuilder().code(status).build()
    }
}
