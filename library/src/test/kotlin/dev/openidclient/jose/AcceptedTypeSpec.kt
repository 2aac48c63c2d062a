package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

/** The kinds of JWTs that pass for no other. */
val OTHER_KINDS: List<String> =
    listOf(
        "at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "token-introspection+jwt",
        "oauth-authz-req+jwt",
        "client-authentication+jwt",
        "oauth-id-jag+jwt",
        "secevent+jwt",
        "entity-statement+jwt",
        "oauth-client-attestation+jwt",
        "oauth-client-attestation-pop+jwt",
    )

private fun typed(
    typ: String?,
    claims: String = "{}",
): Jwt {
    val header = if (typ == null) """{"alg":"none"}""" else """{"alg":"none","typ":$typ}"""
    return Jwt.parse("${TestKeys.base64Url(header)}.${TestKeys.base64Url(claims)}.", "ID Token")
}

private fun refused(check: () -> Unit): String {
    val e = shouldThrow<ValidationException> { check() }
    e.code shouldBe ErrorCode.INVALID_RESPONSE
    return e.message.orEmpty()
}

class AcceptedTypeSpec :
    FunSpec({
        context("where no kind is named") {
            val any = AcceptedType.NO_OTHER_KIND

            for (typ in listOf(null, "null", "\"JWT\"", "\"jwt\"", "\"application/jwt\"", "\"made-up+jwt\"", "\"\"")) {
                test("the typ $typ is taken") { shouldNotThrowAny { any.check(typed(typ)) } }
            }

            for (kind in OTHER_KINDS) {
                for (typ in listOf(kind, kind.uppercase(), "application/$kind", "Application/${kind.uppercase()}")) {
                    test("the typ $typ is refused") { refused { any.check(typed("\"$typ\"")) } }
                }
            }

            test("a typ with another / after application/ is another one") {
                shouldNotThrowAny { any.check(typed("\"application/x/at+jwt\"")) }
                shouldNotThrowAny { any.check(typed("\"application/application/at+jwt\"")) }
            }

            for (typ in listOf("1", "true", "[]", """["at+jwt"]""", "{}")) {
                test("the typ $typ, which is no string, is refused") { refused { any.check(typed(typ)) } }
            }

            test("the logout event among the claims is refused") {
                val event = "http://schemas.openid.net/event/backchannel-logout"

                refused { any.checkClaims(typed(null, """{"events":{"$event":{}}}""")) }
                refused { any.checkClaims(typed("\"JWT\"", """{"events":{"x":{},"$event":null}}""")) }
            }

            for (events in listOf("{}", """{"x":{}}""", "[]", "\"x\"", "1")) {
                test("the claim events $events is taken") {
                    shouldNotThrowAny { any.checkClaims(typed(null, """{"events":$events}""")) }
                }
            }
        }

        context("where one kind is named") {
            val type = AcceptedType.exactly("token-introspection+jwt")

            for (typ in listOf(
                "token-introspection+jwt",
                "Token-Introspection+JWT",
                "application/token-introspection+jwt",
            )) {
                test("the typ $typ is taken") { shouldNotThrowAny { type.check(typed("\"$typ\"")) } }
            }

            for (typ in listOf(null, "null", "\"JWT\"", "\"at+jwt\"", "\"x/token-introspection+jwt\"", "1")) {
                test("the typ $typ is refused") { refused { type.check(typed(typ)) } }
            }
        }

        test("what is refused is shown without control characters") {
            refused { AcceptedType.exactly("a").check(typed("\"a\u202Eb\"")) } shouldNotContain "\u202E"
        }
    })
