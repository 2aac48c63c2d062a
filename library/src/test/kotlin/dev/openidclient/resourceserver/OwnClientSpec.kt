package dev.openidclient.resourceserver

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.parseJson
import dev.openidclient.resource.resource
import dev.openidclient.testing.Certificates
import dev.openidclient.testserver.Listening
import dev.openidclient.testserver.Outcome
import dev.openidclient.testserver.OwnCertificate
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.revoke
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import java.security.cert.X509Certificate
import java.time.Duration

private const val SECRET = "secret-of-the-app"
private const val CALLBACK = "https://rp.example.com/callback"
private const val OK = 200

/** An API in front of which [server] stands, and an authorization server, at the end of one transport. */
private class Network(
    configureServer: TestServerSettings.() -> Unit = { jwtAccessTokens() },
    ofIssuer: IssuerSettings.() -> Unit = {},
    configure: ResourceServerSettings.() -> Unit = {},
) : HttpTransport {
    val authorization =
        TestAuthorizationServer {
            client("app", SECRET)
            client("api", SECRET)
            configureServer()
        }

    val server =
        ResourceServer(RESOURCE) {
            issuer(authorization.issuer, ofIssuer)
            connection { transport = authorization }
            configure()
        }

    /** What the operation at hand demands. */
    var demand: (GrantedAccess) -> Unit = {}

    val statuses = mutableListOf<Int>()

    val client =
        OpenIdClient(authorization.metadata, "app") {
            clientSecret(SECRET)
            transport = this@Network
        }

    override suspend fun send(request: HttpRequest): HttpResponse =
        when {
            !request.url.startsWith(RESOURCE) -> authorization.send(request)
            request.url == RESOURCE + server.metadataPath ->
                HttpResponse(OK, HttpHeaders.of(server.metadataHeaders), "${server.metadata}".encodeToByteArray())
            else -> answer(server, request, demand).also { statuses += it.status }
        }

    suspend fun signedIn(acrValues: String? = null): TokenResponse {
        val request =
            client.authorizationRequest {
                redirectUri(CALLBACK)
                scope("openid", "orders:read")
                resource(RESOURCE)
                acrValues?.let { acrValues(it) }
            }
        return client.authorizationCodeGrant(authorization.signIn(request.url), request.pending) { resource(RESOURCE) }
    }
}

private suspend fun answer(
    server: ResourceServer,
    request: HttpRequest,
    demand: (GrantedAccess) -> Unit = {},
    certificate: X509Certificate? = null,
): HttpResponse =
    try {
        val access = server.authorize(ResourceRequest(request.method, request.url, request.headers, certificate))
        demand(access)
        HttpResponse(OK, HttpHeaders.of(access.responseHeaders), access.tokenType.encodeToByteArray())
    } catch (e: RequestRefusedException) {
        HttpResponse(e.status, HttpHeaders.of(e.headers), ByteArray(0))
    }

private suspend fun OpenIdClient.apiToken(vararg scopes: String): TokenResponse =
    clientCredentialsGrant {
        resource(RESOURCE)
        scope(*scopes)
    }

class OwnClientSpec :
    FunSpec({
        test("a bearer token of the client's own is taken") {
            val network = Network()
            network.client.resource(ORDERS, network.client.apiToken("orders:read")).bodyText() shouldBe "Bearer"
        }

        test("a client with a key proves it, learns the nonces, and is asked for one once") {
            val network = Network(configure = { dpop { requireNonce() } })
            val client = network.client.withDpop(Dpop(SigningKey.generate("ES256")))
            val tokens = client.apiToken("orders:read")
            repeat(3) { client.resource(ORDERS, tokens).bodyText() shouldBe "DPoP" }
            network.statuses shouldContainExactly listOf(401, 200, 200, 200)
        }

        test("a token for another resource is refused, and the client hears why by the challenge") {
            val network = Network()
            val elsewhere = network.client.clientCredentialsGrant { resource("https://other.example.com") }
            val refused =
                shouldThrow<WwwAuthenticateChallengeException> { network.client.resource(ORDERS, elsewhere) }
            refused.status shouldBe 401
            val challenge = refused.challenges.single()
            challenge.error shouldBe "invalid_token"
            val document = network.send(HttpRequest("GET", challenge.resourceMetadata.orEmpty()))
            val metadata = parseJson(document.bodyText()) as JsonObject
            metadata["resource"].toString() shouldBe "\"$RESOURCE\""
            metadata["authorization_servers"].toString() shouldBe "[\"${network.authorization.issuer}\"]"
        }

        test("a client that lacks a scope is told which, and gets on with it") {
            val network = Network()
            network.demand = { it.requireScopes("orders:read", "orders:write") }
            val tokens = network.client.apiToken("orders:read")
            val refused = shouldThrow<WwwAuthenticateChallengeException> { network.client.resource(ORDERS, tokens) }
            refused.status shouldBe 403
            val scope =
                refused.challenges
                    .single()
                    .scope
                    .orEmpty()
            scope shouldBe "orders:read orders:write"
            val more = network.client.apiToken(*scope.split(' ').toTypedArray())
            network.client.resource(ORDERS, more).status shouldBe OK
        }

        test("a person who must authenticate better is sent to do so, and then gets on") {
            val network = Network()
            network.demand = { it.requireAuthentication(acr = listOf("phr"), maxAge = Duration.ofMinutes(5)) }
            val refused =
                shouldThrow<WwwAuthenticateChallengeException> { network.client.resource(ORDERS, network.signedIn()) }
            refused.status shouldBe 401
            val challenge = refused.challenges.single()
            challenge.error shouldBe "insufficient_user_authentication"
            challenge.parameters["max_age"] shouldBe "300"
            val better = network.signedIn(acrValues = challenge.parameters["acr_values"])
            network.client.resource(ORDERS, better).status shouldBe OK
        }

        test("an opaque token is asked about, and one that was revoked is refused from then on") {
            val network =
                Network(configureServer = {}, ofIssuer = { introspection("api", ClientSecretBasic(SECRET)) })
            val tokens = network.client.apiToken("orders:read")
            network.client.resource(ORDERS, tokens).bodyText() shouldBe "Bearer"
            network.client.revoke(tokens.accessToken)
            val refused = shouldThrow<WwwAuthenticateChallengeException> { network.client.resource(ORDERS, tokens) }
            refused.status shouldBe 401
        }

        test("an opaque token that is bound to a key needs its proof") {
            val network =
                Network(
                    configureServer = {},
                    ofIssuer = { introspection("api", ClientSecretBasic(SECRET)) },
                    configure = { dpop() },
                )
            val client = network.client.withDpop(Dpop(SigningKey.generate("ES256")))
            val tokens = client.apiToken("orders:read")
            client.resource(ORDERS, tokens).bodyText() shouldBe "DPoP"
            shouldThrow<WwwAuthenticateChallengeException> { network.client.resource(ORDERS, tokens.accessToken) }
                .status shouldBe 401
        }

        test("a token that is bound to the certificate of a TLS connection is taken over that one, and no other") {
            val own = Certificates.keyStore("client of an API", "EC")
            val other = Certificates.keyStore("another client of an API", "EC")
            TestAuthorizationServer {
                jwtAccessTokens()
                client("app", SECRET) { metadata("tls_client_certificate_bound_access_tokens", true) }
            }.listenTls().use { authorization ->
                val server =
                    ResourceServer(RESOURCE) {
                        issuer(authorization.issuer)
                        connection { tls { trustPem(authorization.trust()) } }
                        requireSenderConstrained()
                    }
                val certificate = OwnCertificate()
                val api =
                    Listening(certificate.context(), 0, { "https://127.0.0.1:$it" }) { request, presented ->
                        Outcome.Answer(answer(server, request, certificate = presented))
                    }

                suspend fun client(configure: ClientSettings.() -> Unit) =
                    OpenIdClient.discover(authorization.issuer, "app") {
                        clientSecret(SECRET)
                        metadata { tlsClientCertificateBoundAccessTokens() }
                        configure()
                    }

                api.use {
                    val url = "https://127.0.0.1:${api.port}/orders"
                    val trusted = authorization.trust() + certificate.pem
                    val client =
                        client {
                            tls {
                                trustPem(trusted)
                                keyStore(own, Certificates.PASSWORD.toCharArray())
                            }
                        }
                    val tokens = client.apiToken("orders:read")
                    client.resource(url, tokens).bodyText() shouldBe "Bearer"

                    val thief =
                        client {
                            tls {
                                trustPem(trusted)
                                keyStore(other, Certificates.PASSWORD.toCharArray())
                            }
                        }
                    val bare = client { tls { trustPem(trusted) } }
                    for (wrong in listOf(thief, bare)) {
                        shouldThrow<WwwAuthenticateChallengeException> { wrong.resource(url, tokens.accessToken) }
                            .challenges
                            .single()
                            .error shouldBe "invalid_token"
                        wrong.close()
                    }
                    client.close()
                }
                server.close()
            }
        }
    })
