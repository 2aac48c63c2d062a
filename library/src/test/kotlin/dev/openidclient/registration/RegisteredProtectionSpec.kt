package dev.openidclient.registration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.RegistrationException
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.json
import dev.openidclient.testing.registeringServer
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

/** Asks for [member] as [asked], and gets it [answered]; null: the answer does not have it. */
private suspend fun register(
    member: String,
    asked: JsonElement,
    answered: JsonElement?,
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = registeringServer(member to answered).transport
            clock = FIXED_CLOCK
        }
        member(member, asked)
    }

private fun text(value: String) = JsonPrimitive(value)

private val TRUE = JsonPrimitive(true)
private val FALSE = JsonPrimitive(false)

class RegisteredProtectionSpec :
    FunSpec({
        context("what a server registers otherwise than asked for is refused:") {
            val others =
                listOf("id_token", "authorization", "userinfo", "introspection").flatMap { kind ->
                    listOf(
                        Triple("${kind}_signed_response_alg", text("ES256"), text("RS256")),
                        Triple("${kind}_signed_response_alg", text("ES256"), text("none")),
                        Triple("${kind}_signed_response_alg", text("ES256"), null),
                        Triple("${kind}_signed_response_alg", text("ES256"), JsonNull),
                        Triple("${kind}_encrypted_response_alg", text("RSA-OAEP-256"), null),
                        Triple("${kind}_encrypted_response_alg", text("RSA-OAEP-256"), text("ECDH-ES")),
                        Triple("${kind}_encrypted_response_enc", text("A256GCM"), null),
                        Triple("${kind}_encrypted_response_enc", text("A256GCM"), text("A128GCM")),
                    )
                } +
                    listOf("tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens").flatMap {
                        listOf(Triple(it, TRUE, FALSE), Triple(it, TRUE, null), Triple(it, TRUE, JsonNull))
                    } +
                    Triple("userinfo_signed_response_alg", text("RS256"), null)
            for ((member, asked, answered) in others) {
                test("$member as ${answered ?: "absent"} in place of $asked") {
                    shouldFailWith<RegistrationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "client metadata \"$member\" must be $asked, as asked for, but is",
                    ) { register(member, asked, answered) }
                }
            }

            test("and the message says what is a default") {
                shouldFailWith<RegistrationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "but is \"RS256\", the default where the answer does not name it",
                ) { register("id_token_signed_response_alg", text("ES256"), null) }
            }
        }

        context("what a server registers as asked for is taken:") {
            val same =
                listOf(
                    Triple("id_token_signed_response_alg", text("ES256"), text("ES256")),
                    Triple("id_token_signed_response_alg", text("Ed25519"), text("EdDSA")),
                    Triple("id_token_signed_response_alg", text("RS256"), null),
                    Triple("authorization_signed_response_alg", text("RS256"), null),
                    Triple("introspection_signed_response_alg", text("RS256"), JsonNull),
                    Triple("userinfo_signed_response_alg", text("none"), null),
                    Triple("id_token_encrypted_response_enc", text("A128CBC-HS256"), null),
                    Triple("dpop_bound_access_tokens", FALSE, null),
                    Triple("dpop_bound_access_tokens", TRUE, TRUE),
                )
            for ((member, asked, answered) in same) {
                test("$member as ${answered ?: "absent"} for $asked") { register(member, asked, answered) }
            }

            test("an algorithm that was not asked for") {
                register("scope", text("a"), text("b")).metadata["scope"] shouldBe text("b")
            }
        }

        context("what was asked for is held to") {
            for (member in listOf("id_token", "authorization", "introspection").map { "${it}_signed_response_alg" }) {
                test("where the answer leaves $member to the default") {
                    register(member, text("RS256"), null).metadata[member] shouldBe text("RS256")
                    register(member, text("RS256"), JsonNull).metadata[member] shouldBe text("RS256")
                }
            }

            for (member in listOf(
                "require_auth_time",
                "require_signed_request_object",
                "require_pushed_authorization_requests",
            )) {
                test("in $member, whatever the answer says") {
                    for (answered in listOf(null, FALSE, TRUE)) {
                        register(member, TRUE, answered).metadata[member] shouldBe TRUE
                    }
                    register(member, FALSE, TRUE).metadata[member] shouldBe TRUE
                }
            }

            test("in default_max_age, unless the answer has a smaller one") {
                suspend fun maxAge(answered: String?) =
                    register("default_max_age", JsonPrimitive(60), answered?.let(::json))
                        .metadata.defaultMaxAge
                        ?.seconds

                maxAge(null) shouldBe 60
                maxAge("3600") shouldBe 60
                maxAge("30") shouldBe 30
            }
        }
    })
