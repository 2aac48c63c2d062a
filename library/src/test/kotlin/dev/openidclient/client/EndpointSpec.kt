package dev.openidclient.client

import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

private const val ALIAS = "https://mtls.example.com/token"
private const val WITH_ALIAS = """{"token_endpoint":"$ALIAS"}"""

class EndpointSpec :
    FunSpec({
        context("an endpoint") {
            test("is where the metadata says") {
                client().endpoint("token_endpoint").toString() shouldBe "$ISSUER/token"
            }

            test("is refused where the metadata lacks it") {
                val e = shouldThrow<MetadataException> { client("token_endpoint" to null).endpoint("token_endpoint") }

                e.code shouldBe ErrorCode.MISSING_SERVER_METADATA
                e.message shouldBe
                    "server metadata has no \"token_endpoint\": https://as.example.com does not offer it, or the " +
                    "metadata that was given leaves it out"
            }

            test("is refused where it is null, which is absent") {
                val e =
                    shouldThrow<MetadataException> { client("token_endpoint" to JsonNull).endpoint("token_endpoint") }

                e.code shouldBe ErrorCode.MISSING_SERVER_METADATA
            }

            for (value in listOf(
                "1",
                "{}",
                "[\"$ISSUER\"]",
                "\"\"",
                "\"/token\"",
                "\"token\"",
                "\"https://\"",
                "\"a b\"",
            )) {
                test("is refused where it is $value") {
                    val e =
                        shouldThrow<MetadataException> {
                            client(
                                "token_endpoint" to json(value),
                            ).endpoint("token_endpoint")
                        }

                    e.code shouldBe ErrorCode.INVALID_SERVER_METADATA
                    e.message shouldBe "server metadata \"token_endpoint\" must be an absolute URL, but is $value"
                }
            }

            test("is told with the host to write where browsers read it otherwise") {
                val value = JsonPrimitive("https://stra\u00DFe.example/token")

                shouldThrow<MetadataException> { client("token_endpoint" to value).endpoint("token_endpoint") }
                    .message shouldContain "write its host as xn--strae-oqa.example, which is where browsers go"
            }

            test("is told printably") {
                val hostile = JsonPrimitive("\u202E" + "x".repeat(1000))
                val message =
                    shouldThrow<MetadataException> {
                        client(
                            "token_endpoint" to hostile,
                        ).endpoint("token_endpoint")
                    }.message.orEmpty()

                message shouldContain "\uFFFDxxx"
                (message.length < 500) shouldBe true
            }
        }

        context("with mutual TLS aliases on, an endpoint") {
            test("is the alias") {
                aliased(WITH_ALIAS).endpoint("token_endpoint").toString() shouldBe ALIAS
            }

            test("is the alias even where the server has no other") {
                aliased(WITH_ALIAS, "token_endpoint" to null).endpoint("token_endpoint").toString() shouldBe ALIAS
            }

            test("is the ordinary one where it has no alias") {
                aliased(WITH_ALIAS).endpoint("userinfo_endpoint").toString() shouldBe "$ISSUER/userinfo"
            }

            test("is the ordinary one where its alias is null") {
                aliased("""{"token_endpoint":null}""").endpoint("token_endpoint").toString() shouldBe "$ISSUER/token"
            }

            test("is the ordinary one where the server has no aliases") {
                client { metadata { useMtlsEndpointAliases() } }.endpoint("token_endpoint").toString() shouldBe
                    "$ISSUER/token"
                aliased("null").endpoint("token_endpoint").toString() shouldBe "$ISSUER/token"
            }

            test("is the ordinary one where the operation never takes an alias") {
                aliased("""{"jwks_uri":"$ALIAS"}""").endpoint("jwks_uri", aliased = false).toString() shouldBe
                    "$ISSUER/jwks"
            }

            test("is missing where it has neither") {
                shouldThrow<MetadataException> { aliased("{}", "token_endpoint" to null).endpoint("token_endpoint") }
                    .code shouldBe ErrorCode.MISSING_SERVER_METADATA
            }

            for (value in listOf("1", "\"\"", "\"/token\"", "{}")) {
                test("does not fall back where the alias is $value") {
                    val e =
                        shouldThrow<MetadataException> {
                            aliased(
                                """{"token_endpoint":$value}""",
                            ).endpoint("token_endpoint")
                        }

                    e.code shouldBe ErrorCode.INVALID_SERVER_METADATA
                    e.message shouldContain "\"mtls_endpoint_aliases.token_endpoint\""
                }
            }

            for (value in listOf("1", "\"$ALIAS\"", "[]")) {
                test("does not fall back where the aliases are $value") {
                    shouldThrow<MetadataException> { aliased(value).endpoint("token_endpoint") }
                        .code shouldBe ErrorCode.INVALID_SERVER_METADATA
                }
            }

            test("does not fall back where the alias is not https") {
                shouldThrow<MetadataException> {
                    aliased(
                        """{"token_endpoint":"http://m.ex"}""",
                    ).endpoint("token_endpoint")
                }.code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
            }
        }

        context("with nothing said of mutual TLS aliases") {
            val aliases = "mtls_endpoint_aliases" to json(WITH_ALIAS)

            fun tokenEndpoint(configure: ClientSettings.() -> Unit): String =
                client(aliases, configure = configure).endpoint("token_endpoint").toString()

            test("a client that authenticates with a certificate uses them") {
                tokenEndpoint {
                    authentication = TlsClientAuth
                    transportPresentsCertificate()
                } shouldBe ALIAS
                tokenEndpoint {
                    metadata { tokenEndpointAuthMethod("self_signed_tls_client_auth") }
                    transportPresentsCertificate()
                } shouldBe ALIAS
            }

            test("a client whose tokens are bound to a certificate uses them") {
                tokenEndpoint { metadata { tlsClientCertificateBoundAccessTokens() } } shouldBe ALIAS
            }

            test(
                "a client that has a certificate and must not have bearer tokens uses them, unless it has a DPoP key",
            ) {
                val client =
                    OpenIdClient(serverMetadata(aliases), CLIENT_ID) {
                        tls { keyStore(Certificates.keyStore("client", "EC"), Certificates.PASSWORD.toCharArray()) }
                        requireSenderConstrained()
                    }
                client.use {
                    it.endpoint("token_endpoint").toString() shouldBe ALIAS
                    it.withDpop(Dpop(SigningKey.generate("ES256"))).endpoint("token_endpoint").toString() shouldBe
                        "$ISSUER/token"
                }
            }

            test("a client with another authentication does not use them") {
                tokenEndpoint { authentication = ClientSecretPost("s3cret") } shouldBe "$ISSUER/token"
            }

            test("useMtlsEndpointAliases(false) is the way around") {
                tokenEndpoint {
                    authentication = TlsClientAuth
                    transportPresentsCertificate()
                    metadata { tlsClientCertificateBoundAccessTokens().useMtlsEndpointAliases(false) }
                } shouldBe "$ISSUER/token"
            }
        }

        context("with mutual TLS aliases off, an endpoint") {
            test("is the ordinary one") {
                client("mtls_endpoint_aliases" to json(WITH_ALIAS)).endpoint("token_endpoint").toString() shouldBe
                    "$ISSUER/token"
            }

            test("is the ordinary one whatever the aliases are") {
                client("mtls_endpoint_aliases" to json("1")).endpoint("token_endpoint").toString() shouldBe
                    "$ISSUER/token"
            }
        }

        context("by default") {
            for (url in listOf(
                "http://as.example.com/token",
                "http://localhost/token",
                "http://127.0.0.1/token",
                "ftp://as.ex/t",
            )) {
                test("$url is forbidden") {
                    shouldThrow<MetadataException> {
                        client(
                            "token_endpoint" to JsonPrimitive(url),
                        ).endpoint("token_endpoint")
                    }.code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
                }
            }
        }

        context("with insecure requests allowed") {
            test("http is taken") {
                insecure("http://as.example.com/token").endpoint("token_endpoint").toString() shouldBe
                    "http://as.example.com/token"
            }

            test("https is taken still") {
                insecure("$ISSUER/token").endpoint("token_endpoint").toString() shouldBe "$ISSUER/token"
            }

            for (url in listOf(
                "ftp://as.example.com/token",
                "ws://as.example.com/token",
                "httpx://as.example.com/token",
            )) {
                test("$url is forbidden") {
                    shouldThrow<MetadataException> { insecure(url).endpoint("token_endpoint") }
                        .code shouldBe ErrorCode.REQUEST_PROTOCOL_FORBIDDEN
                }
            }
        }
    })

private fun client(
    vararg changes: Pair<String, JsonElement?>,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient = StubServer().client(serverMetadata(*changes), configure)

private fun aliased(
    aliases: String,
    vararg changes: Pair<String, JsonElement?>,
): OpenIdClient = client("mtls_endpoint_aliases" to json(aliases), *changes) { metadata { useMtlsEndpointAliases() } }

@OptIn(InsecureRequests::class)
private fun insecure(url: String): OpenIdClient =
    client("token_endpoint" to JsonPrimitive(url)) { allowInsecureRequests() }
