package dev.openidclient.tampering

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.integration.ClientKeys
import dev.openidclient.integration.OidcProvider
import dev.openidclient.integration.signInRequest
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.registration.register
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.implicitAuthentication
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.userinfo.userInfo
import java.time.Duration

/** Every flow that is tampered with. */
internal object Flows {
    val code = signIn("code", "basic")
    val codeWithAge = signIn("code with max_age", "basic") { maxAge(Duration.ofHours(1)) }
    val codeOfRs256 = signIn("code for RS256 only", "id-token-rs256")
    val codeByAssertion =
        signIn("code with private_key_jwt", "private-key-jwt", {
            authentication = PrivateKeyJwt(ClientKeys.signing(JwsAlgorithm.ES256))
        })
    val codeOfPublicClient = signIn("code of a public client", "public")
    val jarm = signIn("JARM", "jarm", { useJwtResponseMode() })
    val encryptedJarm =
        signIn("encrypted JARM", "jarm-encrypted", {
            useJwtResponseMode()
            decryption(ClientKeys.decryption("rsa-enc", "RSA-OAEP-256"))
        })
    val hybrid = signIn("hybrid", "hybrid", { useCodeIdTokenResponseType() }) { responseMode("form_post") }
    val encryptedWithRsa =
        signIn("ID Token encrypted with RSA", "id-token-rsa-oaep-256", {
            decryption(ClientKeys.decryption("rsa-enc", "RSA-OAEP-256"))
        })
    val encryptedWithEc =
        signIn("ID Token encrypted with ECDH", "id-token-ecdh-p256", { decryption(ClientKeys.decryption("p256-enc")) })

    val detached =
        Flow(
            "detached signature",
            "private-key-jwt",
            {
                useCodeIdTokenResponseType()
                detachedSignatureResponseChecks()
                authentication = PrivateKeyJwt(ClientKeys.signing(JwsAlgorithm.PS256))
            },
            { OidcProvider.fapi1 },
        ) {
            codeGrant {
                it.sign(
                    it.signInRequest { responseMode("form_post") },
                    ClientKeys.signing(JwsAlgorithm.PS256),
                )
            }
        }

    val implicit =
        Flow("implicit", "implicit", { useIdTokenResponseType() }) {
            val request = open().signInRequest { responseMode("form_post").maxAge(Duration.ofHours(1)) }
            val callback = browse(request.url);
            { open().implicitAuthentication(brought(callback), request.pending) }
        }

    val pushed =
        Flow("pushed request", "par") {
            val request = open().signInRequest();
            { open().push(request) }
        }

    val pushedObject =
        Flow("pushed request object", "jar") {
            val client = open()
            val request = client.sign(client.signInRequest(), ClientKeys.signing(JwsAlgorithm.ES256));
            { open().push(request) }
        }

    val dpop =
        Flow("DPoP", "basic", { requireSenderConstrained() }, { OidcProvider.dpopNonces }) {
            val key = SigningKey.generate()
            val request = open().signInRequest()
            val callback = browse(request.url);
            { open().withDpop(Dpop(key)).authorizationCodeGrant(brought(callback), request.pending) }
        }

    val dpopPushed =
        Flow("pushed request with DPoP", "public", profile = { OidcProvider.dpopNonces }) {
            val key = SigningKey.generate()
            val request = open().signInRequest();
            { open().withDpop(Dpop(key)).push(request) }
        }

    val dpopUserInfo =
        afterDpop("UserInfo with DPoP") { client, tokens -> client.userInfo(tokens) }

    val dpopResource =
        afterDpop("resource with DPoP") { client, tokens -> client.resource("$address/resource", tokens) }

    val refresh =
        afterSignIn(
            "refresh",
            "basic",
            ask = { scope("offline_access").prompt("consent").maxAge(Duration.ofHours(1)) },
        ) { client, tokens ->
            client.refreshTokenGrant(tokens)
        }

    val userInfo = afterSignIn("UserInfo", "basic") { client, tokens -> client.userInfo(tokens) }

    val signedUserInfo = afterSignIn("signed UserInfo", "userinfo-signed") { client, tokens -> client.userInfo(tokens) }

    val encryptedUserInfo =
        afterSignIn("encrypted UserInfo", "userinfo-encrypted", { decryption(ClientKeys.decryption("p256-enc")) }) {
            client,
            tokens,
            ->
            client.userInfo(tokens)
        }

    val resource =
        afterSignIn("resource", "basic") { client, tokens -> client.resource("$address/resource", tokens) }

    val endSession =
        afterSignIn("sign-out", "basic") { client, tokens -> client.endSessionUrl { idTokenHint(tokens) } }

    val introspection =
        afterSignIn("introspection", "basic") { client, tokens -> client.introspect(tokens.accessToken) }

    val signedIntrospection =
        Flow("signed introspection", "introspection-signed") {
            val token = open().clientCredentialsGrant().accessToken;
            { check(open().introspect(token).isActive) }
        }

    val revocation = afterSignIn("revocation", "basic") { client, tokens -> client.revoke(tokens.accessToken) }

    val clientCredentials =
        Flow("client credentials", "service") { { open().clientCredentialsGrant() } }

    val aliased =
        Flow("client credentials with mTLS aliases", "service", { metadata { useMtlsEndpointAliases() } }) {
            { open().clientCredentialsGrant() }
        }

    val registration =
        Flow("registration", "public") {
            {
                OpenIdClient.register(document) {
                    initialAccessToken = issuer.initialAccessToken
                    settings { reachingUnregistered(this) }
                    redirectUris("https://rp.example.com/callback")
                    tokenEndpointAuthMethod("client_secret_basic")
                }
            }
        }

    private fun signIn(
        name: String,
        client: String,
        configure: ClientSettings.() -> Unit = {},
        ask: AuthorizationRequestBuilder.() -> Unit = {},
    ) = Flow(name, client, configure) { codeGrant { it.signInRequest(ask) } }

    private suspend fun Stage.codeGrant(ask: suspend (OpenIdClient) -> AuthorizationRequest): Act {
        val request = ask(open())
        val callback = browse(request.url)
        return { open().authorizationCodeGrant(brought(callback), request.pending).also { requireAlice(it) } }
    }

    private fun requireAlice(tokens: TokenResponse) {
        check(tokens.claims?.subject == "alice") { "signed in as ${tokens.claims?.subject}" }
    }

    private fun afterSignIn(
        name: String,
        client: String,
        configure: ClientSettings.() -> Unit = {},
        ask: AuthorizationRequestBuilder.() -> Unit = {},
        act: suspend Stage.(OpenIdClient, TokenResponse) -> Any?,
    ) = Flow(name, client, configure) {
        val first = open()
        val request = first.signInRequest(ask)
        val tokens = first.authorizationCodeGrant(brought(browse(request.url)), request.pending);
        { act(open(), tokens) }
    }

    private fun afterDpop(
        name: String,
        act: suspend Stage.(OpenIdClient, TokenResponse) -> Any?,
    ) = Flow(name, "public", profile = { OidcProvider.dpopNonces }) {
        val key = SigningKey.generate()
        val first = open().withDpop(Dpop(key))
        val request = first.signInRequest()
        val tokens = first.authorizationCodeGrant(brought(browse(request.url)), request.pending);
        { act(open().withDpop(Dpop(key)), tokens) }
    }
}
