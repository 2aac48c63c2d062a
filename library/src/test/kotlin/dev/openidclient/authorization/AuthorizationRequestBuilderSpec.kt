package dev.openidclient.authorization

import dev.openidclient.http.Parameters
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit

class AuthorizationRequestBuilderSpec :
    FunSpec({
        val client = StubServer().client()

        fun sent(configure: AuthorizationRequestBuilder.() -> Unit): Parameters =
            client.authorizationRequest(configure).parameters

        val functions: Map<String, Pair<AuthorizationRequestBuilder.() -> Unit, String>> =
            mapOf(
                "redirect_uri" to Pair({ redirectUri("https://rp.example.com/cb") }, "https://rp.example.com/cb"),
                "response_mode" to Pair({ responseMode("form_post") }, "form_post"),
                "state" to Pair({ state("my-state") }, "my-state"),
                "nonce" to Pair({ nonce("my-nonce") }, "my-nonce"),
                "prompt" to Pair({ prompt("login", "consent") }, "login consent"),
                "max_age" to Pair({ maxAge(Duration.ofMinutes(2)) }, "120"),
                "login_hint" to Pair({ loginHint("jane@example.com") }, "jane@example.com"),
                "id_token_hint" to Pair({ idTokenHint("e30.e30.") }, "e30.e30."),
                "acr_values" to Pair({ acrValues("gold", "silver") }, "gold silver"),
                "display" to Pair({ display("popup") }, "popup"),
                "ui_locales" to Pair({ uiLocales("de-CH", "fr") }, "de-CH fr"),
                "claims" to
                    Pair({ claims(jsonObject("""{"userinfo":{"email":null}}""")) }, """{"userinfo":{"email":null}}"""),
                "scope" to Pair({ scope("a", "b") }, "a b"),
                "resource" to Pair({ resource("https://api.example.com") }, "https://api.example.com"),
                "dpop_jkt" to Pair({ parameter("dpop_jkt", "0ZcOCORZNYy") }, "0ZcOCORZNYy"),
            )

        for ((name, function) in functions) {
            test("sends $name once, as it was given") {
                sent(function.first).all(name) shouldBe listOf(function.second)
            }
        }

        test("the last value of a parameter counts") {
            sent {
                loginHint("first")
                loginHint("second")
            }.all("login_hint") shouldBe listOf("second")
        }

        test("scopes of several calls stand in one parameter, each once") {
            sent {
                scope("openid", "email")
                scope("email profile")
            }.all("scope") shouldBe listOf("openid email profile")
        }

        test("several resources are several parameters") {
            sent { resource("https://a.example.com", "https://b.example.com").resource("https://c.example.com") }
                .all("resource") shouldBe
                listOf("https://a.example.com", "https://b.example.com", "https://c.example.com")
        }

        test("a state and a nonce of the caller's are pending") {
            val pending = client.authorizationRequest { state("my-state").nonce("my-nonce") }.pending

            pending.state shouldBe "my-state"
            pending.nonce shouldBe "my-nonce"
        }

        test("a nonce of the caller's replaces the random one") {
            sent { nonce("my-nonce").scope("openid") }.all("nonce") shouldBe listOf("my-nonce")
        }

        for ((age, seconds) in mapOf(Duration.ZERO to "0", Duration.ofMillis(1999) to "1")) {
            test("a maximum age of $age is sent and pending as $seconds whole seconds") {
                val request = client.authorizationRequest { maxAge(age) }

                request.parameters["max_age"] shouldBe seconds
                request.pending.maxAge shouldBe Duration.ofSeconds(seconds.toLong())
            }
        }

        test("rejects a negative maximum age") {
            shouldThrow<IllegalArgumentException> { client.authorizationRequest { maxAge(Duration.ofMillis(-1)) } }
                .message shouldContain "max_age"
        }

        test("rejects a maximum age that could not be pending, and takes the longest that can") {
            val longest = Duration.ofSeconds(Instant.MAX.epochSecond)
            val pending = client.authorizationRequest { maxAge(longest) }.pending

            PendingAuthorization.decode(pending.encode()).maxAge shouldBe longest
            shouldThrow<IllegalArgumentException> { client.authorizationRequest { maxAge(longest.plusNanos(1)) } }
                .message shouldContain "max_age"
            shouldThrow<IllegalArgumentException> {
                client.authorizationRequest { maxAge(ChronoUnit.FOREVER.duration) }
            }
        }

        test("rejects an empty state") {
            shouldThrow<IllegalArgumentException> { client.authorizationRequest { state("") } }
                .message shouldContain "state"
        }

        test("rejects an empty nonce") {
            shouldThrow<IllegalArgumentException> { client.authorizationRequest { nonce("") } }
                .message shouldContain "nonce"
        }

        for (name in listOf(
            "client_id",
            "response_type",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri",
        )) {
            test("rejects $name, which the request sets itself") {
                shouldThrow<IllegalArgumentException> { client.authorizationRequest { parameter(name, CODE_VERIFIER) } }
                    .message shouldBe "parameter \"$name\" is set by the operation itself"
            }
        }

        val hints =
            mapOf(
                "redirect_uri" to "redirectUri(…)",
                "response_mode" to "responseMode(…)",
                "state" to "state(…)",
                "nonce" to "nonce(…)",
                "max_age" to "maxAge(…)",
            )
        for ((name, hint) in hints) {
            test("rejects $name as any parameter and names $hint") {
                shouldThrow<IllegalArgumentException> { client.authorizationRequest { parameter(name, CODE_VERIFIER) } }
                    .message shouldBe "parameter \"$name\" is set by the operation itself: use $hint"
            }
        }

        test("shows the names of its parameters only") {
            client.authorizationRequest {
                loginHint("jane@example.com")
                toString() shouldContain "login_hint"
                toString() shouldNotContain "jane"
            }
        }
    })
