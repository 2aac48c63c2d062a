package dev.openidclient.integration

import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.time.Duration
import java.time.Instant

/** The authorization code flow with PKCE, state and nonce. */
class SignInIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a person signs in with a public client" {
                val client = server.connect(server.publicClient) { authentication = NoClientAuthentication }
                val tokens = client.signIn(server.browser())
                tokens.tokenType shouldBe "bearer"
                tokens.isSenderConstrained shouldBe false
                val claims = tokens.claims.shouldNotBeNull()
                claims.subject shouldBe "alice"
                claims.issuer shouldBe server.issuer
                claims.audience shouldContain server.publicClient.id
            }

            "$server: a person signs in with a client that authenticates by client_secret_basic" {
                val secret = server.confidentialClient.secret
                val client = server.connect { authentication = ClientSecretBasic(secret) }
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: a person signs in with a client that authenticates by client_secret_post" {
                val secret = server.postClient.secret
                val client = server.connect(server.postClient) { authentication = ClientSecretPost(secret) }
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: the signature of the ID Token is verified where that is asked for" {
                val client = server.connect { nonRepudiationChecks() }
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: the ID Token tells when the person signed in, where max_age asks for that" {
                val start = Instant.now()
                val tokens = server.connect().signIn(server.browser()) { maxAge(Duration.ofMinutes(5)) }
                val authTime = tokens.claims?.authTime.shouldNotBeNull()
                authTime.isBefore(start.minusSeconds(5)) shouldBe false
            }

            "$server: each request has its own state, nonce and code challenge" {
                val client = server.connect()
                val (one, other) = List(2) { client.signInRequest().parameters }
                for (name in listOf("state", "nonce", "code_challenge")) {
                    one[name].shouldNotBeNull() shouldNotBe other[name]
                }
            }
        }
    })
