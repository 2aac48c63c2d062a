package dev.openidclient.client

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class RequestBuilderSpec :
    FunSpec({
        context("a parameter") {
            test("is added in the order of the calls") {
                SampleBuilder().parameter("b", "1").parameter("a", "2").parameters.encode() shouldBe "b=1&a=2"
            }

            test("replaces an earlier one of its name") {
                SampleBuilder().parameter("a", "1").parameter("a", "2").parameters.encode() shouldBe "a=2"
            }

            test("is refused where the operation sets it") {
                shouldThrow<IllegalArgumentException> { SampleBuilder().parameter("grant_type", "x") }
                    .message shouldBe "parameter \"grant_type\" is set by the operation itself"
            }

            test("is refused with the way to set it, where there is one") {
                shouldThrow<IllegalArgumentException> { SampleBuilder().parameter("redirect_uri", "x") }
                    .message shouldBe "parameter \"redirect_uri\" is set by the operation itself: use redirectUri(…)"
            }

            test("leaves the builder as it was where it is refused") {
                val builder = SampleBuilder().parameter("a", "1")
                shouldThrow<IllegalArgumentException> { builder.parameter("grant_type", "x") }

                builder.parameters.encode() shouldBe "a=1"
            }
        }

        context("scope") {
            test("is one parameter, separated by spaces") {
                SampleBuilder().scope("openid", "email").parameters.encode() shouldBe "scope=openid+email"
            }

            test("adds to the scope of earlier calls") {
                SampleBuilder().scope("openid").scope("email").parameters.all("scope") shouldBe listOf("openid email")
            }

            test("adds to a scope that was set as a parameter") {
                SampleBuilder().parameter("scope", "a b").scope("c").parameters["scope"] shouldBe "a b c"
            }

            test("takes apart what has spaces in it, and drops what is said twice") {
                SampleBuilder().scope(" a  b ", "b", "a").parameters["scope"] shouldBe "a b"
            }

            test("of nothing is no parameter") {
                SampleBuilder().scope().scope("", " ").parameters["scope"].shouldBeNull()
            }
        }

        context("resource") {
            test("is a parameter for each resource, none replaced") {
                SampleBuilder()
                    .resource(
                        "https://a",
                        "https://b",
                    ).resource("https://a")
                    .parameters
                    .all("resource") shouldBe
                    listOf("https://a", "https://b", "https://a")
            }
        }

        context("authorization_details") {
            test("is a JSON array of all details, those of an earlier call replaced") {
                val builder = SampleBuilder().authorizationDetails(AuthorizationDetail("a"))

                builder
                    .authorizationDetails(AuthorizationDetail("b"), AuthorizationDetail("c") { actions("read") })
                    .parameters
                    .all("authorization_details") shouldBe listOf("""[{"type":"b"},{"type":"c","actions":["read"]}]""")
            }
        }

        test("calls chain on the builder itself") {
            val builder = SampleBuilder()

            builder.parameter("a", "1").scope("b").resource("c") shouldBeSameInstanceAs builder
        }

        test("no value is printed, and the name is the builder's own, whatever an optimizer made of its class") {
            SampleBuilder().parameter("code", "s3cret").scope("a").toString() shouldBe
                "Sample(Parameters(code=██&scope=██))"
        }
    })

private class SampleBuilder :
    AccessRequestBuilder<SampleBuilder>(
        mapOf("grant_type" to null, "redirect_uri" to "redirectUri(…)"),
        "Sample",
    ) {
    override fun self(): SampleBuilder = this
}
