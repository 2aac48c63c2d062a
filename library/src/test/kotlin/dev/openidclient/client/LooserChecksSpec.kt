package dev.openidclient.client

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.token.TokenType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

private val KEY = SigningKey.generate("ES256")

private fun build(configure: ClientSettings.() -> Unit): Configuration =
    ClientSettings()
        .apply {
            transport = HttpTransport { HttpResponse(500) }
            configure()
        }.build(CLIENT_ID)

private fun refusal(configure: ClientSettings.() -> Unit): String =
    shouldThrow<IllegalArgumentException> { build(configure) }.message.orEmpty()

class LooserChecksSpec :
    FunSpec({
        val calls =
            mapOf<String, ClientSettings.() -> ClientSettings>(
                "assumeBearer()" to { assumeBearer() },
                "tokenTypeAlias(…)" to { tokenTypeAlias("BearerToken", TokenType.BEARER) },
                "trustAudiences(…)" to { trustAudiences("other") },
                "acceptMissingNonce()" to { acceptMissingNonce() },
                "acceptRefreshedAuthTime()" to { acceptRefreshedAuthTime() },
                "acceptUnencrypted()" to { acceptUnencrypted() },
            )
        val profiles =
            mapOf<String, ClientSettings.() -> ClientSettings>(
                "FAPI 2.0 Security Profile" to { fapi2Security() },
                "FAPI 2.0 Message Signing" to { fapi2MessageSigning() },
                "FAPI 1.0 Advanced" to { fapi1Advanced() },
                "FAPI 2.0 Message Signing of requests" to { fapi2MessageSigning { signedRequests() } },
                "FAPI 2.0 Message Signing of responses" to { fapi2MessageSigning { signedResponses() } },
                "FAPI-CIBA" to { fapiCiba() },
            )
        for ((call, loosen) in calls) {
            for ((title, choose) in profiles) {
                test("$title refuses $call") {
                    refusal {
                        authentication = PrivateKeyJwt(KEY)
                        metadata { tlsClientCertificateBoundAccessTokens() }
                        choose()
                        loosen()
                    } shouldStartWith "$title: $call must not be called"
                }
            }

            test("$call is taken without a profile, and chains") { build { loosen().assumeBearer() } }
        }

        for (call in listOf("assumeBearer()", "tokenTypeAlias(…)")) {
            test("$call is refused together with requireSenderConstrained(), in any order") {
                val loosen = calls.getValue(call)
                refusal { requireSenderConstrained().loosen() } shouldStartWith "$call takes bearer tokens"
                refusal { loosen().requireSenderConstrained() } shouldStartWith "$call takes bearer tokens"
            }
        }

        test("the other calls say nothing about how tokens are bound") {
            build { requireSenderConstrained().trustAudiences("other").acceptMissingNonce().acceptRefreshedAuthTime() }
        }

        test("acceptMissingNonce() is refused where an ID Token comes in the front channel") {
            refusal { acceptMissingNonce().useIdTokenResponseType() } shouldContain "response_type=id_token"
            refusal { acceptMissingNonce().useCodeIdTokenResponseType() } shouldContain "response_type=code id_token"
        }

        context("an alias of a token type is refused") {
            for (alias in listOf("", "DPoP", "Bearer", "N_A")) {
                test("where it is \"$alias\"") {
                    shouldThrow<IllegalArgumentException> { ClientSettings().tokenTypeAlias(alias, "bearer") }
                }
            }

            for (type in listOf("dpop", "mac", "", TokenType.ACCESS_TOKEN)) {
                test("where it is to stand for \"$type\"") {
                    shouldThrow<IllegalArgumentException> { ClientSettings().tokenTypeAlias("bot", type) }
                        .message shouldContain "can only stand for \"bearer\""
                }
            }
        }

        test("trustAudiences(…) needs an audience, and no empty one") {
            for (audiences in listOf(emptyArray(), arrayOf(""), arrayOf("a", ""))) {
                shouldThrow<IllegalArgumentException> { ClientSettings().trustAudiences(*audiences) }
            }
        }

        test("another trustAudiences(…) adds to the earlier ones") {
            build { trustAudiences("a").trustAudiences("b") }.leniency.trustedAudiences shouldBe setOf("a", "b")
        }
    })
