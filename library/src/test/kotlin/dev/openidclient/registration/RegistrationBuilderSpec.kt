package dev.openidclient.registration

import dev.openidclient.jose.JwkSet
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private val STRINGS =
    mapOf<String, RegistrationBuilder.(String) -> RegistrationBuilder>(
        "client_name" to { clientName(it) },
        "client_uri" to { clientUri(it) },
        "logo_uri" to { logoUri(it) },
        "policy_uri" to { policyUri(it) },
        "tos_uri" to { tosUri(it) },
        "jwks_uri" to { jwksUri(it) },
        "scope" to { scope(it) },
        "software_id" to { softwareId(it) },
        "software_version" to { softwareVersion(it) },
        "software_statement" to { softwareStatement(it) },
        "token_endpoint_auth_method" to { tokenEndpointAuthMethod(it) },
        "token_endpoint_auth_signing_alg" to { tokenEndpointAuthSigningAlg(it) },
        "id_token_signed_response_alg" to { idTokenSignedResponseAlg(it) },
        "userinfo_signed_response_alg" to { userinfoSignedResponseAlg(it) },
        "introspection_signed_response_alg" to { introspectionSignedResponseAlg(it) },
        "authorization_signed_response_alg" to { authorizationSignedResponseAlg(it) },
        "id_token_encrypted_response_alg" to { idTokenEncryptedResponseAlg(it) },
        "userinfo_encrypted_response_alg" to { userinfoEncryptedResponseAlg(it) },
        "introspection_encrypted_response_alg" to { introspectionEncryptedResponseAlg(it) },
        "authorization_encrypted_response_alg" to { authorizationEncryptedResponseAlg(it) },
        "request_object_signing_alg" to { requestObjectSigningAlg(it) },
        "backchannel_authentication_request_signing_alg" to { backchannelAuthenticationRequestSigningAlg(it) },
        "subject_type" to { subjectType(it) },
        "application_type" to { applicationType(it) },
        "tls_client_auth_subject_dn" to { tlsClientAuthSubjectDn(it) },
        "backchannel_token_delivery_mode" to { backchannelTokenDeliveryMode(it) },
        "backchannel_client_notification_endpoint" to { backchannelClientNotificationEndpoint(it) },
        "x" to { member("x", it) },
    )

private val ARRAYS =
    mapOf<String, RegistrationBuilder.(Array<String>) -> RegistrationBuilder>(
        "redirect_uris" to { redirectUris(*it) },
        "post_logout_redirect_uris" to { postLogoutRedirectUris(*it) },
        "grant_types" to { grantTypes(*it) },
        "response_types" to { responseTypes(*it) },
        "contacts" to { contacts(*it) },
    )

private val FLAGS =
    mapOf<String, RegistrationBuilder.() -> RegistrationBuilder>(
        "dpop_bound_access_tokens" to { dpopBoundAccessTokens() },
        "tls_client_certificate_bound_access_tokens" to { tlsClientCertificateBoundAccessTokens() },
        "require_pushed_authorization_requests" to { requirePushedAuthorizationRequests() },
        "require_signed_request_object" to { requireSignedRequestObject() },
        "use_mtls_endpoint_aliases" to { useMtlsEndpointAliases() },
    )

class RegistrationBuilderSpec :
    FunSpec({
        for ((name, set) in STRINGS) {
            test("$name is a string") {
                RegistrationBuilder().set("a").document() shouldBe jsonObject("""{"$name":"a"}""")
            }
        }

        for ((name, set) in ARRAYS) {
            test("$name is an array") {
                RegistrationBuilder().set(arrayOf("b", "a")).document() shouldBe jsonObject("""{"$name":["b","a"]}""")
            }
        }

        for ((name, set) in FLAGS) {
            test("$name is true") {
                RegistrationBuilder().set().document() shouldBe jsonObject("""{"$name":true}""")
            }
        }

        test("every function of a member is tried above") {
            val functions =
                RegistrationBuilder::class.java.methods
                    .filter { ClientDescription::class.java.isAssignableFrom(it.returnType) && '$' !in it.name }
                    .map { it.name }
                    .distinct()
            val others = listOf("settings", "jwks", "member", "initialAccessToken", "dpop")

            functions shouldContainExactlyInAnyOrder
                (STRINGS.keys - "x" + ARRAYS.keys + FLAGS.keys).map(::camelCase) + others
        }

        test("jwks is the public keys") {
            val keys = JwkSet(jsonObject(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))))

            RegistrationBuilder().jwks(keys).document()["jwks"] shouldBe keys.json
        }

        context("only public members leave: refused is") {
            val rsa = jsonObject(TestKeys.rsa.toJSONString())
            val ec = jsonObject(TestKeys.ec.toJSONString())
            val private =
                mapOf(
                    "a private RSA key" to rsa,
                    "a private EC key" to ec,
                    "a private Ed25519 key" to JsonObject(TestKeys.ed25519Jwk() + ("d" to JsonPrimitive("ZA"))),
                    "a private ML-DSA key" to jsonObject("""{"kty":"AKP","pub":"cA","priv":"cw"}"""),
                    "a symmetric key" to jsonObject("""{"kty":"oct","k":"aw"}"""),
                )
            for ((what, key) in private) {
                test(what) {
                    val keys = JwkSet(jsonObject(TestKeys.jwks(TestKeys.publicJwk(TestKeys.otherRsa), key)))

                    shouldThrow<IllegalArgumentException> { RegistrationBuilder().jwks(keys).document() }
                        .message shouldContain "public keys only"
                }
            }

            test("one that is given as a mere member, whatever the shape around it") {
                for (text in listOf("""{"keys":[$ec]}""", "[$ec]", "$ec", """{"keys":$ec}""")) {
                    shouldThrow<IllegalArgumentException> {
                        RegistrationBuilder().member("jwks", json(text)).document()
                    }.message shouldNotContain (ec["d"] as JsonPrimitive).content
                }
            }
        }

        test("a member has any JSON value, the last one that it is given") {
            RegistrationBuilder().member("x", "a").member("x", json("""{"y":[null]}""")).document() shouldBe
                jsonObject("""{"x":{"y":[null]}}""")
        }

        test("nothing is named, nothing is there") { RegistrationBuilder().document() shouldBe jsonObject("{}") }

        test("shows names only") {
            val builder = RegistrationBuilder().softwareStatement("hush").member("x", JsonPrimitive("hush"))
            builder.initialAccessToken = "hush"

            builder.toString() shouldNotContain "hush"
        }
    })

private fun camelCase(name: String): String =
    name
        .split('_')
        .joinToString("") {
            it.replaceFirstChar(Char::uppercase)
        }.replaceFirstChar(Char::lowercase)
