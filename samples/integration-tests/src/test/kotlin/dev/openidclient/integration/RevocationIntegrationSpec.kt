package dev.openidclient.integration

import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** RFC 7009. */
class RevocationIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a revoked access token is of no use" {
                val client = server.connect()
                val tokens = client.signIn(server.browser())
                client.revoke(tokens.accessToken) { tokenTypeHint("access_token") }
                client.introspect(tokens.accessToken).isActive shouldBe false
                shouldThrow<OAuthException> { client.userInfo(tokens) }.message!! shouldContain "401"
            }

            "$server: a revoked refresh token is refused" {
                val client = server.connect()
                val tokens = client.signIn(server.browser()) { server.askForRefreshToken(this) }
                client.revoke(tokens.refreshToken.shouldNotBeNull())
                shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) }.error shouldBe "invalid_grant"
            }

            "$server: to revoke an unknown token is no error" {
                server.connect().revoke("no-such-token")
            }
        }
    })
