package dev.openidclient.authorization

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.Parameters
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private fun client(configure: ClientSettings.() -> Unit): OpenIdClient = StubServer().client(configure = configure)

class AuthorizationRequestResponseKindSpec :
    FunSpec({
        val code = client {}
        val jwt = client { useJwtResponseMode() }
        val hybrid = client { useCodeIdTokenResponseType() }
        val implicit = client { useIdTokenResponseType() }

        val expected =
            mapOf(
                code to ("code" to null),
                jwt to ("code" to "jwt"),
                hybrid to ("code id_token" to null),
                implicit to ("id_token" to null),
            )
        for ((client, names) in expected) {
            val (type, mode) = names
            test("asks for $type in the mode $mode") {
                val parameters = client.authorizationRequest().parameters

                parameters.all("response_type") shouldBe listOf(type)
                parameters["response_mode"] shouldBe mode
            }
        }

        for ((name, client) in mapOf("code id_token" to hybrid, "id_token" to implicit)) {
            test("$name has a nonce, also without the scope openid") {
                val request = client.authorizationRequest()

                request.parameters["nonce"].shouldNotBeNull() shouldBe request.pending.nonce
            }
        }

        test("a JWT alone needs no nonce") { jwt.authorizationRequest().parameters["nonce"].shouldBeNull() }

        test("without a code there is no challenge for it") {
            val parameters = implicit.authorizationRequest().parameters

            parameters["code_challenge"].shouldBeNull()
            parameters["code_challenge_method"].shouldBeNull()
        }

        for (client in listOf(code, jwt, hybrid)) {
            test("with a code there is a challenge for it: ${client.configuration.responseKind}") {
                client.authorizationRequest().parameters["code_challenge"].shouldNotBeNull()
            }
        }

        context("the response mode") {
            for (mode in listOf("jwt", "query.jwt", "form_post.jwt", "fragment.jwt")) {
                test("$mode is sent where the client uses JWTs") {
                    jwt.authorizationRequest { responseMode(mode) }.parameters.all("response_mode") shouldBe
                        listOf(mode)
                }

                for (client in listOf(code, hybrid, implicit)) {
                    test("$mode is refused for ${client.configuration.responseKind}") {
                        shouldThrow<IllegalArgumentException> { client.authorizationRequest { responseMode(mode) } }
                            .message shouldContain "useJwtResponseMode()"
                    }
                }
            }

            for (mode in listOf("query", "form_post", "fragment")) {
                test("$mode is refused where the client uses JWTs") {
                    shouldThrow<IllegalArgumentException> { jwt.authorizationRequest { responseMode(mode) } }
                        .message shouldContain "not \"$mode\""
                }

                test("$mode is sent with any other client") {
                    for (client in listOf(code, hybrid, implicit)) {
                        client.authorizationRequest { responseMode(mode) }.parameters["response_mode"] shouldBe mode
                    }
                }
            }

            test("cannot be set in another way") {
                shouldThrow<IllegalArgumentException> {
                    jwt.authorizationRequest {
                        parameter(
                            "response_mode",
                            "query",
                        )
                    }
                }.message shouldContain "responseMode(…)"
            }
        }

        context("with parameters as they are") {
            test("a JWT is asked for, also where they say otherwise") {
                jwt.authorizationUrl(Parameters.of("response_mode" to "query")) shouldBe
                    "$ISSUER/authorize?response_mode=jwt&client_id=$CLIENT_ID&response_type=code"
            }

            test("a mode of JWTs stays") {
                jwt.authorizationUrl(Parameters.of("response_mode" to "form_post.jwt")) shouldContain
                    "response_mode=form_post.jwt&"
            }

            test("an ID Token needs a nonce") {
                shouldThrow<IllegalArgumentException> { implicit.authorizationUrl(Parameters.of("scope" to "openid")) }
                    .message shouldContain "nonce"
            }

            test("an ID Token with a nonce is asked for") {
                implicit.authorizationUrl(Parameters.of("nonce" to "n")) shouldBe
                    "$ISSUER/authorize?nonce=n&client_id=$CLIENT_ID&response_type=id_token"
            }

            test("a pushed request needs none of these") {
                for (client in listOf(jwt, implicit)) {
                    client.authorizationUrl(Parameters.of("request_uri" to "urn:x")) shouldBe
                        "$ISSUER/authorize?request_uri=urn%3Ax&client_id=$CLIENT_ID"
                }
            }
        }
    })
