package dev.openidclient.resource

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.WwwAuthenticate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

private fun of(
    status: Int,
    header: String,
    sent: String? = "Bearer",
): AccessChallenge? = AccessChallenge.of(status, WwwAuthenticate.parse(header), sent)

class AccessChallengeSpec :
    FunSpec({
        context("a request without a token") {
            for (header in listOf("Bearer", "Bearer realm=a", "DPoP algs=ES256", "Bearer error=invalid_request", "")) {
                test("needs one after 401: $header") {
                    of(401, header, sent = null).shouldBeInstanceOf<AccessChallenge.TokenRequired>()
                }
            }
        }

        context("a request with a token") {
            for (header in listOf("Bearer error=\"invalid_token\"", "Bearer realm=\"a\"", "")) {
                test("needs another one after 401: $header") {
                    of(401, header).shouldBeInstanceOf<AccessChallenge.TokenRefused>()
                }
            }

            test("needs another sign-in after insufficient_user_authentication") {
                val header = """Bearer error="insufficient_user_authentication", acr_values="gold tin", max_age="300""""
                val challenge =
                    of(401, header)
                        .shouldBeInstanceOf<AccessChallenge.StepUp>()

                challenge.acrValues shouldBe listOf("gold", "tin")
                challenge.maxAge shouldBe Duration.ofMinutes(5)
            }

            for (status in listOf(401, 403)) {
                test("needs more scopes after insufficient_scope with status $status") {
                    of(status, """Bearer error="insufficient_scope", scope="a b"""")
                        .shouldBeInstanceOf<AccessChallenge.MoreScopes>()
                        .scopes shouldBe listOf("a", "b")
                }
            }

            test("a maximum age that is none is told when it is read, so that the answer itself is not lost") {
                val challenge =
                    of(401, """Bearer error="insufficient_user_authentication", max_age="soon"""")
                        .shouldBeInstanceOf<AccessChallenge.StepUp>()

                shouldThrow<InvalidResponseException> { challenge.maxAge }
            }
        }

        context("no other token would do") {
            for ((status, header) in listOf(
                401 to """DPoP error="use_dpop_nonce"""",
                401 to """Bearer error="invalid_request"""",
                401 to """Bearer error="made_up"""",
                400 to """Bearer error="invalid_request"""",
                400 to """Bearer error="invalid_token"""",
                400 to """Bearer error="insufficient_scope"""",
                403 to "",
                403 to "Bearer",
                403 to """Bearer error="invalid_token"""",
                403 to """Bearer error="insufficient_user_authentication"""",
                401 to "Basic realm=\"a\"",
                401 to "Negotiate",
                200 to "Bearer",
                500 to "Bearer error=\"invalid_token\"",
            )) {
                test("after $status with: $header") {
                    of(status, header, sent = if ("DPoP" in header) "DPoP" else "Bearer").shouldBeNull()
                }
            }

            test("after 401 for a password, where no token was sent") {
                of(401, "Basic realm=\"a\"", sent = null).shouldBeNull()
            }
        }

        context("of several challenges") {
            test("the one of the token that was sent counts") {
                val header = """Bearer error="insufficient_scope", scope="b", DPoP error="invalid_token""""

                of(401, header, sent = "DPoP").shouldBeInstanceOf<AccessChallenge.TokenRefused>()
                of(401, header, sent = "dpop").shouldBeInstanceOf<AccessChallenge.TokenRefused>()
                of(401, header, sent = "Bearer").shouldBeInstanceOf<AccessChallenge.MoreScopes>()
            }

            test("a nonce that is wanted for the token that was sent is no refusal, whatever the others say") {
                of(401, """Bearer error="invalid_token", DPoP error="use_dpop_nonce"""", sent = "DPoP").shouldBeNull()
            }

            test("else the first with an error does, else the first") {
                of(401, """Bearer realm="a", DPoP error="insufficient_scope", scope="b"""", sent = "Other")
                    .shouldBeInstanceOf<AccessChallenge.MoreScopes>()
                of(401, "DPoP realm=\"a\", Bearer realm=\"b\"", sent = null)?.challenge?.realm shouldBe "a"
            }

            test("those of other schemes do not, wherever they stand") {
                val header = """Basic realm="x", Bearer realm="a", resource_metadata="https://a.ex/m", Negotiate"""

                of(401, header, sent = null)?.challenge?.resourceMetadata shouldBe "https://a.ex/m"
            }
        }

        test("a challenge that a program has made counts whatever the case of its scheme") {
            AccessChallenge
                .of(401, listOf(WwwAuthenticateChallenge("Bearer", emptyMap())), null)
                .shouldBeInstanceOf<AccessChallenge.TokenRequired>()
        }

        test("a refusal without a word has no challenge") {
            of(401, "")?.challenge.shouldBeNull()
        }

        test("prints its kind, and what may be shown of the challenge") {
            of(401, "Bearer error=\"invalid_token\", realm=\"x\"").toString() shouldBe
                "TokenRefused(WwwAuthenticateChallenge(bearer error=\"invalid_token\"))"
            of(401, "").toString() shouldBe "TokenRefused(no challenge)"
        }
    })
