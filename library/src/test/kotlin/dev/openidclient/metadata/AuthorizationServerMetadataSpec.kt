package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive
import java.lang.reflect.Modifier
import kotlin.reflect.KProperty1

private val STRINGS: Map<String, KProperty1<AuthorizationServerMetadata, String?>> =
    mapOf(
        "authorization_endpoint" to AuthorizationServerMetadata::authorizationEndpoint,
        "token_endpoint" to AuthorizationServerMetadata::tokenEndpoint,
        "userinfo_endpoint" to AuthorizationServerMetadata::userinfoEndpoint,
        "jwks_uri" to AuthorizationServerMetadata::jwksUri,
        "registration_endpoint" to AuthorizationServerMetadata::registrationEndpoint,
        "introspection_endpoint" to AuthorizationServerMetadata::introspectionEndpoint,
        "revocation_endpoint" to AuthorizationServerMetadata::revocationEndpoint,
        "device_authorization_endpoint" to AuthorizationServerMetadata::deviceAuthorizationEndpoint,
        "pushed_authorization_request_endpoint" to AuthorizationServerMetadata::pushedAuthorizationRequestEndpoint,
        "backchannel_authentication_endpoint" to AuthorizationServerMetadata::backchannelAuthenticationEndpoint,
        "end_session_endpoint" to AuthorizationServerMetadata::endSessionEndpoint,
        "check_session_iframe" to AuthorizationServerMetadata::checkSessionIframe,
        "service_documentation" to AuthorizationServerMetadata::serviceDocumentation,
        "op_policy_uri" to AuthorizationServerMetadata::opPolicyUri,
        "op_tos_uri" to AuthorizationServerMetadata::opTosUri,
        "signed_metadata" to AuthorizationServerMetadata::signedMetadata,
    )

private val BOOLEANS: Map<String, KProperty1<AuthorizationServerMetadata, Boolean?>> =
    mapOf(
        "claims_parameter_supported" to AuthorizationServerMetadata::claimsParameterSupported,
        "request_parameter_supported" to AuthorizationServerMetadata::requestParameterSupported,
        "request_uri_parameter_supported" to AuthorizationServerMetadata::requestUriParameterSupported,
        "require_request_uri_registration" to AuthorizationServerMetadata::requireRequestUriRegistration,
        "require_pushed_authorization_requests" to AuthorizationServerMetadata::requirePushedAuthorizationRequests,
        "require_signed_request_object" to AuthorizationServerMetadata::requireSignedRequestObject,
        "client_id_metadata_document_supported" to AuthorizationServerMetadata::clientIdMetadataDocumentSupported,
        "authorization_response_iss_parameter_supported" to
            AuthorizationServerMetadata::authorizationResponseIssParameterSupported,
        "tls_client_certificate_bound_access_tokens" to
            AuthorizationServerMetadata::tlsClientCertificateBoundAccessTokens,
        "backchannel_user_code_parameter_supported" to
            AuthorizationServerMetadata::backchannelUserCodeParameterSupported,
        "backchannel_logout_supported" to AuthorizationServerMetadata::backchannelLogoutSupported,
        "backchannel_logout_session_supported" to AuthorizationServerMetadata::backchannelLogoutSessionSupported,
        "frontchannel_logout_supported" to AuthorizationServerMetadata::frontchannelLogoutSupported,
        "frontchannel_logout_session_supported" to AuthorizationServerMetadata::frontchannelLogoutSessionSupported,
    )

private val LISTS: Map<String, KProperty1<AuthorizationServerMetadata, List<String>?>> =
    mapOf(
        "scopes_supported" to AuthorizationServerMetadata::scopesSupported,
        "response_types_supported" to AuthorizationServerMetadata::responseTypesSupported,
        "response_modes_supported" to AuthorizationServerMetadata::responseModesSupported,
        "grant_types_supported" to AuthorizationServerMetadata::grantTypesSupported,
        "acr_values_supported" to AuthorizationServerMetadata::acrValuesSupported,
        "subject_types_supported" to AuthorizationServerMetadata::subjectTypesSupported,
        "display_values_supported" to AuthorizationServerMetadata::displayValuesSupported,
        "claim_types_supported" to AuthorizationServerMetadata::claimTypesSupported,
        "claims_supported" to AuthorizationServerMetadata::claimsSupported,
        "claims_locales_supported" to AuthorizationServerMetadata::claimsLocalesSupported,
        "ui_locales_supported" to AuthorizationServerMetadata::uiLocalesSupported,
        "code_challenge_methods_supported" to AuthorizationServerMetadata::codeChallengeMethodsSupported,
        "dpop_signing_alg_values_supported" to AuthorizationServerMetadata::dpopSigningAlgValuesSupported,
        "authorization_details_types_supported" to AuthorizationServerMetadata::authorizationDetailsTypesSupported,
        "authorization_grant_profiles_supported" to AuthorizationServerMetadata::authorizationGrantProfilesSupported,
        "identity_chaining_requested_token_types_supported" to
            AuthorizationServerMetadata::identityChainingRequestedTokenTypesSupported,
        "protected_resources" to AuthorizationServerMetadata::protectedResources,
        "prompt_values_supported" to AuthorizationServerMetadata::promptValuesSupported,
        "token_endpoint_auth_methods_supported" to AuthorizationServerMetadata::tokenEndpointAuthMethodsSupported,
        "token_endpoint_auth_signing_alg_values_supported" to
            AuthorizationServerMetadata::tokenEndpointAuthSigningAlgValuesSupported,
        "introspection_endpoint_auth_methods_supported" to
            AuthorizationServerMetadata::introspectionEndpointAuthMethodsSupported,
        "introspection_endpoint_auth_signing_alg_values_supported" to
            AuthorizationServerMetadata::introspectionEndpointAuthSigningAlgValuesSupported,
        "revocation_endpoint_auth_methods_supported" to
            AuthorizationServerMetadata::revocationEndpointAuthMethodsSupported,
        "revocation_endpoint_auth_signing_alg_values_supported" to
            AuthorizationServerMetadata::revocationEndpointAuthSigningAlgValuesSupported,
        "id_token_signing_alg_values_supported" to AuthorizationServerMetadata::idTokenSigningAlgValuesSupported,
        "id_token_encryption_alg_values_supported" to AuthorizationServerMetadata::idTokenEncryptionAlgValuesSupported,
        "id_token_encryption_enc_values_supported" to AuthorizationServerMetadata::idTokenEncryptionEncValuesSupported,
        "userinfo_signing_alg_values_supported" to AuthorizationServerMetadata::userinfoSigningAlgValuesSupported,
        "userinfo_encryption_alg_values_supported" to AuthorizationServerMetadata::userinfoEncryptionAlgValuesSupported,
        "userinfo_encryption_enc_values_supported" to AuthorizationServerMetadata::userinfoEncryptionEncValuesSupported,
        "authorization_signing_alg_values_supported" to
            AuthorizationServerMetadata::authorizationSigningAlgValuesSupported,
        "authorization_encryption_alg_values_supported" to
            AuthorizationServerMetadata::authorizationEncryptionAlgValuesSupported,
        "authorization_encryption_enc_values_supported" to
            AuthorizationServerMetadata::authorizationEncryptionEncValuesSupported,
        "introspection_signing_alg_values_supported" to
            AuthorizationServerMetadata::introspectionSigningAlgValuesSupported,
        "introspection_encryption_alg_values_supported" to
            AuthorizationServerMetadata::introspectionEncryptionAlgValuesSupported,
        "introspection_encryption_enc_values_supported" to
            AuthorizationServerMetadata::introspectionEncryptionEncValuesSupported,
        "request_object_signing_alg_values_supported" to
            AuthorizationServerMetadata::requestObjectSigningAlgValuesSupported,
        "request_object_encryption_alg_values_supported" to
            AuthorizationServerMetadata::requestObjectEncryptionAlgValuesSupported,
        "request_object_encryption_enc_values_supported" to
            AuthorizationServerMetadata::requestObjectEncryptionEncValuesSupported,
        "backchannel_token_delivery_modes_supported" to
            AuthorizationServerMetadata::backchannelTokenDeliveryModesSupported,
        "backchannel_authentication_request_signing_alg_values_supported" to
            AuthorizationServerMetadata::backchannelAuthenticationRequestSigningAlgValuesSupported,
    )

class AuthorizationServerMetadataSpec :
    FunSpec({
        context("the table of this spec") {
            test("has every member that the class reads") {
                val getters =
                    AuthorizationServerMetadata::class.java.declaredMethods
                        .filter {
                            Modifier.isPublic(
                                it.modifiers,
                            ) && it.parameterCount == 0 && it.name.startsWith("get")
                        }.map { it.name.removePrefix("get").replaceFirstChar(Char::lowercase) }
                val table = listOf(STRINGS, BOOLEANS, LISTS).flatMap { it.values }.map { it.name }

                table + "issuer" + "mtlsEndpointAliases" shouldContainExactlyInAnyOrder getters
            }
        }

        for ((name, property) in STRINGS) {
            context(name) {
                test(
                    "is read as a string",
                ) { property(serverMetadata(name to JsonPrimitive("value"))) shouldBe "value" }

                isNullable(name, property)
                isRefusedAs(name, property, "a string", "1", "true", "[\"value\"]", "{}")
            }
        }

        for ((name, property) in BOOLEANS) {
            context(name) {
                test("is read as true or false") {
                    property(serverMetadata(name to JsonPrimitive(true))) shouldBe true
                    property(serverMetadata(name to JsonPrimitive(false))) shouldBe false
                }

                isNullable(name, property)
                isRefusedAs(name, property, "true or false", "1", "\"true\"", "[true]", "{}")
            }
        }

        for ((name, property) in LISTS) {
            context(name) {
                test("is read as strings, in order") {
                    property(serverMetadata(name to json("""["b","a"]"""))) shouldBe listOf("b", "a")
                }

                isNullable(name, property)
                isRefusedAs(name, property, "an array of strings", "1", "\"a b\"", "[\"a\",1]", "[null]", "{}")
            }
        }
    })

private suspend fun FunSpecContainerScope.isNullable(
    name: String,
    property: KProperty1<AuthorizationServerMetadata, Any?>,
) {
    test("is null where it is absent or null") {
        property(serverMetadata(name to null)).shouldBeNull()
        property(serverMetadata(name to json("null"))).shouldBeNull()
    }
}

private suspend fun FunSpecContainerScope.isRefusedAs(
    name: String,
    property: KProperty1<AuthorizationServerMetadata, Any?>,
    rule: String,
    vararg values: String,
) {
    for (value in values) {
        test("is refused as $value") {
            val e = shouldThrow<MetadataException> { property(serverMetadata(name to json(value))) }

            e.code shouldBe ErrorCode.INVALID_SERVER_METADATA
            e.message shouldContain "server metadata: \"$name\" must be $rule, but is "
        }
    }
}
