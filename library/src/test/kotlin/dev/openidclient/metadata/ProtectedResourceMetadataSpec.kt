package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val RESOURCE = "https://api.example.com"

private fun metadata(member: String) = ProtectedResourceMetadata.parse("""{"resource":"$RESOURCE",$member}""")

private val NONE = ProtectedResourceMetadata(jsonObject("""{"resource":"$RESOURCE"}"""))

private val STRINGS =
    mapOf<String, (ProtectedResourceMetadata) -> String?>(
        "jwks_uri" to { it.jwksUri },
        "resource_name" to { it.resourceName },
        "resource_documentation" to { it.resourceDocumentation },
        "resource_policy_uri" to { it.resourcePolicyUri },
        "resource_tos_uri" to { it.resourceTosUri },
        "signed_metadata" to { it.signedMetadata },
    )

private val LISTS =
    mapOf<String, (ProtectedResourceMetadata) -> List<String>?>(
        "authorization_servers" to { it.authorizationServers },
        "scopes_supported" to { it.scopesSupported },
        "bearer_methods_supported" to { it.bearerMethodsSupported },
        "resource_signing_alg_values_supported" to { it.resourceSigningAlgValuesSupported },
        "authorization_details_types_supported" to { it.authorizationDetailsTypesSupported },
        "dpop_signing_alg_values_supported" to { it.dpopSigningAlgValuesSupported },
    )

private val FLAGS =
    mapOf<String, (ProtectedResourceMetadata) -> Boolean?>(
        "tls_client_certificate_bound_access_tokens" to { it.tlsClientCertificateBoundAccessTokens },
        "dpop_bound_access_tokens_required" to { it.dpopBoundAccessTokensRequired },
    )

class ProtectedResourceMetadataSpec :
    FunSpec({
        val examples: List<Triple<String, String, (ProtectedResourceMetadata) -> Any?>> =
            STRINGS.map { (name, property) -> Triple(name, "\"x\"", property) } +
                LISTS.map { (name, property) -> Triple(name, "[\"x\",\"y\"]", property) } +
                FLAGS.map { (name, property) -> Triple(name, "true", property) }

        for ((name, value, property) in examples) {
            test("has a property for \"$name\", which is null where it is absent or null") {
                val expected =
                    when (value) {
                        "true" -> true
                        "\"x\"" -> "x"
                        else -> listOf("x", "y")
                    }
                property(metadata(""""$name":$value""")) shouldBe expected
                property(NONE).shouldBeNull()
                property(metadata(""""$name":null""")).shouldBeNull()
            }

            test("\"$name\" of a wrong type is told when it is read, and not before") {
                val wrong = metadata(""""$name":1""")
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "resource metadata: \"$name\" must be",
                ) {
                    property(wrong)
                }
            }
        }

        for (resource in listOf("", "\"resource\":\"\"", "\"resource\":null", "\"resource\":[\"$RESOURCE\"]")) {
            test("metadata whose \"resource\" is no text are refused: {$resource}") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"resource\" must be") {
                    ProtectedResourceMetadata(jsonObject("{$resource}"))
                }
            }
        }

        test("a member that is not known survives, also one in another language") {
            val metadata = metadata(""""resource_name#fr":"Commandes","made_up":1""")

            metadata["resource_name#fr"] shouldBe JsonPrimitive("Commandes")
            metadata["made_up"] shouldBe JsonPrimitive(1)
        }

        test("signed metadata are kept, and change nothing") {
            val metadata = metadata(""""resource_name":"Orders","signed_metadata":"e30.e30.e30"""")

            metadata.signedMetadata shouldBe "e30.e30.e30"
            metadata.resourceName shouldBe "Orders"
        }

        test("what is no JSON object cannot be parsed") {
            shouldThrow<IllegalArgumentException> { ProtectedResourceMetadata.parse("[]") }
        }
    })
