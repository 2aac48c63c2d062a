package dev.openidclient.resourceserver

import dev.openidclient.error.ErrorCode
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

private fun malformed(
    description: String,
    scheme: String = "Bearer ",
) = "${scheme}error=\"invalid_request\", error_description=\"$description\", $METADATA"

private const val NOT_ONE = "The Authorization header must have one access token"

class RequestCredentialsSpec :
    FunSpec({
        test("a request without Authorization is offered every scheme, and told of no error") {
            val world = ApiWorld()
            val refused = world.dpopApi().shouldRefuse(request(), 401, BEARER, DPOP)
            refused.error.shouldBeNull()
            refused.code shouldBe ErrorCode.REQUEST_REFUSED
            world.api().shouldRefuse(request("DPoP" to "a.b.c"), 401, BEARER)
            world.sent.shouldBeEmpty()
        }

        test("a token in the query is not looked at") {
            ApiWorld().api().shouldRefuse(request(url = "$ORDERS?access_token=${accessToken()}"), 401, BEARER)
        }

        test("more than one Authorization is malformed, whatever they are") {
            val twice = request("Authorization" to "Bearer ${accessToken()}", "authorization" to "Basic YTpi")
            val refused =
                ApiWorld().dpopApi().shouldRefuse(twice, 400, malformed("More than one Authorization header"))
            refused.error shouldBe "invalid_request"
        }

        test("another scheme is told of no error") {
            val world = ApiWorld()
            for (value in listOf("Basic YTpi", "Bearer\tabc", "Bearerabc", "Token abc", "Negotiate")) {
                world.dpopApi().shouldRefuse(request("Authorization" to value), 401, BEARER, DPOP)
            }
            world.sent.shouldBeEmpty()
        }

        test("DPoP is another scheme where no proofs are taken") {
            val token = request("Authorization" to "DPoP ${accessToken()}", "DPoP" to "a.b.c")
            ApiWorld().api().shouldRefuse(token, 401, BEARER)
        }

        test("not exactly one token of the characters that tokens have is malformed") {
            val world = ApiWorld()
            val api = world.dpopApi()
            val rests = listOf("", " ", " a b", " a, Bearer b", " a,b", " \"a\"", " =", " a=b", " a ", " ä", " a\tb")
            for (rest in rests) {
                api.shouldRefuse(request("Authorization" to "Bearer$rest"), 400, malformed(NOT_ONE))
                val dpop = request("Authorization" to "DPoP$rest", "DPoP" to "a.b.c")
                api.shouldRefuse(dpop, 400, malformed(NOT_ONE, "DPoP algs=\"ES256\", "))
            }
            for (value in listOf("", " ", " Bearer a")) {
                api.shouldRefuse(request("Authorization" to value), 400, malformed(NOT_ONE))
            }
            world.sent.shouldBeEmpty()
        }

        test("the scheme is taken in any case, and with several spaces") {
            val api = ApiWorld().api()
            for (scheme in listOf("bearer ", "BEARER ", "Bearer   ")) {
                api.authorize(request("Authorization" to "$scheme${accessToken()}")).tokenType shouldBe "Bearer"
            }
        }

        test("more than one DPoP header is malformed, with either scheme") {
            val api = ApiWorld().dpopApi()
            val description = "More than one DPoP header"
            val proofs = arrayOf("DPoP" to "a.b.c", "dpop" to "a.b.c")
            val dpop = request("Authorization" to "DPoP ${accessToken()}", *proofs)
            api.shouldRefuse(dpop, 400, malformed(description, "DPoP algs=\"ES256\", "))
            val bearer = request("Authorization" to "Bearer ${accessToken()}", *proofs)
            api.shouldRefuse(bearer, 400, malformed(description))
        }

        test("a proof beside a bearer token is malformed, whether proofs are taken or not") {
            val both = request("Authorization" to "Bearer ${accessToken()}", "DPoP" to "a.b.c")
            val challenge = malformed("A DPoP proof belongs to the scheme DPoP")
            ApiWorld().dpopApi().shouldRefuse(both, 400, challenge)
            ApiWorld().api().shouldRefuse(both, 400, challenge)
        }

        test("DPoP without a proof is no valid proof") {
            val world = ApiWorld()
            val refused =
                world.dpopApi().shouldRefuse(
                    request("Authorization" to "DPoP ${accessToken()}"),
                    401,
                    BEARER,
                    "DPoP algs=\"ES256\", error=\"invalid_dpop_proof\", " +
                        "error_description=\"The DPoP proof is not valid here\", $METADATA",
                )
            refused.error shouldBe "invalid_dpop_proof"
            world.sent.shouldBeEmpty()
        }

        test("no refusal shows the token") {
            val api = ApiWorld().dpopApi()
            val token = accessToken("sub" to null)
            val requests =
                listOf(
                    bearer(token),
                    request("Authorization" to "Bearer $token x"),
                    request("Authorization" to "Basic $token"),
                    request("Authorization" to "DPoP $token", "DPoP" to token),
                )
            for (request in requests) {
                val refused = api.refusal(request)
                for (text in listOf("$refused", "${refused.headers}", "${refused.cause}", "$request")) {
                    text shouldNotContain token.substringBefore('.')
                    text shouldNotContain token.substringAfterLast('.')
                }
            }
        }
    })
