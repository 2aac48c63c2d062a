package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class RefreshTokenIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            suspend fun OpenIdClient.signInForLong(): TokenResponse =
                signIn(server.browser()) { server.askForRefreshToken(this) }

            "$server: tokens are refreshed, and the refresh token is rotated" {
                val client = server.connect { nonRepudiationChecks() }
                val tokens = client.signInForLong()
                val refreshed = client.refreshTokenGrant(tokens)
                refreshed.accessToken shouldNotBe tokens.accessToken
                refreshed.refreshToken.shouldNotBeNull() shouldNotBe tokens.refreshToken
                refreshed.person shouldBe "alice"
            }

            "$server: tokens are refreshed again and again" {
                val client = server.connect()
                var tokens = client.signInForLong()
                repeat(3) { tokens = client.refreshTokenGrant(tokens) }
                tokens.person shouldBe "alice"
            }

            "$server: a refresh token alone is enough" {
                val client = server.connect()
                val refreshToken = client.signInForLong().refreshToken.shouldNotBeNull()
                client.refreshTokenGrant(refreshToken).refreshToken.shouldNotBeNull() shouldNotBe refreshToken
            }

            "$server: a refresh token that was used is refused" {
                val client = server.connect()
                val tokens = client.signInForLong()
                client.refreshTokenGrant(tokens)
                shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) }.error shouldBe "invalid_grant"
            }

            "$server: a refresh asks for less than was granted" {
                val client = server.connect()
                val refreshed = client.refreshTokenGrant(client.signInForLong()) { scope("openid") }
                refreshed.scope shouldBe "openid"
            }

            "$server: the tokens of a client that did not ask cannot be refreshed" {
                val client = server.connect(server.publicClient)
                val tokens = client.signIn(server.browser())
                tokens.refreshToken shouldBe null
                shouldThrow<IllegalArgumentException> { client.refreshTokenGrant(tokens) }
            }
        }
    })
