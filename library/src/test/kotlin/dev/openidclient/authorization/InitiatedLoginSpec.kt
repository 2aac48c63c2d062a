package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val OWN = "https://rp.example.com/"

class InitiatedLoginSpec :
    FunSpec({
        fun parse(query: String) = InitiatedLogin.parse(Parameters.parse(query), listOf(ISSUER)) { it.startsWith(OWN) }

        test("names the server, and who signs in, and where to go then") {
            val login = parse("iss=$ISSUER&login_hint=alice&target_link_uri=${OWN}orders")
            login.issuer shouldBe ISSUER
            login.loginHint shouldBe "alice"
            login.targetLinkUri shouldBe "${OWN}orders"
        }

        test("begins a sign-in of this application's own, with the hint") {
            val login = parse("iss=$ISSUER&login_hint=alice")
            val request =
                StubServer().client().authorizationRequest {
                    redirectUri("${OWN}callback")
                    login.loginHint?.let(::loginHint)
                }
            request.url shouldContain "login_hint=alice"
            request.url shouldContain "state="
        }

        test("needs neither hint nor target") {
            val login = parse("iss=$ISSUER&login_hint=&target_link_uri=")
            login.loginHint.shouldBeNull()
            login.targetLinkUri.shouldBeNull()
        }

        test("of an issuer that is not configured, in any spelling, is refused") {
            for (issuer in listOf("https://evil.example.com", "$ISSUER/", ISSUER.uppercase())) {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"iss\"") { parse("iss=$issuer") }
                    .subject shouldBe "iss"
            }
        }

        test("without an issuer is refused") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "no \"iss\"") { parse("") }
        }

        test("that leads out of the application is refused") {
            for (target in listOf("https://evil.example.com/", "javascript:alert(1)", "//evil.example.com")) {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "permitTarget") {
                    parse("iss=$ISSUER&target_link_uri=$target")
                }.subject shouldBe "target_link_uri"
            }
        }

        test("with a parameter that comes twice is refused") {
            for (twice in listOf("iss=$ISSUER", "login_hint=a", "target_link_uri=$OWN")) {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must come once") {
                    parse("iss=$ISSUER&$twice&$twice")
                }
            }
        }

        test("does not show who signs in") {
            parse("iss=$ISSUER&login_hint=alice").toString() shouldNotContain "alice"
        }
    })
