package dev.openidclient.integration

import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.ciba.backchannelAuthenticationPolls
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.Poll
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import java.time.Duration

/** OpenID Connect Client-Initiated Backchannel Authentication, by poll and by ping. */
@EnabledIf(OidcProviderAvailable::class)
class CibaIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "a person agrees on a device of their own" {
            val client = issuer.connect("ciba") { nonRepudiationChecks() }
            val response =
                client.backchannelAuthentication {
                    scope("openid", "email")
                    loginHint("carol")
                    bindingMessage("W4SCT")
                    requestedExpiry(Duration.ofMinutes(2))
                }
            response.interval shouldBe Duration.ofSeconds(1)
            issuer.approve(response.authReqId)
            val tokens = client.backchannelAuthenticationGrant(response)
            tokens.person shouldBe "carol"
            client.userInfo(tokens).email shouldBe "carol@example.com"
        }

        "a person refuses" {
            val client = issuer.connect("ciba")
            val response = client.backchannelAuthentication { scope("openid").loginHint("carol") }
            issuer.deny(response.authReqId)
            shouldThrow<ResponseBodyException> { client.backchannelAuthenticationGrant(response) }.error shouldBe
                "access_denied"
        }

        "the client sees each poll until the person agrees" {
            val client = issuer.connect("ciba")
            val response = client.backchannelAuthentication { scope("openid").loginHint("carol") }
            val polls =
                client
                    .backchannelAuthenticationPolls(response)
                    .onEach { if (it is Poll.Pending) issuer.approve(response.authReqId) }
                    .toList()
            polls.first().shouldBeInstanceOf<Poll.Pending>()
            polls.last().shouldBeInstanceOf<Poll.Granted>().tokens.person shouldBe "carol"
        }

        "the server pings, then the tokens are there" {
            val client = issuer.connect("ciba-ping")
            val response =
                client.backchannelAuthentication {
                    scope("openid")
                    loginHint("carol")
                    clientNotificationToken("a-notification-token")
                }
            issuer.notification(response.authReqId) shouldBe null
            issuer.approve(response.authReqId)
            val ping = issuer.notification(response.authReqId).shouldNotBeNull()
            ping.string("authorization") shouldBe "Bearer a-notification-token"
            client.backchannelAuthenticationGrant(response).person shouldBe "carol"
        }

        "an earlier ID Token is the hint" {
            val client = issuer.connect("ciba")
            val first = client.backchannelAuthentication { scope("openid").loginHint("carol") }
            issuer.approve(first.authReqId)
            val idToken = client.backchannelAuthenticationGrant(first).idToken.shouldNotBeNull()
            val second = client.backchannelAuthentication { scope("openid").idTokenHint(idToken) }
            issuer.approve(second.authReqId)
            client.backchannelAuthenticationGrant(second).person shouldBe "carol"
        }

        "exactly one hint is sent" {
            val client = issuer.connect("ciba")
            shouldThrow<IllegalArgumentException> { client.backchannelAuthentication { scope("openid") } }
            shouldThrow<IllegalArgumentException> {
                client.backchannelAuthentication { loginHint("carol").loginHintToken("a-token") }
            }
        }

        "a client that may not use the flow is refused" {
            val client = issuer.connect("service")
            client.clientCredentialsGrant().tokenType shouldBe "bearer"
            shouldThrow<ResponseBodyException> {
                client.backchannelAuthentication { scope("openid").loginHint("carol") }
            }.status shouldBe 400
        }
    })
