package dev.openidclient.messages

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.sign
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.Audience
import dev.openidclient.clientauth.ClientAssertion
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.KtorTransport
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.connectionTo
import dev.openidclient.testing.idToken
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.TokenType
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import dev.openidclient.userinfo.userInfoByPost
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respondOk
import io.ktor.client.plugins.HttpRedirect
import kotlinx.coroutines.CancellationException
import java.security.Provider
import java.time.Duration

private val PASSWORD = Certificates.PASSWORD.toCharArray()

private fun client(configure: ClientSettings.() -> Unit): OpenIdClient = StubServer().client(configure = configure)

private fun ownEngine(configure: ClientSettings.() -> Unit) =
    OpenIdClient(serverMetadata(), CLIENT_ID, configure).close()

/** Settings that cannot be. */
internal suspend fun Messages.settings() {
    of { client { timeout = Duration.ofSeconds(-1) } }
    of { client { clockSkew = Duration.ofDays(2) } }
    of { client { clockTolerance = Duration.ofDays(2) } }
    of { client { maximumResponseSize = 0 } }
    of { client { pendingAuthorizationLifetime = Duration.ZERO } }
    of { client { jwksOutageTolerance = Duration.ofSeconds(-1) } }
    of { client { useJwtResponseMode().useIdTokenResponseType() } }
    of { client { detachedSignatureResponseChecks() } }
    of { client { tls { } } }
    of { client { proxy { url = "http://proxy.example.com:3128" } } }
    of { client { mapOrigin("id.example.com", "https://keycloak.internal") } }
    of { client { mapOrigin("https://*.example.com", "https://keycloak.internal") } }
    of { client { mapOrigin("https://id.example.com/realms", "https://keycloak.internal") } }
    of { client { mapOrigin("https://id.example.com", "https://keycloak.internal/auth") } }
    of { client { mapOrigin("https://id.example.com", "ftp://keycloak.internal") } }
    of { client { mapOrigin("https://id.example.com", "http://keycloak.internal") } }
    of { client { mapOrigin("https://id.example.com", "https://id.example.com") } }
    of { client { mapOrigin("https://a.example.com", "https://b").mapOrigin("https://a.example.com", "https://c") } }
    of { client { mapOrigin("https://b.example.com", "https://c").mapOrigin("https://a", "https://b.example.com") } }
    of { client { mapOrigin("https://a.example.com", "https://b").mapOrigin("https://b", "https://c") } }
    of { ownEngine { transportPresentsCertificate() } }
    of { client { decryption(emptyList()) } }
    of { client { decryption(listOf(decryptionKey()), "A256XYZ") } }
    of { client { decryption(decryptionKey()).decryption(decryptionKey()) } }
    of { client { tokenTypeAlias("", TokenType.BEARER) } }
    of { client { tokenTypeAlias("DPoP", TokenType.BEARER) } }
    of { client { tokenTypeAlias("bot", "DPoP") } }
    of { client { trustAudiences() } }
    of { client { assumeBearer().requireSenderConstrained() } }
    of { client { acceptMissingNonce().useCodeIdTokenResponseType() } }
    of { client { authentication = TlsClientAuth } }
    of { OpenIdClient(serverMetadata(), CLIENT_ID) { connection(connectionTo()).timeout(Duration.ofSeconds(3)) } }
    of { client { permitUrl { false } }.clientCredentialsGrant() }
    of { KtorTransport(HttpClient(MockEngine { respondOk() }) { install(HttpRedirect) }) }
    of { CryptoProvider.use(object : Provider("Empty", "1", "") {}) }
}

private fun decryptionKey() = DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256")

/** How the client authenticates. */
internal suspend fun Messages.authentication() {
    of { ClientSecretPost("") }
    of { client { authentication = ClientSecretBasic() }.clientCredentialsGrant() }
    val closed = ClientAuthentication { throw CancellationException() }
    of { client { authentication = closed }.clientCredentialsGrant() }
    of { client { authentication = PrivateKeyJwt(ClosedKey()) }.clientCredentialsGrant() }
    of { ClientAssertion.from("") { "x" } }
    of { client { authentication = ClientAssertion.from { "" } }.clientCredentialsGrant() }
    of { client { authentication = ClientAssertion.from { "a\nb" } }.clientCredentialsGrant() }
    of { tokenAnswer("""{"error":"invalid_client"}""", 401) { authentication = ClientAssertion.from { "a.b.c" } } }
}

/** Certificates and proxies of the engines that a client makes. */
internal suspend fun Messages.engines() {
    val one = Certificates.keyStore("messages EC", "EC")
    val empty = java.security.KeyStore.getInstance("PKCS12").apply { load(null, null) }
    of { client { tls { trustPem("x") } } }
    of { client { tls { pem("x") } } }
    of { client { tls { pem(Certificates.certificatePem(one)) } } }
    of { client { tls { keyStore(empty, PASSWORD) } } }
    of { client { tls { keyStore(one, PASSWORD, "other") } } }
    of { client { tls { keyStore(one, "wrong".toCharArray()) } } }
    of { HttpEngine.CIO.open { tls { keyStore(one, PASSWORD) } } }
    of { HttpEngine.CIO.open { proxy { url("http://proxy.example.com:3128").credentials("user", "p4ss") } } }
    of { HttpEngine.JAVA.open { proxy { url("http://proxy.example.com:3128").credentials("user", "p4ss") } } }
    of { HttpEngine.JAVA.open { proxy { url("proxy.example.com") } } }
    of { HttpEngine.JAVA.open { proxy { credentials("a:b", "p4ss") } } }
    of { HttpEngine.JAVA.open { proxy { credentials("a", "p4ss\n") } } }
}

private class ClosedKey : SigningKey by SigningKey.generate("ES256") {
    override suspend fun sign(bytes: ByteArray): ByteArray = throw CancellationException()
}

private val ES256 by lazy { SigningKey.generate("ES256") }

private fun profiled(
    choose: ClientSettings.() -> Unit,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    StubServer()
        .answerTokens("token_type" to text("DPoP"), "id_token" to idToken())
        .client(everyEndpoint()) {
            authentication = PrivateKeyJwt(ES256)
            transportPresentsCertificate()
            choose()
            configure()
        }

/** What a security profile refuses. */
internal suspend fun Messages.profiles() {
    val fapi2: ClientSettings.() -> Unit = { fapi2Security() }
    of { profiled(fapi2) { fapi1Advanced() } }
    of { profiled(fapi2) { authentication = NoClientAuthentication } }
    of { profiled(fapi2) { authentication = PrivateKeyJwt(SigningKey.generate("RS256")) } }
    of { profiled(fapi2) { authentication = PrivateKeyJwt(ES256, Audience.ENDPOINT) } }
    of { profiled(fapi2) { allowInsecure() } }
    of { profiled(fapi2) { mapInsecure() } }
    of { profiled(fapi2) { acceptUnencrypted() } }
    of { profiled(fapi2) { useIdTokenResponseType() } }
    of { profiled(fapi2) { metadata { idTokenSignedResponseAlg("RS256") } } }
    of { profiled(fapi2) { metadata { tokenEndpointAuthMethod("client_secret_basic") } } }
    of { ownEngine { authentication = PrivateKeyJwt(ES256).also { fapi1Advanced() } } }
    of { profiled({ fapi2MessageSigning { } }) }
    of {
        HttpEngine.JAVA.open().use { plain ->
            OpenIdClient(serverMetadata(), CLIENT_ID) {
                transport = plain
                authentication = PrivateKeyJwt(ES256)
                fapi2Security()
            }
        }
    }
    of { profiled(fapi2).withDpop(Dpop(SigningKey.generate("RS256"))) }
    of { profiled(fapi2).authorizationRequest().url }
    of { profiled({ fapi1Advanced() }).authorizationRequest().url }
    of { profiled({ fapi2MessageSigning() }).authorizationRequest().url }
    of { profiled({ fapi2MessageSigning { signedRequests() } }).authorizationRequest().url }
    of { profiled({ fapi2MessageSigning { signedResponses() } }).authorizationRequest().url }
    of { profiled({ fapi1Advanced() }).run { sign(authorizationRequest(), SigningKey.generate("RS256")) } }
    of { profiled(fapi2).authorizationCodeGrant(callback(), checks().skipStateCheck()) }
    of { profiled(fapi2).authorizationCodeGrant(callback(), checks()) }
    of { profiled(fapi2).authorizationCodeGrant(callback(), checks().pkceCodeVerifier(CODE_VERIFIER)) }
    of { profiled(fapi2).grant("authorization_code") }
    of { profiled(fapi2).userInfoByPost(tokensOf()) }
    of { profiled({ fapiCiba() }).backchannelAuthentication { loginHint("a") } }
    of {
        StubServer()
            .answerTokens("token_type" to text("Bearer"))
            .client {
                authentication = PrivateKeyJwt(ES256)
                fapi2Security()
            }.clientCredentialsGrant()
    }
    of {
        idTokenAnswer(dev.openidclient.testing.unverifiable(dev.openidclient.testing.idTokenClaims())) {
            authentication = PrivateKeyJwt(ES256)
            fapi2Security()
        }
    }
}
