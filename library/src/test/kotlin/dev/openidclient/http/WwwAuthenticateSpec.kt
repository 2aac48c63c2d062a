package dev.openidclient.http

import dev.openidclient.error.WwwAuthenticateChallenge
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class WwwAuthenticateSpec :
    FunSpec({
        context("reads") {
            val bearer = challenge("bearer", "realm" to "x")
            val grammar =
                mapOf(
                    // RFC 9110 §11.6.1, §11.2
                    "Basic" to listOf(challenge("basic")),
                    "A, B" to listOf(challenge("a"), challenge("b")),
                    "A,B" to listOf(challenge("a"), challenge("b")),
                    "Bearer realm=\"x\"" to listOf(bearer),
                    "Bearer realm=x" to listOf(bearer),
                    "BEARER REALM=\"x\"" to listOf(bearer),
                    "Bearer realm = \"x\"" to listOf(bearer),
                    "Bearer realm\t=\tx" to listOf(bearer),
                    "  ,, Bearer   realm=x , " to listOf(bearer),
                    "Bearer" to listOf(challenge("bearer")),
                    "Bearer " to listOf(challenge("bearer")),
                    "Bearer ," to listOf(challenge("bearer")),
                    "Bearer , realm=\"x\"" to listOf(bearer),
                    "Bearer realm=\"a, b=c\"" to listOf(challenge("bearer", "realm" to "a, b=c")),
                    "Bearer realm=\"\"" to listOf(challenge("bearer", "realm" to "")),
                    "Bearer realm='x'" to listOf(challenge("bearer", "realm" to "'x'")),
                    "Bearer a=1, b=2" to listOf(challenge("bearer", "a" to "1", "b" to "2")),
                    "Bearer a=\"1\" b=\"2\"" to listOf(challenge("bearer", "a" to "1", "b" to "2")),
                    "Bearer a=\"1\"b=\"2\"" to listOf(challenge("bearer", "a" to "1", "b" to "2")),
                    "Bearer a=1 b=2" to listOf(challenge("bearer", "a" to "1", "b" to "2")),
                    "Bearer realm=a, realm=b" to listOf(challenge("bearer", "realm" to "b")),
                    "Bearer REALM=a, realm=b" to listOf(challenge("bearer", "realm" to "b")),
                    "Bearer a=!#$%&'*+-.^_`|~09" to listOf(challenge("bearer", "a" to "!#$%&'*+-.^_`|~09")),
                    // RFC 9110 §5.6.4: quoted pairs
                    """Bearer realm="a\"b"""" to listOf(challenge("bearer", "realm" to "a\"b")),
                    """Bearer realm="a\\b"""" to listOf(challenge("bearer", "realm" to "a\\b")),
                    """Bearer realm="\n\u0041"""" to listOf(challenge("bearer", "realm" to "nu0041")),
                    // token68
                    "Negotiate abc" to listOf(token68("negotiate", "abc")),
                    "Negotiate YII-._~+/09==" to listOf(token68("negotiate", "YII-._~+/09==")),
                    "Negotiate abc=" to listOf(token68("negotiate", "abc=")),
                    "Bearer error=" to listOf(token68("bearer", "error=")),
                    "Negotiate abc, Basic" to listOf(token68("negotiate", "abc"), challenge("basic")),
                    "Negotiate abc Basic" to listOf(token68("negotiate", "abc"), challenge("basic")),
                    "Negotiate a==, Basic realm=x" to
                        listOf(token68("negotiate", "a=="), challenge("basic", "realm" to "x")),
                    // several challenges
                    "Bearer realm=\"x\", Basic realm=\"x\"" to listOf(bearer, challenge("basic", "realm" to "x")),
                    "Bearer realm=\"x\" Basic realm=\"x\"" to listOf(bearer, challenge("basic", "realm" to "x")),
                    "Bearer realm=x, Basic" to listOf(bearer, challenge("basic")),
                    "Bearer realm=x, Basic," to listOf(bearer, challenge("basic")),
                    "Bearer realm=x, Negotiate abc==" to listOf(bearer, token68("negotiate", "abc==")),
                    "A, Bearer realm=x" to listOf(challenge("a"), bearer),
                )
            for ((header, expected) in grammar) {
                test("<$header>") {
                    WwwAuthenticate.parse(header) shouldBe expected
                }
            }
        }

        context("reads nothing at all of") {
            val broken =
                listOf(
                    "",
                    " , ,",
                    "Scheme, realm=\"x\"",
                    "realm=\"x\"",
                    "\"Bearer\"",
                    "=",
                    "Bearer=",
                    "Bearer/x",
                    "Bearer;realm=x",
                    "Bearer a=b=c",
                    "Bearer a===",
                    "Bearer a==b",
                    "Bearer =",
                    "Bearer ==",
                    "Bearer realm=\"x",
                    "Bearer realm=\"",
                    "Bearer realm=\"x\\",
                    "Bearer realm=\"x\\\"",
                    "Bearer realm=x\"y\"",
                    "Bearer \"x\"",
                    "Bearer realm=x;scope=y",
                    "Bearer realm=(x)",
                    "Bearer abc realm=x",
                    "Bearer abc, realm=x",
                    "Bearer abc= realm=\"x\"",
                    "Bearer DPoP algs=\"ES256\"",
                    "Bearer , DPoP error=\"x\"",
                    "Bearer , abc",
                    "Bearer realm=x, Ba@sic",
                    "Bearer realm=x, Ba!sic",
                    "Bearer realm=x, ä=y",
                    "Bearer realm=\"x\", error=\"y\", junk{}",
                    "Bearer realm=\"x\", a===",
                    "Basic, Bearer realm=\"x",
                )
            for (header in broken) {
                test("<$header>") {
                    WwwAuthenticate.parse(header).shouldBeEmpty()
                }
            }
        }

        context("of an answer") {
            fun answer(vararg lines: String) =
                HttpResponse(401, HttpHeaders.of(mapOf("WWW-Authenticate" to lines.toList())))

            test("joins its header lines") {
                WwwAuthenticate.of(answer("Bearer realm=a", "DPoP algs=\"ES256\"")) shouldBe
                    listOf(challenge("bearer", "realm" to "a"), challenge("dpop", "algs" to "ES256"))
            }

            test("drops all of its lines where one is broken") {
                WwwAuthenticate.of(answer("Bearer realm=a", "DPoP algs=\"ES256")).shouldBeEmpty()
            }

            test("is empty without the header") {
                WwwAuthenticate.of(HttpResponse(401)).shouldBeEmpty()
            }
        }

        test("takes time in proportion to the header's length") {
            WwwAuthenticate.parse("Bearer " + "a=b, ".repeat(100_000)) shouldBe listOf(challenge("bearer", "a" to "b"))
            WwwAuthenticate.parse("A " + " ,".repeat(100_000) + "\"").shouldBeEmpty()
        }
    })

private fun challenge(
    scheme: String,
    vararg parameters: Pair<String, String>,
) = WwwAuthenticateChallenge(scheme, mapOf(*parameters))

private fun token68(
    scheme: String,
    value: String,
) = WwwAuthenticateChallenge(scheme, emptyMap(), value)
