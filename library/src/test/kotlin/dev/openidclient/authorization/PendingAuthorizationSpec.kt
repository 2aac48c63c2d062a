package dev.openidclient.authorization

import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.STATE
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.pendingAuthorization
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.Codepoint
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.az
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.time.Duration
import java.time.Instant
import java.util.Base64

private const val MEMBERS =
    """"iss":"$ISSUER","client_id":"c","state":"s","code_verifier":"$CODE_VERIFIER","created_at":1767225600"""

private fun encoded(members: String): String = "v1.${base64Url("{$members}")}"

private fun members(encoded: String): String =
    Base64.getUrlDecoder().decode(encoded.removePrefix("v2.")).decodeToString()

class PendingAuthorizationSpec :
    FunSpec({
        val full =
            pendingAuthorization(
                nonce = NONCE,
                maxAge = Duration.ofSeconds(60),
                scope = "openid a",
                resource = listOf("https://a", "https://b"),
                requiredAcr = listOf("gold", "silver"),
                askedIssuer = "https://as.example.com/common",
            )

        test("comes back from its encoding with every member") {
            val decoded = PendingAuthorization.decode(full.encode())

            decoded.issuer shouldBe full.issuer
            decoded.clientId shouldBe full.clientId
            decoded.redirectUri shouldBe full.redirectUri
            decoded.state shouldBe full.state
            decoded.nonce shouldBe full.nonce
            decoded.codeVerifier shouldBe full.codeVerifier
            decoded.maxAge shouldBe full.maxAge
            decoded.createdAt shouldBe full.createdAt
            decoded.scope shouldBe full.scope
            decoded.resource shouldBe listOf("https://a", "https://b")
            decoded.acrValues shouldBe listOf("gold", "silver")
            decoded.isAcrRequired shouldBe true
        }

        test("comes back without the members that it does not have") {
            val decoded = PendingAuthorization.decode(pendingAuthorization(redirectUri = null).encode())

            decoded.redirectUri shouldBe null
            decoded.nonce shouldBe null
            decoded.maxAge shouldBe null
            decoded.scope shouldBe null
            decoded.resource.shouldBeEmpty()
            decoded.acrValues.shouldBeEmpty()
            decoded.isAcrRequired shouldBe false
            decoded.askedIssuer shouldBe null
        }

        test("comes back as what a resource server's challenge asked for") {
            val ordinary = pendingAuthorization().encode()
            val steppingUp = "v2.${base64Url(members(ordinary).dropLast(1) + ""","step_up":true}""")}"

            PendingAuthorization.decode(steppingUp).authentication.isStepUp shouldBe true
            PendingAuthorization.decode(steppingUp).encode() shouldBe steppingUp
            PendingAuthorization.decode(ordinary).authentication.isStepUp shouldBe false
        }

        test("whatever it holds comes back from its encoding") {
            val seconds = Arb.long(0L..Instant.MAX.epochSecond)
            val any =
                arbitrary {
                    pendingAuthorization(
                        issuer = Arb.string().bind(),
                        clientId = Arb.string().bind(),
                        redirectUri = Arb.string().orNull().bind(),
                        state = Arb.string(minSize = 1).bind(),
                        nonce = Arb.string(minSize = 1).orNull().bind(),
                        codeVerifier = Arb.string(43..128, Codepoint.az()).bind(),
                        maxAge = seconds.orNull().bind()?.let(Duration::ofSeconds),
                        createdAt = Instant.ofEpochSecond(seconds.bind()),
                        scope = Arb.string().orNull().bind(),
                        resource = Arb.list(Arb.string(), 0..2).bind(),
                        requiredAcr = Arb.list(Arb.string(), 0..2).bind(),
                        askedIssuer = Arb.string().orNull().bind(),
                    )
                }
            checkAll(300, any) { pending -> PendingAuthorization.decode(pending.encode()) shouldBe pending }
        }

        test("its encoding has URL-safe characters only") {
            pendingAuthorization(state = "\u0000ä😀<>?\"").encode() shouldMatch Regex("[A-Za-z0-9._-]+")
        }

        test("its encoding keeps the form that is stored in sessions") {
            members(full.encode()) shouldBe
                """{"iss":"https://as.example.com","client_id":"s6BhdRkqt3",""" +
                """"redirect_uri":"https://rp.example.com/callback",""" +
                """"state":"af0ifjsldkj","nonce":"n-0S6_WzA2Mj","code_verifier":"$CODE_VERIFIER",""" +
                """"max_age":60,"created_at":1767225600,"scope":"openid a",""" +
                """"resource":["https://a","https://b"],"acr_values":["gold","silver"],"acr_required":true,""" +
                """"asked_iss":"https://as.example.com/common"}"""
        }

        test("reads the form that is stored in sessions") {
            PendingAuthorization.decode(encoded(MEMBERS)).createdAt shouldBe NOW
        }

        test("reads the first version of that form, which has neither resource nor acr") {
            val first = """$MEMBERS,"redirect_uri":"https://rp","nonce":"n","max_age":1,"scope":"a""""
            val decoded = PendingAuthorization.decode(encoded(first))

            decoded.nonce shouldBe "n"
            decoded.maxAge shouldBe Duration.ofSeconds(1)
            decoded.scope shouldBe "a"
            decoded.resource.shouldBeEmpty()
        }

        for (member in listOf("\"resource\":[\"a\"]", "\"acr_values\":[\"a\"]", "\"acr_required\":true")) {
            test("rejects $member in the first version, which did not know it") {
                shouldThrow<IllegalArgumentException> { PendingAuthorization.decode(encoded("$MEMBERS,$member")) }
                    .message shouldContain "not known"
            }
        }

        for (member in listOf("\"resource\":\"a\"", "\"acr_values\":[1]", "\"acr_required\":\"true\"")) {
            test("rejects damaged input with $member") {
                shouldThrow<IllegalArgumentException> {
                    PendingAuthorization.decode("v2." + base64Url("{$MEMBERS,$member}"))
                }.message shouldContain "has the wrong type"
            }
        }

        for (version in listOf("", "v3.", "V1.", "v1", "v11.", " v1.")) {
            test("rejects the version \"$version\"") {
                shouldThrow<IllegalArgumentException> {
                    PendingAuthorization.decode(version + full.encode().removePrefix("v2."))
                }.message shouldContain "version"
            }
        }

        test("rejects a member that is not known") {
            shouldThrow<IllegalArgumentException> {
                PendingAuthorization.decode(
                    encoded("""$MEMBERS,"dpop_jkt":"x""""),
                )
            }.message shouldContain "not known"
        }

        for (name in listOf("iss", "client_id", "state", "code_verifier", "created_at")) {
            test("rejects damaged input without $name") {
                val without = MEMBERS.split(",").filterNot { it.startsWith("\"$name\"") }.joinToString(",")

                shouldThrow<IllegalArgumentException> { PendingAuthorization.decode(encoded(without)) }
                    .message shouldContain "\"$name\" is missing"
            }
        }

        for (name in listOf("iss", "client_id", "redirect_uri", "state", "nonce", "code_verifier")) {
            for (value in listOf("1", "null", "true", "[]", "{}")) {
                test("rejects damaged input with $value for $name") {
                    shouldThrow<IllegalArgumentException> {
                        PendingAuthorization.decode(encoded("""$MEMBERS,"$name":$value"""))
                    }.message shouldContain "\"$name\" has the wrong type"
                }
            }
        }

        for (name in listOf("state", "nonce")) {
            test("rejects damaged input with an empty $name") {
                shouldThrow<IllegalArgumentException> {
                    PendingAuthorization.decode(encoded("$MEMBERS,\"$name\":\"\""))
                }.message shouldContain "\"$name\" has the wrong type"
            }
        }

        for (name in listOf("max_age", "created_at")) {
            for (value in listOf(
                "-1",
                "1.5",
                "1e3",
                "\"60\"",
                "null",
                "true",
                "[]",
                "31556889864403200",
                "9223372036854775808",
            )) {
                test("rejects damaged input with $value for $name") {
                    shouldThrow<IllegalArgumentException> {
                        PendingAuthorization.decode(encoded("""$MEMBERS,"$name":$value"""))
                    }.message shouldContain "\"$name\" has the wrong type"
                }
            }
        }

        test("rejects damaged input with a verifier that is too short for PKCE") {
            shouldThrow<IllegalArgumentException> {
                PendingAuthorization.decode(encoded("""$MEMBERS,"code_verifier":"short""""))
            }.message shouldContain "verifier"
        }

        for (damaged in listOf("v1.", "v1.!!!", "v1.e30", "v1.${base64Url("[]")}", "v1.${base64Url("{")}", "v1.AAAA")) {
            test("rejects the damaged input $damaged") {
                shouldThrowExactly<IllegalArgumentException> { PendingAuthorization.decode(damaged) }
            }
        }

        test("a part of the encoding is rejected, wherever it is cut") {
            val whole = full.encode()
            for (length in whole.indices) {
                shouldThrow<IllegalArgumentException> { PendingAuthorization.decode(whole.take(length)) }
            }
        }

        test("nothing but IllegalArgumentException comes out, whatever goes in") {
            val whole = full.encode()
            val anything =
                arbitrary {
                    val at = Arb.int(0..whole.lastIndex).bind()
                    val noise = Arb.string(0..3).bind()
                    val bytes = Arb.byteArray(Arb.int(0..40), Arb.byte()).bind()
                    Arb
                        .of(whole.replaceRange(at, at + 1, noise), noise, "v1.${base64Url(bytes)}", "v1.$noise")
                        .bind()
                }
            checkAll(1000, anything) { input ->
                try {
                    PendingAuthorization.decode(input)
                } catch (e: IllegalArgumentException) {
                    e.message.orEmpty() shouldNotContain CODE_VERIFIER
                }
            }
        }

        test("a rejection shows no secret and has no cause that could") {
            val failure =
                shouldThrow<IllegalArgumentException> {
                    PendingAuthorization.decode(encoded("""$MEMBERS,"nonce":{"secret-nonce":1}"""))
                }

            failure.message.orEmpty() shouldNotContain "secret"
            failure.cause shouldBe null
        }

        test("equals another one with the same members") {
            pendingAuthorization() shouldBe pendingAuthorization()
            pendingAuthorization().hashCode() shouldBe pendingAuthorization().hashCode()
        }

        test("differs from one with another state, and from its own encoding") {
            pendingAuthorization() shouldNotBe pendingAuthorization(state = "other")
            pendingAuthorization().equals(pendingAuthorization().encode()) shouldBe false
        }

        test("shows neither state, nonce nor verifier") {
            val shown = full.toString()

            shown shouldContain ISSUER
            for (secret in listOf(STATE, NONCE, CODE_VERIFIER)) shown shouldNotContain secret
        }
    })
