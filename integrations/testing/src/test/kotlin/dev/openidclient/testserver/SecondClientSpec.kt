package dev.openidclient.testserver

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.JWKSet
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.oauth2.sdk.AccessTokenResponse
import com.nimbusds.oauth2.sdk.AuthorizationCode
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant
import com.nimbusds.oauth2.sdk.AuthorizationRequest
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse
import com.nimbusds.oauth2.sdk.ResponseType
import com.nimbusds.oauth2.sdk.Scope
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse
import com.nimbusds.oauth2.sdk.TokenRequest
import com.nimbusds.oauth2.sdk.TokenResponse
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT
import com.nimbusds.oauth2.sdk.auth.Secret
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory
import com.nimbusds.oauth2.sdk.id.Audience
import com.nimbusds.oauth2.sdk.id.ClientID
import com.nimbusds.oauth2.sdk.id.Issuer
import com.nimbusds.oauth2.sdk.id.State
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier
import com.nimbusds.openid.connect.sdk.AuthenticationRequest
import com.nimbusds.openid.connect.sdk.Nonce
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator
import dev.openidclient.jose.Jwk
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.URI

/** The SDK of Nimbus, which shares no code with this project, is served over a socket. */
class SecondClientSpec :
    FunSpec({
        timeout = 60_000

        val redirectUri = URI("https://app.example.com/callback")
        val key = ECKeyGenerator(Curve.P_256).generate()

        fun withServer(test: (TestAuthorizationServer) -> Unit) {
            TestAuthorizationServer {
                client("web", "a secret") { redirectUris(redirectUri.toString()) }
                client("app") {
                    jwks(Jwk.parse(key.toPublicJWK().toJSONString()))
                    redirectUris(redirectUri.toString())
                }
            }.listen().use(test)
        }

        test("it discovers, signs in with PKCE, and validates the ID Token") {
            withServer { server ->
                val metadata = OIDCProviderMetadata.resolve(Issuer(server.issuer))
                val verifier = CodeVerifier()
                val nonce = Nonce()
                val request =
                    AuthenticationRequest
                        .Builder(ResponseType.CODE, Scope("openid"), ClientID("web"), redirectUri)
                        .endpointURI(metadata.authorizationEndpointURI)
                        .state(State("s"))
                        .nonce(nonce)
                        .codeChallenge(verifier, CodeChallengeMethod.S256)
                        .build()

                val code = queryOf(server.signIn(request.toURI().toString()))["code"]
                val authentication = ClientSecretBasic(ClientID("web"), Secret("a secret"))
                val grant = AuthorizationCodeGrant(AuthorizationCode(code), redirectUri, verifier)
                val answer =
                    TokenRequest
                        .Builder(
                            metadata.tokenEndpointURI,
                            authentication,
                            grant,
                        ).build()
                        .toHTTPRequest()
                        .send()

                val tokens = OIDCTokenResponseParser.parse(answer).shouldBeInstanceOf<OIDCTokenResponse>().oidcTokens
                val keys = JWKSet.load(metadata.jwkSetURI.toURL())
                val claims =
                    IDTokenValidator(metadata.issuer, ClientID("web"), JWSAlgorithm.RS256, keys)
                        .validate(tokens.idToken, nonce)
                claims.subject.value shouldBe "alice"
            }
        }

        test("it authenticates with a key, proves possession with DPoP, and asks what the token is") {
            withServer { server ->
                val token = URI("${server.issuer}/token")

                fun authentication(): PrivateKeyJWT {
                    val claims = JWTAuthenticationClaimsSet(ClientID("app"), Audience(server.issuer))
                    return PrivateKeyJWT(claims, JWSAlgorithm.ES256, key.toPrivateKey(), null, null)
                }
                val request =
                    TokenRequest
                        .Builder(token, authentication(), ClientCredentialsGrant())
                        .scope(Scope("a"))
                        .build()
                val http = request.toHTTPRequest()
                http.setDPoP(DefaultDPoPProofFactory(key, JWSAlgorithm.ES256).createDPoPJWT("POST", token))

                val tokens = TokenResponse.parse(http.send()).shouldBeInstanceOf<AccessTokenResponse>().tokens
                tokens.dPoPAccessToken.scope shouldBe Scope("a")
                val question =
                    TokenIntrospectionRequest(
                        URI("${server.issuer}/introspect"),
                        authentication(),
                        tokens.dPoPAccessToken,
                    )
                val state = TokenIntrospectionResponse.parse(question.toHTTPRequest().send()).toSuccessResponse()
                state.jwkThumbprintConfirmation.value shouldBe key.computeThumbprint()
            }
        }

        test("it pushes a request") {
            withServer { server ->
                val endpoint = URI("${server.issuer}/par")
                val request =
                    AuthorizationRequest
                        .Builder(ResponseType.CODE, ClientID("web"))
                        .redirectionURI(redirectUri)
                        .codeChallenge(CodeVerifier(), CodeChallengeMethod.S256)
                        .build()
                val authentication = ClientSecretBasic(ClientID("web"), Secret("a secret"))

                val answer = PushedAuthorizationRequest(endpoint, authentication, request).toHTTPRequest().send()

                PushedAuthorizationResponse.parse(answer).toSuccessResponse().lifetime shouldBe 60
            }
        }
    })
