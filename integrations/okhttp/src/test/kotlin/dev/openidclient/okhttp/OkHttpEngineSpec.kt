package dev.openidclient.okhttp

import dev.openidclient.client.ContentEncodingSpec
import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.CutAnswersSpec
import dev.openidclient.http.MutualTlsSpec
import dev.openidclient.http.OkHttpEngine
import dev.openidclient.http.TransportEnginesFailureSpec
import dev.openidclient.http.TransportEnginesSpec
import dev.openidclient.network.BrokenAnswersSpec
import dev.openidclient.network.BrokenConnectionsSpec
import dev.openidclient.network.ManyTenantsSpec
import dev.openidclient.network.NetworkCancellationSpec
import dev.openidclient.network.NetworkLeakSpec
import dev.openidclient.network.StaleConnectionSpec
import okhttp3.OkHttpClient
import javax.net.ssl.SSLSocketFactory
import javax.net.ssl.X509TrustManager

/** What the tests below, which the library has for all engines, run with here. */
class TestedEngine : OkHttpEngine {
    override fun open(
        socketFactory: SSLSocketFactory?,
        trustManager: X509TrustManager?,
    ): CloseableHttpTransport {
        val client = OkHttpClient.Builder()
        if (socketFactory != null && trustManager != null) client.sslSocketFactory(socketFactory, trustManager)
        return HandedIn(client.build())
    }
}

class OkHttpTransportEnginesSpec : TransportEnginesSpec()

class OkHttpTransportEnginesFailureSpec : TransportEnginesFailureSpec()

class OkHttpCutAnswersSpec : CutAnswersSpec()

class OkHttpMutualTlsSpec : MutualTlsSpec()

class OkHttpContentEncodingSpec : ContentEncodingSpec()

class OkHttpBrokenAnswersSpec : BrokenAnswersSpec()

class OkHttpBrokenConnectionsSpec : BrokenConnectionsSpec()

class OkHttpNetworkCancellationSpec : NetworkCancellationSpec()

class OkHttpNetworkLeakSpec : NetworkLeakSpec()

class OkHttpStaleConnectionSpec : StaleConnectionSpec()

class OkHttpManyTenantsSpec : ManyTenantsSpec()
