package dev.openidclient.metadata

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

private val STRINGS =
    mapOf(
        "client_secret" to ClientMetadata::clientSecret,
        "token_endpoint_auth_method" to ClientMetadata::tokenEndpointAuthMethod,
        "id_token_signed_response_alg" to ClientMetadata::idTokenSignedResponseAlg,
        "authorization_signed_response_alg" to ClientMetadata::authorizationSignedResponseAlg,
        "userinfo_signed_response_alg" to ClientMetadata::userinfoSignedResponseAlg,
        "introspection_signed_response_alg" to ClientMetadata::introspectionSignedResponseAlg,
        "id_token_encrypted_response_alg" to ClientMetadata::idTokenEncryptedResponseAlg,
        "authorization_encrypted_response_alg" to ClientMetadata::authorizationEncryptedResponseAlg,
        "userinfo_encrypted_response_alg" to ClientMetadata::userinfoEncryptedResponseAlg,
        "introspection_encrypted_response_alg" to ClientMetadata::introspectionEncryptedResponseAlg,
    )

private val BOOLEANS =
    mapOf(
        "require_auth_time" to ClientMetadata::requireAuthTime,
        "tls_client_certificate_bound_access_tokens" to ClientMetadata::tlsClientCertificateBoundAccessTokens,
        "require_pushed_authorization_requests" to ClientMetadata::requirePushedAuthorizationRequests,
        "require_signed_request_object" to ClientMetadata::requireSignedRequestObject,
    )

class ClientMetadataSpec :
    FunSpec({
        context("the client id") {
            test("is read") { metadata("").clientId shouldBe "c" }

            for (text in listOf("{}", """{"client_id":""}""", """{"client_id":1}""", """{"client_id":null}""")) {
                test("is refused in $text") {
                    shouldThrow<IllegalArgumentException> { ClientMetadata.parse(text) }.message shouldContain
                        "\"client_id\""
                }
            }
        }

        test("whether mutual TLS aliases are used is read, and null where it is not said") {
            metadata(""""use_mtls_endpoint_aliases":true""").useMtlsEndpointAliases shouldBe true
            metadata(""""use_mtls_endpoint_aliases":false""").useMtlsEndpointAliases shouldBe false
            metadata("").useMtlsEndpointAliases.shouldBeNull()
            shouldThrow<IllegalArgumentException> { metadata(""""use_mtls_endpoint_aliases":1""") }
                .message shouldStartWith "client metadata \"use_mtls_endpoint_aliases\" must be true or false, but is "
        }

        for ((name, property) in STRINGS) {
            context(name) {
                test("is read") { property(metadata(""""$name":"value"""")) shouldBe "value" }

                test("is null where it is absent") { property(metadata("")).shouldBeNull() }

                for (value in listOf("null", "\"\"")) {
                    test("is null as $value") { property(metadata(""""$name":$value""")).shouldBeNull() }
                }

                for (value in listOf("1", "true", "[]", "{}")) {
                    test("is refused as $value") {
                        shouldThrow<IllegalArgumentException> { metadata(""""$name":$value""") }
                            .message shouldStartWith "client metadata \"$name\" must be a string, but is "
                    }
                }
            }
        }

        for ((name, property) in BOOLEANS) {
            context(name) {
                test("is read") { property(metadata(""""$name":true""")) shouldBe true }

                test("is false where it is absent or null") {
                    property(metadata("")) shouldBe false
                    property(metadata(""""$name":null""")) shouldBe false
                }

                for (value in listOf("\"true\"", "1", "[]")) {
                    test("is refused as $value") {
                        shouldThrow<IllegalArgumentException> { metadata(""""$name":$value""") }
                            .message shouldStartWith "client metadata \"$name\" must be true or false, but is "
                    }
                }
            }
        }

        context("default_max_age") {
            test("is read in seconds") {
                metadata(""""default_max_age":90""").defaultMaxAge shouldBe
                    Duration.ofSeconds(90)
            }

            test("may be 0") { metadata(""""default_max_age":0""").defaultMaxAge shouldBe Duration.ZERO }

            test("is null where it is absent or null") {
                metadata("").defaultMaxAge.shouldBeNull()
                metadata(""""default_max_age":null""").defaultMaxAge.shouldBeNull()
            }

            for (value in listOf("-1", "\"90\"", "true", "1e999")) {
                test("is refused as $value") {
                    shouldThrow<IllegalArgumentException> { metadata(""""default_max_age":$value""") }
                        .message shouldStartWith
                        "client metadata \"default_max_age\" must be a number, 0 or more, but is "
                }
            }
        }

        context("client_secret_expires_at") {
            test("is read in seconds since the epoch") {
                metadata(""""client_secret_expires_at":1577858400""").clientSecretExpiresAt shouldBe
                    Instant.ofEpochSecond(1_577_858_400)
            }

            test("is null where it is 0, which means never, or absent") {
                metadata(""""client_secret_expires_at":0""").clientSecretExpiresAt.shouldBeNull()
                metadata("").clientSecretExpiresAt.shouldBeNull()
            }

            test("is refused where it is no number") {
                shouldThrow<InvalidResponseException> {
                    metadata(
                        """"client_secret_expires_at":"0"""",
                    ).clientSecretExpiresAt
                }
            }
        }

        context("client_id_issued_at") {
            test("is read in seconds since the epoch") {
                metadata(""""client_id_issued_at":0""").clientIdIssuedAt shouldBe Instant.EPOCH
            }

            test("is null where it is absent") { metadata("").clientIdIssuedAt.shouldBeNull() }

            test("is refused where it is no number") {
                shouldThrow<InvalidResponseException> { metadata(""""client_id_issued_at":true""").clientIdIssuedAt }
            }
        }

        context("a document") {
            test("keeps members that no property reads") {
                metadata(""""client_name":"Shop"""").json["client_name"] shouldBe JsonPrimitive("Shop")
            }

            for (text in listOf("", "[]", "\"c\"", "{\"client_id\":", "null")) {
                test("is refused as $text") {
                    shouldThrow<IllegalArgumentException> { ClientMetadata.parse(text) }
                        .message shouldBe "the client metadata must be a JSON object"
                }
            }

            test("prints no value") {
                metadata(""""client_secret":"s3cret"""").toString() shouldBe
                    "ClientMetadata(client_id=██, client_secret=██)"
            }

            test("is refused without telling the secret") {
                shouldThrow<IllegalArgumentException> { metadata(""""client_secret":["s3cret"]""") }
                    .message shouldNotContain "s3cret"
            }
        }
    })

private fun metadata(members: String): ClientMetadata {
    val others = if (members.isEmpty()) "" else ",$members"
    return ClientMetadata(json("""{"client_id":"c"$others}""") as JsonObject)
}
