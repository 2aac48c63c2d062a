package dev.openidclient.integration

import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.Poll
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import java.time.Duration

/** RFC 8628. */
@EnabledIf(OidcProviderAvailable::class)
class DeviceIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "a person allows the device" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid", "email") }
            device.interval shouldBe Duration.ofSeconds(1)
            OidcProvider.browser().approveDevice(device.verificationUriComplete)
            client.deviceCodeGrant(device).person shouldBe "alice"
        }

        "a person allows the device for long" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid", "offline_access").parameter("prompt", "consent") }
            OidcProvider.browser().approveDevice(device.verificationUriComplete)
            client.refreshTokenGrant(client.deviceCodeGrant(device)).person shouldBe "alice"
        }

        "a person refuses the device" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid") }
            OidcProvider.browser().denyDevice(device.verificationUriComplete)
            shouldThrow<ResponseBodyException> { client.deviceCodeGrant(device) }.error shouldBe "access_denied"
        }

        "the device sees each poll until the person allows it" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid") }
            var asked = 0
            val polls =
                client
                    .deviceCodePolls(device)
                    .onEach { if (++asked == 2) OidcProvider.browser().approveDevice(device.verificationUriComplete) }
                    .toList()
            polls shouldHaveSize 3
            polls[0].shouldBeInstanceOf<Poll.Pending>().nextIn shouldBe Duration.ofSeconds(1)
            polls[1].shouldBeInstanceOf<Poll.Pending>()
            polls[2].shouldBeInstanceOf<Poll.Granted>().tokens.person shouldBe "alice"
        }

        "polling goes on where it was left" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid") }
            client.deviceCodePolls(device).take(1).toList().single().shouldBeInstanceOf<Poll.Pending>()
            OidcProvider.browser().approveDevice(device.verificationUriComplete.shouldNotBeNull())
            client.deviceCodeGrant(device).person shouldBe "alice"
        }

        "a device code is taken once" {
            val client = issuer.connect("device")
            val device = client.deviceAuthorization { scope("openid") }
            OidcProvider.browser().approveDevice(device.verificationUriComplete)
            client.deviceCodeGrant(device)
            shouldThrow<ResponseBodyException> { client.deviceCodeGrant(device) }.error shouldBe "invalid_grant"
        }

        "a client that may not use the flow is refused" {
            shouldThrow<ResponseBodyException> { issuer.connect("basic").deviceAuthorization() }.status shouldBe 400
        }
    })
