package dev.openidclient.spring

import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.testing.Certificates
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import java.nio.file.Path
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.util.concurrent.CompletionException
import kotlin.io.path.createTempFile
import kotlin.io.path.outputStream

private const val PEM = "spring.ssl.bundle.pem.as"
private const val JKS = "spring.ssl.bundle.jks.as"

private val ours = Certificates.keyStore("client of the starter", "RSA")

private fun KeyStore.certificate() = getCertificate(Certificates.ALIAS) as X509Certificate

/** A server on this machine that knows its client by the certificate of [ours]. */
private fun mutualTls(configure: TestServerSettings.() -> Unit = {}): TestAuthorizationServer =
    TestAuthorizationServer {
        client("app") {
            tokenEndpointAuthMethod("tls_client_auth")
            metadata("tls_client_auth_subject_dn", ours.certificate().subjectX500Principal.name)
        }
        configure()
    }.listenTls()

private fun tlsAt(
    server: TestAuthorizationServer,
    vararg properties: String,
): ApplicationContextRunner =
    applications()
        .withConfiguration(AutoConfigurations.of(SslAutoConfiguration::class.java))
        .withPropertyValues("$ORDERS.issuer=${server.issuer}", "$ORDERS.client-id=app", "$ORDERS.tls.bundle=as")
        .withPropertyValues(*properties)

private fun trusting(vararg servers: TestAuthorizationServer) =
    "$PEM.truststore.certificate=${servers.joinToString("") { it.trust() }}"

private val presenting =
    arrayOf(
        "$ORDERS.authentication=tls",
        "$PEM.keystore.certificate=${Certificates.certificatePem(ours)}",
        "$PEM.keystore.private-key=${Certificates.privateKeyPem(ours)}",
    )

/** [ours] in a file of [type], protected with [store], its key with [key]. */
private fun file(
    type: String,
    store: String,
    key: String = store,
): Path {
    val made = KeyStore.getInstance(type).apply { load(null, null) }
    val own = ours.getKey(Certificates.ALIAS, Certificates.PASSWORD.toCharArray())
    made.setKeyEntry("orders", own, key.toCharArray(), ours.getCertificateChain(Certificates.ALIAS))
    return createTempFile("keys", ".$type").apply {
        toFile().deleteOnExit()
        outputStream().use { made.store(it, store.toCharArray()) }
    }
}

private fun trustFile(server: TestAuthorizationServer): Path {
    val factory = CertificateFactory.getInstance("X.509")
    val trusted = KeyStore.getInstance("PKCS12").apply { load(null, null) }
    trusted.setCertificateEntry("as", factory.generateCertificate(server.trust().byteInputStream()))
    return createTempFile("trust", ".p12").apply {
        toFile().deleteOnExit()
        outputStream().use { trusted.store(it, SECRET.toCharArray()) }
    }
}

private fun ApplicationContextRunner.token() =
    also {
        it.run { context ->
            context.startupFailure.shouldBeNull()
            context
                .getBean(AsyncTokenSource::class.java)
                .token()
                .join()
                .accessToken
                .isNotEmpty() shouldBe true
        }
    }

/** Real handshakes. */
class SslBundleSpec :
    FunSpec({
        timeout = 60_000

        test("a bundle of PEM has the certificate that the client authenticates with") {
            mutualTls().use { server ->
                tlsAt(server, trusting(server), *presenting).token()
                server.requests.last { it.url.endsWith("/token") }.status shouldBe 200
            }
        }

        for ((type, keyPassword) in listOf("PKCS12" to SECRET, "JKS" to SECRET, "JKS" to "of-the-key-alone")) {
            val own = if (keyPassword == SECRET) "" else ", whose key has a password of its own"
            test("a bundle of $type has it, too$own") {
                mutualTls().use { server ->
                    val location = file(type, SECRET, keyPassword)
                    tlsAt(server, "$ORDERS.authentication=tls")
                        .withPropertyValues("$JKS.keystore.location=file:$location", "$JKS.keystore.type=$type")
                        .withPropertyValues("$JKS.keystore.password=$SECRET", "$JKS.key.alias=orders")
                        .withPropertyValues("$JKS.key.password=$keyPassword")
                        .withPropertyValues("$JKS.truststore.location=file:${trustFile(server)}")
                        .withPropertyValues("$JKS.truststore.type=PKCS12", "$JKS.truststore.password=$SECRET")
                        .token()
                }
            }
        }

        test("a bundle of authorities alone says who is trusted") {
            TestAuthorizationServer { client("app", SECRET) }.listenTls().use { server ->
                tlsAt(server, trusting(server), "$ORDERS.client-secret=$SECRET").token()
            }
        }

        test("a server of another authority gets nothing") {
            TestAuthorizationServer { client("app", SECRET) }.listenTls().use { server ->
                val other = TestAuthorizationServer {}
                tlsAt(server, trusting(other), "$ORDERS.client-secret=$SECRET").run { context ->
                    val failure =
                        shouldThrow<CompletionException> {
                            context.getBean(AsyncTokenSource::class.java).token().join()
                        }
                    (failure.cause as OAuthException).code shouldBe ErrorCode.NETWORK_ERROR
                    server.requests.size shouldBe 0
                }
            }
        }

        test("the certificate goes to the server's endpoints for mutual TLS where it has them") {
            mutualTls().use { presented ->
                val aliases = mapOf("token_endpoint" to presented.metadata.tokenEndpoint)
                mutualTls { metadata("mtls_endpoint_aliases", aliases) }.use { server ->
                    tlsAt(server, trusting(server, presented), *presenting).token()
                    presented.tokenEndpoint.requestCount shouldBe 1
                    server.tokenEndpoint.requestCount shouldBe 0
                }
            }
        }

        context("a wrong bundle fails the start, with the name of the property:") {
            fun failureOf(vararg properties: String): String {
                var text = ""
                tlsAt(TestAuthorizationServer {}, *properties).run { context ->
                    val failure = context.startupFailure.shouldNotBeNull()
                    val analysis = InvalidPropertyFailureAnalyzer().analyze(failure).shouldNotBeNull()
                    text = "${analysis.description} ${analysis.action}"
                    generateSequence<Throwable>(failure) { it.cause }.forEach { "$it" shouldNotContain SECRET }
                }
                return text
            }

            test("one that there is not") {
                failureOf("$ORDERS.client-secret=$SECRET") shouldContain
                    "$ORDERS.tls.bundle names \"as\", which is no SSL bundle"
            }

            test("one without a certificate for a client that needs it") {
                failureOf("$ORDERS.authentication=tls", trusting(TestAuthorizationServer {})) shouldContain
                    "$ORDERS.tls.bundle names a bundle without a client certificate"
            }

            test("one whose password does not open it") {
                failureOf(
                    "$ORDERS.authentication=tls",
                    "$JKS.keystore.location=file:${file("PKCS12", SECRET)}",
                    "$JKS.keystore.password=another",
                ) shouldContain "$ORDERS.tls.bundle names a bundle that cannot be read"
            }

            test("one whose key has another alias") {
                failureOf(
                    "$ORDERS.authentication=tls",
                    "$JKS.keystore.location=file:${file("PKCS12", SECRET)}",
                    "$JKS.keystore.password=$SECRET",
                    "$JKS.key.alias=other",
                ) shouldContain "$ORDERS.tls.bundle is wrong: the key store has no private key \"other\""
            }
        }
    })
