package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.KtorTransport
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.okhttp.OkHttp
import okhttp3.OkHttpClient
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** An issuer whose certificate the system does not trust: the given Ktor client does. */
@EnabledIf(OidcProviderAvailable::class)
class TlsIssuerIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything.overTls

        "a person signs in over TLS through the caller's own HTTP client" {
            HttpClient(OkHttp) { engine { config { trust(OidcProvider.trust(), trustOfThisRun()) } } }.use { http ->
                val registered = issuer.client("basic")
                val client =
                    OpenIdClient.discover(issuer.url, registered.id) {
                        transport = KtorTransport(http)
                        metadata { members(ClientMetadata(registered.metadata)) }
                    }
                client.userInfo(client.signIn(OidcProvider.browser())).subject shouldBe "alice"
            }
        }

        "the caller's own CIO, which would ask a name server whom it talks to, is refused for an IP address" {
            HttpClient(CIO).use { http ->
                val failure =
                    shouldThrow<TransportException> {
                        OpenIdClient.discover(issuer.url, "basic") { transport = KtorTransport(http) }
                    }
                failure.message shouldContain "CIO cannot check a certificate for an IP address"
            }
        }

        for (trusting in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            "a person signs in over TLS through the engine $trusting, which is told whom to trust" {
                issuer.connect("basic") { engine = trusting }.use { client ->
                    client.userInfo(client.signIn(OidcProvider.browser())).subject shouldBe "alice"
                }
            }
        }

        for (untrusting in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            "an issuer that the engine $untrusting does not trust is not talked to" {
                val failure =
                    shouldThrow<TransportException> {
                        OpenIdClient.discover(issuer.url, "basic") { engine = untrusting }
                    }
                failure.code shouldBe ErrorCode.NETWORK_ERROR
            }
        }
    })

private fun OkHttpClient.Builder.trust(
    context: SSLContext,
    manager: X509TrustManager,
) {
    sslSocketFactory(context.socketFactory, manager)
}

private fun trustOfThisRun(): X509TrustManager {
    val store = KeyStore.getInstance("PKCS12").apply { load(null, null) }
    val authority = OidcProvider.authorityCertificate().byteInputStream()
    store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(authority))
    val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
    return factory.apply { init(store) }.trustManagers.first() as X509TrustManager
}
