package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private val ALIASES =
    mapOf(
        "token_endpoint" to MtlsEndpointAliases::tokenEndpoint,
        "userinfo_endpoint" to MtlsEndpointAliases::userinfoEndpoint,
        "introspection_endpoint" to MtlsEndpointAliases::introspectionEndpoint,
        "revocation_endpoint" to MtlsEndpointAliases::revocationEndpoint,
        "device_authorization_endpoint" to MtlsEndpointAliases::deviceAuthorizationEndpoint,
        "pushed_authorization_request_endpoint" to MtlsEndpointAliases::pushedAuthorizationRequestEndpoint,
        "backchannel_authentication_endpoint" to MtlsEndpointAliases::backchannelAuthenticationEndpoint,
    )

class AuthorizationServerMetadataDocumentSpec :
    FunSpec({
        context("the issuer") {
            test("is read as it is written") {
                AuthorizationServerMetadata.parse("""{"issuer":"https://AS.ex/"}""").issuer shouldBe "https://AS.ex/"
            }

            for (members in listOf(
                "{}",
                """{"issuer":null}""",
                """{"issuer":""}""",
                """{"issuer":1}""",
                """{"issuer":["a"]}""",
            )) {
                test("is refused in $members") {
                    val e = shouldThrow<MetadataException> { AuthorizationServerMetadata(jsonObject(members)) }

                    e.code shouldBe ErrorCode.INVALID_SERVER_METADATA
                    e.message shouldStartWith "server metadata: \"issuer\" must be a non-empty string, but is "
                }
            }
        }

        context("a document") {
            for (text in listOf("", "[]", "null", "\"issuer\"", "{\"issuer\":\"https://as.ex\"", "{issuer:1}")) {
                test("is refused as $text") {
                    shouldThrow<IllegalArgumentException> { AuthorizationServerMetadata.parse(text) }
                        .message shouldBe "the server metadata must be a JSON object"
                }
            }

            test("keeps members that no property reads") {
                val metadata = serverMetadata("made_up" to json("""{"a":[1,null]}"""))

                metadata["made_up"] shouldBe json("""{"a":[1,null]}""")
                metadata.json["made_up"] shouldBe json("""{"a":[1,null]}""")
            }

            test("does not fail for a member of a wrong type that nobody reads") {
                serverMetadata("scopes_supported" to JsonPrimitive(1)).tokenEndpoint shouldBe "$ISSUER/token"
            }

            test("is printed whole: it is public") {
                AuthorizationServerMetadata.parse("""{"issuer":"https://as.ex"}""").toString() shouldBe
                    """AuthorizationServerMetadata({"issuer":"https://as.ex"})"""
            }
        }

        context("PKCE") {
            test("is supported with a method that the server lists") {
                pkce("""["plain","S256"]""").supportsPkce() shouldBe true
                pkce("""["plain"]""").supportsPkce("plain") shouldBe true
            }

            test("is not supported with a method that the server does not list, letter for letter") {
                pkce("""["plain"]""").supportsPkce() shouldBe false
                pkce("""["s256","S256 "]""").supportsPkce() shouldBe false
                pkce("[]").supportsPkce() shouldBe false
            }

            test("is not supported where the server lists no methods") {
                serverMetadata().supportsPkce() shouldBe false
            }

            test("is undecidable where the list is none") {
                shouldThrow<MetadataException> { pkce("\"S256\"").supportsPkce() }
            }
        }

        context("the mutual TLS aliases") {
            for ((name, property) in ALIASES) {
                test("have $name") {
                    val aliases =
                        serverMetadata(
                            "mtls_endpoint_aliases" to json("""{"$name":"https://m.ex"}"""),
                        ).mtlsEndpointAliases

                    aliases?.let(property) shouldBe "https://m.ex"
                }

                test("refuse $name where it is no string") {
                    val e =
                        shouldThrow<MetadataException> { property(MtlsEndpointAliases(jsonObject("""{"$name":1}"""))) }

                    e.code shouldBe ErrorCode.INVALID_SERVER_METADATA
                    e.message shouldBe
                        "server metadata: mtls_endpoint_aliases: \"$name\" must be a string, but is a number"
                }

                test("may lack $name") { property(MtlsEndpointAliases(jsonObject("{}"))).shouldBeNull() }
            }

            test("may be absent") { serverMetadata().mtlsEndpointAliases.shouldBeNull() }

            for (value in listOf("1", "true", "\"https://m.ex\"", "[]")) {
                test("are refused as $value") {
                    shouldThrow<MetadataException> {
                        serverMetadata(
                            "mtls_endpoint_aliases" to json(value),
                        ).mtlsEndpointAliases
                    }.message shouldContain "\"mtls_endpoint_aliases\" must be a JSON object"
                }
            }

            test("are printed whole: they are public") {
                MtlsEndpointAliases(jsonObject("""{"token_endpoint":"https://m.ex"}""")).toString() shouldBe
                    """MtlsEndpointAliases({"token_endpoint":"https://m.ex"})"""
            }
        }
    })

private fun pkce(methods: String): AuthorizationServerMetadata =
    serverMetadata("code_challenge_methods_supported" to json(methods))
