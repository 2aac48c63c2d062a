package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.metadata.AuthorizationServerMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private const val PAGE = "device-and-ciba.md"
private const val TOKENS = """{"access_token": "a", "token_type": "Bearer"}"""

/** As in RFC 8628 §3.2. */
private const val DEVICE =
    """{"device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://as.example.com/device",
        "expires_in": 900, "interval": 1}"""
private const val CIBA = """{"auth_req_id": "r1", "expires_in": 120, "interval": 30}"""

class DeviceAndCibaPageSpec :
    FunSpec({
        var server = FakeServer()
        var client = server.client()
        beforeTest {
            server = FakeServer()
            client = server.client()
        }

        fun pending() = server.answer(400, """{"error": "authorization_pending"}""")

        test("the person reads the code, and the tokens come when they have agreed") {
            runTest {
                server.answer(200, DEVICE)
                pending()
                server.answer(200, TOKENS)
                val shown = mutableListOf<String>()

                DeviceAndCibaKotlin(client).device { shown += it }.accessToken shouldBe "a"

                shown shouldBe listOf("Open https://as.example.com/device and enter WDJB-MJHT")
            }
        }

        test("each poll can be seen") {
            runTest {
                server.answer(200, DEVICE)
                val device = client.deviceAuthorization()
                pending()
                server.answer(400, """{"error": "slow_down"}""")
                server.fail(TransportException(ErrorCode.NETWORK_ERROR, "broken"))
                server.answer(200, TOKENS)
                val shown = mutableListOf<String>()

                DeviceAndCibaKotlin(client).watched(device) { shown += it }

                shown shouldBe
                    listOf(
                        "waiting, asking again in 1 s",
                        "waiting, asking again in 6 s",
                        "no answer (OAUTH_NETWORK_ERROR), trying again",
                        "signed in",
                    )
            }
        }

        test("a refusal and a code that is too old are told apart, with the messages of the page") {
            runTest {
                server.answer(200, DEVICE)
                val device = client.deviceAuthorization()
                for ((error, text) in mapOf(
                    "access_denied" to "You did not allow it.",
                    "expired_token" to "The code is too old: begin again.",
                )) {
                    repeat(2) { server.answer(400, """{"error": "$error"}""") }
                    DeviceAndCibaKotlin(client).signIn(device) shouldBe text
                    pageShows(PAGE, shouldThrow<ResponseBodyException> { client.deviceCodeGrant(device) })
                }
                repeat(2000) { pending() }
                DeviceAndCibaKotlin(client).signIn(device) shouldBe "The code is too old: begin again."
                pageShows(PAGE, shouldThrow<TransportException> { client.deviceCodeGrant(device) })
            }
        }

        test("the Java one waits, shows and explains as well") {
            val own = FakeServer()
            val page = DeviceAndCiba(AsyncOpenIdClient.of(own.client()))
            own.answer(200, DEVICE)
            own.answer(200, TOKENS)
            val shown = mutableListOf<String>()
            page.device { shown += it }.join().accessToken shouldBe "a"
            shown shouldHaveSize 1

            own.answer(200, DEVICE)
            val device = own.client().deviceAuthorization()
            own.answer(200, TOKENS)
            page.watched(device) { shown += it }.join()
            shown.last() shouldBe "signed in"
            own.answer(400, """{"error": "access_denied"}""")
            page.signIn(device).join() shouldBe "You did not allow it."
        }

        test("CIBA polls until the person has agreed, in Java too") {
            runTest {
                server.answer(200, CIBA)
                server.answer(200, TOKENS)
                DeviceAndCibaKotlin(client).ciba("alice") {}.accessToken shouldBe "a"
                server.requests.first().body?.parameters?.get("binding_message") shouldBe "W4SCT"
            }
            val own = FakeServer()
            own.answer(200, CIBA.replace("30", "1"))
            own.answer(200, TOKENS)
            DeviceAndCiba(AsyncOpenIdClient.of(own.client())).ciba("alice") {}.join().accessToken shouldBe "a"
        }

        test("a genuine ping makes the next poll come at once, another one does not") {
            runTest {
                server.answer(200, CIBA)
                server.answer(200, TOKENS)
                val page = DeviceAndCibaKotlin(client)
                val request = client.backchannelAuthentication { loginHint("alice").clientNotificationToken("t") }
                val tokens = async { page.tokens(request, "t") }
                testScheduler.advanceTimeBy(1000)

                page.pinged(bearer("other"), ping("r1")) shouldBe 401
                page.pinged(bearer("t"), ping("r2")) shouldBe 401
                page.pinged(bearer("t"), ping("r1")) shouldBe 204
                tokens.await().accessToken shouldBe "a"
                currentTime shouldBe 1000
            }
        }

        test("in Java, too") {
            server.answer(200, CIBA)
            server.answer(200, TOKENS)
            val page = DeviceAndCiba(AsyncOpenIdClient.of(client))
            val request = client.backchannelAuthentication { loginHint("alice").clientNotificationToken("t") }
            val tokens = page.tokens(request, "t")

            page.pinged(bearer("other"), ping("r1")) shouldBe 401
            page.pinged(bearer("t"), ping("r2")) shouldBe 401
            tokens.isDone shouldBe false
            page.pinged(bearer("t"), ping("r1")) shouldBe 204
            tokens.join().accessToken shouldBe "a"
        }

        test("the other messages of the page are real") {
            server.answer(400, """{"error": "unknown_user_id"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.backchannelAuthentication { loginHint("x") } })
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { client.backchannelAuthentication { } })
            server.answer(200, DEVICE.replace("\"user_code\": \"WDJB-MJHT\",", ""))
            pageShows(PAGE, shouldThrow<InvalidResponseException> { client.deviceAuthorization() })
            val bare = AuthorizationServerMetadata.parse("""{"issuer": "https://as.example.com"}""")
            pageShows(PAGE, shouldThrow<MetadataException> { OpenIdClient(bare, "c").deviceAuthorization() })
        }
    })

private fun bearer(token: String) =
    mapOf("Authorization" to listOf("Bearer $token"), "Content-Type" to listOf("application/json"))

private fun ping(authReqId: String) = """{"auth_req_id": "$authReqId"}"""
