package dev.openidclient.testserver

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.registration.register
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.implicitAuthentication
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.samlBearerGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

/** Each flow of the library, to its end. */
class FlowsSpec :
    FunSpec({
        suspend fun TestAuthorizationServer.signedIn(
            client: OpenIdClient,
            scope: String = "openid",
            prepare: suspend (AuthorizationRequest) -> AuthorizationRequest = { it },
        ): TokenResponse {
            val request =
                prepare(
                    client.authorizationRequest {
                        redirectUri("https://app.example.com/callback")
                        scope(scope)
                    },
                )
            return client.authorizationCodeGrant(AuthorizationCallback.url(signIn(request.url)), request.pending)
        }

        test("a request is signed, pushed, and answered with a signed response") {
            val key = SigningKey.generate()
            val server =
                TestAuthorizationServer {
                    requirePushedRequests()
                    requireSignedRequests()
                    client("app") { jwks(key.publicJwk) }
                }
            val client =
                server.app {
                    authentication = PrivateKeyJwt(key)
                    useJwtResponseMode()
                }

            val tokens = server.signedIn(client) { client.push(client.sign(it, key)) }

            tokens.claims?.subject shouldBe "alice"
        }

        test("FAPI 2.0 Message Signing, with DPoP and nonces") {
            val key = SigningKey.generate(JwsAlgorithm.PS256)
            val server =
                TestAuthorizationServer {
                    signingAlgorithm = JwsAlgorithm.PS256
                    requirePushedRequests()
                    requireDpop()
                    requireDpopNonce()
                    client("app") {
                        jwks(key.publicJwk)
                        metadata("id_token_signed_response_alg", "PS256")
                        metadata("authorization_signed_response_alg", "PS256")
                    }
                }
            val client =
                server
                    .app {
                        fapi2MessageSigning()
                        authentication = PrivateKeyJwt(key)
                        metadata {
                            idTokenSignedResponseAlg("PS256")
                            authorizationSignedResponseAlg("PS256")
                        }
                    }.withDpop(Dpop(SigningKey.generate()))

            val tokens = server.signedIn(client) { client.push(client.sign(it, key)) }

            tokens.isSenderConstrained shouldBe true
            client.refreshTokenGrant(tokens).isSenderConstrained shouldBe true
            client.userInfo(tokens).subject shouldBe "alice"
        }

        test("a code comes with an ID Token as detached signature") {
            val server = TestAuthorizationServer()
            val client =
                server.app {
                    useCodeIdTokenResponseType()
                    detachedSignatureResponseChecks()
                }

            server.signedIn(client).claims?.subject shouldBe "alice"
        }

        test("an ID Token comes alone") {
            val server = TestAuthorizationServer()
            val client = server.app { useIdTokenResponseType() }
            val request =
                client.authorizationRequest {
                    redirectUri("https://app.example.com/callback")
                    scope("openid")
                }

            val callback = AuthorizationCallback.url(server.signIn(request.url, "bob"))

            client.implicitAuthentication(callback, request.pending).subject shouldBe "bob"
        }

        test("an ID Token and UserInfo are encrypted for the client, and signed with its secret") {
            val key = DecryptionKey.generate("ECDH-ES", keyId = "enc")
            val secret = "a secret of more than thirty-two bytes"
            val server =
                TestAuthorizationServer {
                    user("alice", mapOf("name" to "Alice", "groups" to listOf("a", "b")))
                    client("app", secret) {
                        jwks(key.publicJwk)
                        metadata("id_token_signed_response_alg", "HS256")
                        metadata("id_token_encrypted_response_alg", "ECDH-ES")
                        metadata("userinfo_encrypted_response_alg", "ECDH-ES")
                        metadata("userinfo_encrypted_response_enc", "A256GCM")
                    }
                }
            val client =
                server.app {
                    clientSecret(secret)
                    decryption(key)
                    metadata {
                        idTokenSignedResponseAlg("HS256")
                        idTokenEncryptedResponseAlg("ECDH-ES")
                        userinfoEncryptedResponseAlg("ECDH-ES")
                    }
                }

            val tokens = server.signedIn(client)

            tokens.claims?.subject shouldBe "alice"
            client.userInfo(tokens).toMap()["groups"] shouldBe listOf("a", "b")
        }

        test("UserInfo is JSON, or a JWT where the client is registered for it") {
            val plain = TestAuthorizationServer { user("alice", mapOf("name" to "Alice")) }
            val client = plain.app()
            client.userInfo(plain.signedIn(client)).toMap() shouldBe mapOf("name" to "Alice", "sub" to "alice")

            val server =
                TestAuthorizationServer { client("app") { metadata("userinfo_signed_response_alg", "RS256") } }
            val signed = server.app { metadata { userinfoSignedResponseAlg("RS256") } }
            signed.userInfo(server.signedIn(signed)).subject shouldBe "alice"
        }

        test("a token is introspected as JSON or JWT, and revoked") {
            val server = TestAuthorizationServer()
            val client = server.app()
            val tokens = server.signedIn(client, "openid a")

            val state = client.introspect(tokens.accessToken)
            state.isActive shouldBe true
            state.scope shouldBe "openid a"
            state.subject shouldBe "alice"
            val jwt = server.app { metadata { introspectionSignedResponseAlg("RS256") } }
            jwt.introspect(tokens.refreshToken.orEmpty()).isActive shouldBe true

            client.revoke(tokens.refreshToken.orEmpty())
            client.introspect(tokens.accessToken).isActive shouldBe false
            shouldThrow<WwwAuthenticateChallengeException> { client.userInfo(tokens) }.error shouldBe "invalid_token"
        }

        test("a device waits in virtual time, and the person agrees or refuses") {
            runTest {
                val server = TestAuthorizationServer { clock = virtualClock() }
                val client = server.app { clock = virtualClock() }

                val device = client.deviceAuthorization { scope("openid") }
                val tokens = async { client.deviceCodeGrant(device) }
                delay(12_000)
                server.approveDevice(device.userCode.lowercase(), "bob")
                tokens.await().claims?.subject shouldBe "bob"
                currentTime shouldBe 15_000

                val other = client.deviceAuthorization()
                server.denyDevice(other.userCode)
                shouldThrow<ResponseBodyException> { client.deviceCodeGrant(other) }.error shouldBe "access_denied"
                val late = client.deviceAuthorization()
                delay(600_000)
                shouldThrow<OAuthException> { client.deviceCodeGrant(late) }
            }
        }

        test("a person whom a hint names is asked, in virtual time") {
            runTest {
                val server = TestAuthorizationServer { clock = virtualClock() }
                val client = server.app { clock = virtualClock() }

                val waiting =
                    client.backchannelAuthentication {
                        loginHint("carol")
                        scope("openid")
                    }
                server.approveBackchannelAuthentication(waiting.authReqId)
                client.backchannelAuthenticationGrant(waiting).claims?.subject shouldBe "carol"

                val other =
                    client.backchannelAuthentication {
                        loginHint("carol")
                        scope("openid")
                    }
                server.denyBackchannelAuthentication(other.authReqId)
                shouldThrow<ResponseBodyException> { client.backchannelAuthenticationGrant(other) }.error shouldBe
                    "access_denied"
            }
        }

        test("a client registers itself and signs somebody in") {
            val server = TestAuthorizationServer { client("other") }
            val client =
                OpenIdClient.register(server.metadata) {
                    redirectUris("https://app.example.com/callback")
                    grantTypes("authorization_code", "refresh_token")
                    settings { transport = server }
                }

            client.metadata.clientSecret.shouldNotBeNull()
            server.signedIn(client).claims?.subject shouldBe "alice"
        }

        test("tokens are bound to the certificate of the connection") {
            val own = OwnCertificate().certificate
            val server =
                TestAuthorizationServer {
                    client("app") {
                        tokenEndpointAuthMethod("tls_client_auth")
                        metadata("tls_client_auth_subject_dn", own.subjectX500Principal.name)
                    }
                }

            fun client(configure: ClientSettings.() -> Unit) =
                OpenIdClient(server.metadata, "app") {
                    authentication = TlsClientAuth
                    configure()
                }

            val tls =
                client {
                    transport = server.withCertificate(own)
                    transportPresentsCertificate()
                }
            val token = tls.clientCredentialsGrant().accessToken
            tls.introspect(token).confirmation?.toMap() shouldBe
                mapOf("x5t#S256" to base64Url(Jca.sha256(own.encoded)))

            val bare =
                client {
                    transport = server
                    transportPresentsCertificate()
                }
            shouldThrow<ResponseBodyException> { bare.clientCredentialsGrant() }.message shouldContain
                "needs a client certificate"
        }

        test("a SAML assertion gives tokens") {
            val idp = SamlIssuer()
            val server = TestAuthorizationServer { clock = StandingClock() }.trustIssuer(SamlIssuer.ISSUER, idp.jwks)
            val client = server.app { clock = StandingClock() }
            val assertion = idp.sign(idp.assertion())

            client.samlBearerGrant(assertion) { scope("a") }.scopes shouldBe setOf("a")
            shouldThrow<ResponseBodyException> { client.samlBearerGrant(assertion) }.message shouldContain "came before"
        }

        test("a person signs out, and a logout token says so") {
            val server = TestAuthorizationServer()
            val client = server.app()
            val tokens = server.signedIn(client)
            val url =
                client.endSessionUrl {
                    idTokenHint(tokens)
                    postLogoutRedirectUri("https://app.example.com/")
                    state("s")
                }

            server.signOut(url) shouldBe "https://app.example.com/?state=s"
            server.signedOutSubjects shouldBe listOf("alice")
            val logout = checkNotNull(Jws.parse(server.logoutToken("app", "alice", "session")))
            logout.header.text("typ") shouldBe "logout+jwt"
            logout.claims.text("sid") shouldBe "session"
            logout.isSignedBy(listOf(server.signingKey.publicJwk.json)) shouldBe true
        }

        test("a new signing key is found, an old one stays until it is forgotten") {
            val server = TestAuthorizationServer { clock = StandingClock() }
            val time = StandingClock()
            val client =
                server.app {
                    nonRepudiationChecks()
                    clock = time
                }
            server.signedIn(client)

            server.rotateSigningKey()
            server.signedIn(client).claims?.subject shouldBe "alice"
            server.jwksEndpoint.requestCount shouldBe 2
            server.rotateSigningKey(keepOld = false)
            server.discovery.requestCount shouldBe 0
        }

        test("metadata that names another issuer is refused by a client") {
            val server = TestAuthorizationServer().changeIssuer("https://evil.example.com")

            shouldThrow<OAuthException> { OpenIdClient.discover(server.issuer, "app") { transport = server } }
                .message shouldContain "https://evil.example.com"
        }
    })

private fun TestScope.virtualClock(): Clock =
    object : Clock() {
        override fun instant(): Instant = Instant.ofEpochSecond(1_767_225_600).plusMillis(currentTime)

        override fun getZone(): ZoneId = ZoneOffset.UTC

        override fun withZone(zone: ZoneId?): Clock = this
    }
