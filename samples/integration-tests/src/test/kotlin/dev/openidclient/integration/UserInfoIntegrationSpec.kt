package dev.openidclient.integration

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.userinfo.userInfo
import dev.openidclient.userinfo.userInfoWithoutSubjectCheck
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class UserInfoIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: claims about the person who signed in" {
                val client = server.connect()
                val user = client.userInfo(client.signIn(server.browser()))
                user.subject shouldBe "alice"
                user.email shouldBe server.email
            }

            "$server: claims for an access token and the subject that is expected" {
                val client = server.connect()
                val accessToken = client.signIn(server.browser()).accessToken
                client.userInfo(accessToken, "alice").email shouldBe server.email
                client.userInfoWithoutSubjectCheck(accessToken).subject shouldBe "alice"
            }

            "$server: claims about another person are refused" {
                val client = server.connect()
                val accessToken = client.signIn(server.browser()).accessToken
                shouldThrow<ValidationException> { client.userInfo(accessToken, "mallory") }.code shouldBe
                    ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
            }

            "$server: an access token that the server does not know is refused with a challenge" {
                val client = server.connect()
                val refused =
                    shouldThrow<WwwAuthenticateChallengeException> { client.userInfo("not-an-access-token", "alice") }
                refused.status shouldBe 401
                refused.challenges.map { it.scheme } shouldContain "bearer"
                refused.challenges.first().error shouldBe "invalid_token"
                refused.message!! shouldNotContain "not-an-access-token"
            }
        }
    })
