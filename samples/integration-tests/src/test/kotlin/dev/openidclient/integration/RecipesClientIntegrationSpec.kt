package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.samples.recipes.KmsKey
import dev.openidclient.samples.recipes.SecretFromVault
import dev.openidclient.samples.recipes.beginFapi1SignIn
import dev.openidclient.samples.recipes.beginFapi2SignIn
import dev.openidclient.samples.recipes.beginImplicitSignIn
import dev.openidclient.samples.recipes.clientFromMetadata
import dev.openidclient.samples.recipes.clientOnCio
import dev.openidclient.samples.recipes.clientOnKtor
import dev.openidclient.samples.recipes.clientOnOkHttp
import dev.openidclient.samples.recipes.clientThatDecrypts
import dev.openidclient.samples.recipes.clientWithCertificate
import dev.openidclient.samples.recipes.clientWithHeader
import dev.openidclient.samples.recipes.clientWithJwk
import dev.openidclient.samples.recipes.clientWithPem
import dev.openidclient.samples.recipes.clientWithRemoteKey
import dev.openidclient.samples.recipes.clientWithRotatedSecret
import dev.openidclient.samples.recipes.clientWithSecretInBody
import dev.openidclient.samples.recipes.clientWithSecretInHeader
import dev.openidclient.samples.recipes.clientWithSecretJwt
import dev.openidclient.samples.recipes.clientWithSettings
import dev.openidclient.samples.recipes.clientWithSignedIntrospection
import dev.openidclient.samples.recipes.clientWithSignedResponses
import dev.openidclient.samples.recipes.clientWithTokenEndpointAsAudience
import dev.openidclient.samples.recipes.computeWith
import dev.openidclient.samples.recipes.computeWithJdk
import dev.openidclient.samples.recipes.detachedSignatureClient
import dev.openidclient.samples.recipes.discoverOAuth2Server
import dev.openidclient.samples.recipes.discoverServer
import dev.openidclient.samples.recipes.fapi1Client
import dev.openidclient.samples.recipes.fapi2Client
import dev.openidclient.samples.recipes.fapi2MessageSigningClient
import dev.openidclient.samples.recipes.finishImplicitSignIn
import dev.openidclient.samples.recipes.hybridClient
import dev.openidclient.samples.recipes.idTokenClient
import dev.openidclient.samples.recipes.publicClient
import dev.openidclient.samples.recipes.registerClient
import dev.openidclient.samples.recipes.registerClientWithStatement
import dev.openidclient.samples.recipes.registeredClient
import dev.openidclient.token.introspect
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import okhttp3.OkHttpClient

/** The recipes that make a client, as an application runs them: over TLS, with the trust of the JVM. */
@EnabledIf(OidcProviderAvailable::class)
class RecipesClientIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything.overTls
        lateinit var trust: JvmTrust

        beforeSpec { trust = JvmTrust() }
        afterSpec { trust.close() }

        fun secret(id: String): String = issuer.client(id).secret.shouldNotBeNull()

        suspend fun OpenIdClient.shouldSignIn(configure: AuthorizationRequestBuilder.() -> Unit = {}) =
            use { it.signIn(OidcProvider.browser(), configure).person shouldBe "alice" }

        "Discovery" {
            discoverServer(issuer.url, "basic", secret("basic")).shouldSignIn()
            discoverOAuth2Server(issuer.url, "basic", secret("basic")).shouldSignIn()
        }

        "KnownMetadata" {
            val metadata = publicClient(issuer.url, "public").use { it.server.json.toString() }
            clientFromMetadata(metadata, "basic", secret("basic")).shouldSignIn()
        }

        "ClientSecret" {
            clientWithSecretInHeader(issuer.url, "basic", secret("basic")).shouldSignIn()
            clientWithSecretInBody(issuer.url, "post", secret("post")).shouldSignIn()
            publicClient(issuer.url, "public").shouldSignIn()
        }

        "OwnClientAuthentication" {
            clientWithRotatedSecret(issuer.url, "post") { secret("post") }.shouldSignIn()
            SecretFromVault { secret("post") }.toString() shouldBe "SecretFromVault"
        }

        "ClientAssertions" {
            clientWithPem(issuer.url, "private-key-jwt", RecipeKeys.pem()).shouldSignIn()
            clientWithJwk(issuer.url, "private-key-jwt", RecipeKeys.jwk()).shouldSignIn()
            clientWithSecretJwt(issuer.url, "secret-jwt", secret("secret-jwt")).shouldSignIn()
        }

        "ModifiedAssertion" {
            val key = ClientKeys.signing(JwsAlgorithm.ES256)
            clientWithTokenEndpointAsAudience(issuer.url, "private-key-jwt", key, "${issuer.url}/token").shouldSignIn()
            clientWithTokenEndpointAsAudience(issuer.url, "private-key-jwt", key, "https://another.example.com").use {
                shouldThrow<ResponseBodyException> { it.signIn(OidcProvider.browser()) }.error shouldBe "invalid_client"
            }
        }

        "RemoteSigner" {
            val key = KmsKey(RecipeKeys.keyId(), RecipeKeys.publicJwk(), RecipeKeys::signDigest)
            clientWithRemoteKey(issuer.url, "private-key-jwt", key).shouldSignIn()
        }

        "MutualTls" {
            val password = "changeit".toCharArray()
            clientWithCertificate(issuer.url, "tls", RecipeKeys.keyStore(password), password).shouldSignIn()
        }

        "Registration" {
            val registered = registerClient(issuer.url, issuer.initialAccessToken)
            val stored = registered.metadata.json.toString()
            registered.shouldSignIn()
            registeredClient(issuer.url, stored).shouldSignIn()
        }

        "Registration with a software statement" {
            val statements = OidcProvider.softwareStatements.overTls
            val statement = Partner.jwt(mapOf("software_id" to "approved-software"))
            registerClientWithStatement(statements.url, statements.initialAccessToken, statement).shouldSignIn()
        }

        "EncryptedIdToken" {
            val key = OidcProvider.clientKey("p256-enc").toString()
            clientThatDecrypts(issuer.url, "id-token-ecdh-p256", secret("id-token-ecdh-p256"), key).shouldSignIn()
        }

        "Introspection" {
            clientWithSignedIntrospection(issuer.url, "introspection-signed", secret("introspection-signed")).use {
                it.introspect("unknown").isActive shouldBe false
            }
        }

        "HttpTransports" {
            clientOnCio(issuer.url, "public").shouldSignIn()
            val okHttp = OkHttpClient()
            clientOnOkHttp(issuer.url, "public", okHttp).shouldSignIn()
            okHttp.dispatcher.executorService.shutdown()
            RecipeKeys.httpClient().use { http ->
                clientOnKtor(issuer.url, "public", http).shouldSignIn()
                clientWithHeader(issuer.url, "public", http, "a").shouldSignIn()
            }
        }

        "FasterCryptography" {
            try {
                computeWith(CryptoProviders.conscrypt) shouldContain "Conscrypt"
                publicClient(issuer.url, "public").shouldSignIn()
                computeWithJdk()
                CryptoProvider.name shouldContain "JDK"
            } finally {
                CryptoProviders.reset()
            }
        }

        "Settings" {
            clientWithSettings(issuer.url, "id-token-rs256", secret("id-token-rs256")).shouldSignIn()
        }

        "Jarm" {
            clientWithSignedResponses(issuer.url, "jarm", secret("jarm")).shouldSignIn()
        }

        "HybridFlow" {
            hybridClient(issuer.url, "hybrid", secret("hybrid")).shouldSignIn { responseMode("form_post") }
            detachedSignatureClient(issuer.url, "hybrid", secret("hybrid")).use { client ->
                // no detached signature: this server makes them under FAPI 1.0 only, as the recipe Fapi1 has them
                shouldThrow<InvalidResponseException> {
                    client.signIn(OidcProvider.browser()) { responseMode("form_post") }
                }.message.shouldNotBeNull() shouldContain "s_hash"
            }
        }

        "ImplicitFlow" {
            idTokenClient(issuer.url, "implicit").use { client ->
                val request = beginImplicitSignIn(client)
                val callback = OidcProvider.browser().signIn(request.url, Application.CALLBACK)
                val pending = request.pending.encode()
                finishImplicitSignIn(client, callback.url(), callback.formBody(), pending).subject shouldBe "alice"
            }
        }

        "Fapi2" {
            val fapi2 = OidcProvider.fapi2.overTls.url
            val key = ClientKeys.signing(JwsAlgorithm.PS256)
            fapi2Client(fapi2, "private-key-jwt", key).use {
                it.signIn(OidcProvider.browser(), beginFapi2SignIn(it)).isSenderConstrained shouldBe true
            }
            fapi2MessageSigningClient(fapi2, "private-key-jwt", key).use {
                it.signIn(OidcProvider.browser(), beginFapi2SignIn(it, key)).person shouldBe "alice"
            }
        }

        "Fapi1" {
            val key = ClientKeys.signing(JwsAlgorithm.PS256)
            fapi1Client(OidcProvider.fapi1.overTls.url, "private-key-jwt", key, RecipeKeys.certificatePem()).use {
                it.signIn(OidcProvider.browser(), beginFapi1SignIn(it, key)).person shouldBe "alice"
            }
        }
    })
