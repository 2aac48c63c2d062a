package dev.openidclient.resourceserver

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive

class ResourceServerMetadataSpec :
    FunSpec({
        fun of(
            resource: String = RESOURCE,
            configure: ResourceServerSettings.() -> Unit = {},
        ) = ResourceServer(resource) {
            issuer(ISSUER)
            configure()
        }

        test("without settings the document says who it is, whose tokens it takes, and how they come") {
            val api = of()
            api.metadata.toString() shouldBe
                """{"resource":"$RESOURCE","authorization_servers":["$ISSUER"],"bearer_methods_supported":["header"]}"""
            api.metadataPath shouldBe "/.well-known/oauth-protected-resource"
            api.metadataHeaders shouldBe
                mapOf(
                    "content-type" to listOf("application/json"),
                    "cache-control" to listOf("max-age=3600"),
                    "access-control-allow-origin" to listOf("*"),
                )
        }

        test("what is set stands in the document, in the order of RFC 9728, and nothing that is empty") {
            val api =
                of {
                    parameter("resource_name#de", "Bestellungen")
                    issuer("https://legacy.example.com")
                    scopesSupported("orders:read", "orders:write")
                    resourceName("Orders")
                    resourceDocumentation("$RESOURCE/docs")
                    resourcePolicyUri("$RESOURCE/policy")
                    resourceTosUri("$RESOURCE/terms")
                    jwksUri("$RESOURCE/jwks")
                    authorizationDetailsTypesSupported()
                    dpop { algorithms(JwsAlgorithm.ES256, JwsAlgorithm.ED25519) }
                    requireSenderConstrained()
                }
            api.metadata.toString() shouldBe
                jsonObject(
                    """{"resource":"$RESOURCE","authorization_servers":["$ISSUER","https://legacy.example.com"],
                    "jwks_uri":"$RESOURCE/jwks","scopes_supported":["orders:read","orders:write"],
                    "bearer_methods_supported":["header"],"resource_name":"Orders",
                    "resource_documentation":"$RESOURCE/docs","resource_policy_uri":"$RESOURCE/policy",
                    "resource_tos_uri":"$RESOURCE/terms","dpop_signing_alg_values_supported":["ES256","Ed25519"],
                    "dpop_bound_access_tokens_required":true,"resource_name#de":"Bestellungen"}""",
                ).toString()
        }

        test("a proof is not said to be required where a certificate is enough") {
            val api =
                of {
                    dpop()
                    requireSenderConstrained()
                    tlsClientCertificateBoundAccessTokens()
                    authorizationDetailsTypesSupported("payment")
                }
            api.metadata["tls_client_certificate_bound_access_tokens"] shouldBe JsonPrimitive(true)
            api.metadata["dpop_bound_access_tokens_required"] shouldBe null
            api.metadata["authorization_details_types_supported"].toString() shouldBe "[\"payment\"]"
            of { requireSenderConstrained() }.metadata["dpop_bound_access_tokens_required"] shouldBe null
        }

        test("the path of the document is that of the resource behind the well-known one") {
            val prefix = "/.well-known/oauth-protected-resource"
            val paths =
                mapOf(
                    "https://api.example.com/" to prefix,
                    "https://api.example.com/orders" to "$prefix/orders",
                    "https://api.example.com/orders/" to "$prefix/orders/",
                    "https://api.example.com:8443/a/b" to "$prefix/a/b",
                    "https://api.example.com/orders?tenant=1" to "$prefix/orders?tenant=1",
                    "https://api.example.com?tenant=1" to "$prefix?tenant=1",
                )
            for ((resource, path) in paths) {
                withClue(resource) {
                    val api = of(resource)
                    api.metadataPath shouldBe path
                    api.metadata["resource"] shouldBe JsonPrimitive(resource)
                    val line =
                        api
                            .refusal(request())
                            .headers
                            .getValue("www-authenticate")
                            .single()
                    val origin = if ("8443" in resource) "https://api.example.com:8443" else RESOURCE
                    line shouldBe "Bearer resource_metadata=\"$origin$path\""
                }
            }
        }

        test("a resource is an https URL without fragment") {
            val none = listOf("http://api.example.com", "$RESOURCE/#a", "api.example.com", "urn:api", "", "$RESOURCE/ä")
            for (resource in none) {
                val failure = shouldThrowExactly<IllegalArgumentException> { of(resource) }
                failure.message shouldContain "the resource"
            }
        }

        test("offline_access is no scope of an API") {
            shouldThrow<IllegalArgumentException> { of { scopesSupported("a", "offline_access") } }
            shouldThrow<IllegalArgumentException> { of { scopesSupported("a b") } }
        }

        test("a member that has a call of its own, or is the resource server's, is not set otherwise") {
            for (name in listOf("resource", "authorization_servers", "scopes_supported", "jwks_uri", "resource_name")) {
                shouldThrow<IllegalArgumentException> { of { parameter(name, "a") } }.message shouldContain name
            }
        }
    })
