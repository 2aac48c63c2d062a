package dev.openidclient.authorization

import dev.openidclient.client.ResponseKind
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.function.Consumer

private fun claims(configure: ClaimsRequest.() -> Unit): JsonObject =
    jsonObject(checkNotNull(AuthorizationRequestBuilder(ResponseKind.CODE).claims(configure).parameters["claims"]))

class ClaimsRequestSpec :
    FunSpec({
        test("claims are asked for in the ID Token and from the UserInfo endpoint") {
            claims {
                idToken("acr") { essential().values("phr", "phrh") }
                idToken("auth_time")
                userinfo("email") { essential() }
                userinfo("picture")
            } shouldBe
                jsonObject(
                    """{"id_token":{"acr":{"essential":true,"values":["phr","phrh"]},"auth_time":null},""" +
                        """"userinfo":{"email":{"essential":true},"picture":null}}""",
                )
        }

        test("where nothing is asked for in a place, the place is left out") {
            claims { userinfo("email") } shouldBe jsonObject("""{"userinfo":{"email":null}}""")
            claims { idToken("email") } shouldBe jsonObject("""{"id_token":{"email":null}}""")
            claims { } shouldBe jsonObject("{}")
        }

        test("a claim may be asked for with one value, or with members of one's own") {
            claims { idToken("sub") { value("248289761001").member("max", JsonPrimitive(1)) } } shouldBe
                jsonObject("""{"id_token":{"sub":{"value":"248289761001","max":1}}}""")
        }

        test("a claim that is named again is asked for as it was last") {
            claims {
                idToken("acr") { essential() }
                idToken("acr")
            } shouldBe jsonObject("""{"id_token":{"acr":null}}""")
        }

        test("Java asks for the same") {
            val builder = AuthorizationRequestBuilder(ResponseKind.CODE)
            builder.claims(
                Consumer<ClaimsRequest> { request ->
                    request.idToken("acr", Consumer { it.essential() }).userinfo("email", Consumer { it.value("a") })
                },
            )

            jsonObject(builder.parameters["claims"].orEmpty()) shouldBe
                jsonObject("""{"id_token":{"acr":{"essential":true}},"userinfo":{"email":{"value":"a"}}}""")
        }

        test("a claim without a name is refused") {
            shouldThrow<IllegalArgumentException> { claims { idToken("") } }
            shouldThrow<IllegalArgumentException> { claims { userinfo("") } }
        }

        test("the claims are a parameter of the request, as text") {
            val request = StubServer().client().authorizationRequest { claims { userinfo("email") } }

            request.parameters["claims"] shouldBe """{"userinfo":{"email":null}}"""
        }

        test("prints names, and no values") {
            ClaimsRequest().idToken("sub") { value("alice") }.toString() shouldBe "ClaimsRequest([sub], [])"
        }
    })
