package dev.openidclient.integration

import dev.openidclient.samples.server.HeadlessBrowser
import kotlinx.serialization.json.JsonObject
import javax.net.ssl.SSLContext

/**
 * `oidc-provider`, started at the first use as one process for the test JVM, which ends with it. Each profile is an
 * issuer of its own, over plain HTTP and ([InteropIssuer.overTls]) over TLS. Specs that use it carry
 * `@EnabledIf(OidcProviderAvailable::class)`.
 */
object OidcProvider {
    private val server: NodeServer by lazy { NodeServer.start() }
    private val tls: InteropTls by lazy { InteropTls(server.description.member("certificates")) }

    /** All that the server can do, none of it required. */
    @JvmStatic
    val everything: InteropIssuer by lazy { issuer("everything") }

    /** Refuses DPoP proofs without a nonce, at its endpoints and (another nonce) at its resource. */
    @JvmStatic
    val dpopNonces: InteropIssuer by lazy { issuer("dpop-nonces") }

    /** Refuses authorization requests that were not pushed. */
    @JvmStatic
    val parOnly: InteropIssuer by lazy { issuer("par-only") }

    /** Registers nobody without a software statement of the [Partner]. */
    @JvmStatic
    val softwareStatements: InteropIssuer by lazy { issuer("software-statements") }

    /** Has one signing key, for ES256, which [InteropIssuer.rotateSigningKey] changes. */
    @JvmStatic
    val keyRotation: InteropIssuer by lazy { issuer("key-rotation") }

    /** FAPI 1.0 Advanced: signed request objects, hybrid or JARM responses; certificate-bound tokens over TLS. */
    @JvmStatic
    val fapi1: InteropIssuer by lazy { issuer("fapi1") }

    /** FAPI 2.0: pushed requests, PKCE, `private_key_jwt` with DPoP or, over TLS, mutual TLS. */
    @JvmStatic
    val fapi2: InteropIssuer by lazy { issuer("fapi2") }

    /** A new browser session; the server takes every user name, which becomes the subject. */
    @JvmStatic
    @JvmOverloads
    fun browser(username: String = "alice"): HeadlessBrowser = HeadlessBrowser(username, "any password", trust())

    /** Trusts the authority of this run and presents no certificate. */
    @JvmStatic
    fun trust(): SSLContext = tls.context(null)

    /** Trusts the authority of this run and presents the certificate [name]: `rsa`, `ec` or `self-signed`. */
    @JvmStatic
    fun trust(name: String): SSLContext = tls.context(tls.certificate(name))

    /** The certificate that the TLS ports chain to, in PEM. */
    @JvmStatic
    fun authorityCertificate(): String = tls.authority

    /** A client certificate and its key, in PEM: `rsa` and `ec` (one subject), or `self-signed`. */
    @JvmStatic
    fun clientCertificate(name: String): InteropCertificate = tls.certificate(name)

    /**
     * The private JWK that the clients with [JWKs][InteropClient.metadata] registered the public half of: `rsa`, `p256`,
     * `p384`, `p521`, `ed25519` to sign, `rsa-enc`, `p256-enc`, `p384-enc`, `p521-enc`, `x25519-enc` to decrypt.
     */
    @JvmStatic
    fun clientKey(id: String): JsonObject = server.description.member("clientKeys").member(id)

    /** The identifier and the private keys of the [Partner]. */
    internal fun partner(): JsonObject = server.description.member("partner")

    private fun issuer(profile: String): InteropIssuer {
        val description = server.description.member("issuers").member(profile)
        return InteropIssuer(
            description = description.member("http"),
            secure = description.member("https"),
            tls = trust(),
        )
    }
}
