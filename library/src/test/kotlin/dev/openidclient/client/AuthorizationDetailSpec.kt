package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val FULL =
    """{"type":"payment","locations":["https://a"],"actions":["read","write"],"datatypes":["d"],"identifier":"i",
        "privileges":["p"],"amount":{"currency":"EUR"},"note":"n"}"""

class AuthorizationDetailSpec :
    FunSpec({
        test("is built member by member") {
            AuthorizationDetail("payment") {
                locations("https://a")
                actions("read", "write")
                datatypes("d")
                identifier("i")
                privileges("p")
                member("amount", json("""{"currency":"EUR"}"""))
                member("note", "n")
            }.json shouldBe jsonObject(FULL)
        }

        test("is read member by member") {
            val detail = AuthorizationDetail(jsonObject(FULL))

            detail.type shouldBe "payment"
            detail.locations shouldBe listOf("https://a")
            detail.actions shouldBe listOf("read", "write")
            detail.datatypes shouldBe listOf("d")
            detail.identifier shouldBe "i"
            detail.privileges shouldBe listOf("p")
            detail["amount"] shouldBe json("""{"currency":"EUR"}""")
        }

        test("needs nothing but its type") {
            val detail = AuthorizationDetail("payment") {}

            detail.json shouldBe jsonObject("""{"type":"payment"}""")
            detail.actions.shouldBeNull()
        }

        for (document in listOf("{}", """{"type":null}""", """{"type":""}""", """{"type":1}""")) {
            test("is refused without a type: $document") {
                shouldThrow<IllegalArgumentException> {
                    AuthorizationDetail(
                        jsonObject(document),
                    )
                }.message shouldContain
                    "\"type\""
            }
        }

        test("is refused with an empty type") { shouldThrow<IllegalArgumentException> { AuthorizationDetail("") {} } }

        test("throws where a member of the wrong type is read") {
            val detail = AuthorizationDetail(jsonObject("""{"type":"a","actions":"read"}"""))

            shouldThrow<OAuthException> { detail.actions }.code shouldBe ErrorCode.INVALID_RESPONSE
        }

        test("shows its type only") {
            val shown = AuthorizationDetail(jsonObject(FULL)).toString()

            shown shouldContain "payment"
            shown shouldNotContain "EUR"
        }

        context("a server's answer") {
            suspend fun answered(details: String) =
                StubServer()
                    .answerTokens(
                        "authorization_details" to json(details),
                    ).client()
                    .clientCredentialsGrant()
                    .authorizationDetails

            test("is a list of them") { answered("[$FULL]") shouldBe listOf(AuthorizationDetail(jsonObject(FULL))) }

            test("counts without those that have no type") {
                answered("""[1,{},{"type":""},{"type":"a"}]""")?.map { it.type } shouldBe listOf("a")
            }

            test("may be none") { answered("null").shouldBeNull() }

            test("throws where it is no list") {
                shouldThrow<OAuthException> { answered("{}") }.code shouldBe ErrorCode.INVALID_RESPONSE
            }
        }
    })
