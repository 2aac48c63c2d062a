package dev.openidclient.metadata

import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

class ClientMetadataBuilderSpec :
    FunSpec({
        test("builds a client that has nothing but its id") {
            ClientMetadataBuilder().build("c").json shouldBe jsonObject("""{"client_id":"c"}""")
        }

        test("writes each member under its own name") {
            val built =
                ClientMetadataBuilder()
                    .clientSecret("s")
                    .tokenEndpointAuthMethod("client_secret_basic")
                    .idTokenSignedResponseAlg("ES256")
                    .authorizationSignedResponseAlg("ES384")
                    .userinfoSignedResponseAlg("ES512")
                    .introspectionSignedResponseAlg("PS256")
                    .idTokenEncryptedResponseAlg("a")
                    .authorizationEncryptedResponseAlg("b")
                    .userinfoEncryptedResponseAlg("c")
                    .introspectionEncryptedResponseAlg("d")
                    .requireAuthTime()
                    .defaultMaxAge(Duration.ofMinutes(2))
                    .useMtlsEndpointAliases()
                    .tlsClientCertificateBoundAccessTokens()
                    .member("client_name", JsonPrimitive("Shop"))
                    .member("client_uri", "https://shop.ex")
                    .build("c")

            built.json shouldBe
                jsonObject(
                    """
                    {"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_basic",
                    "id_token_signed_response_alg":"ES256","authorization_signed_response_alg":"ES384",
                    "userinfo_signed_response_alg":"ES512","introspection_signed_response_alg":"PS256",
                    "id_token_encrypted_response_alg":"a","authorization_encrypted_response_alg":"b",
                    "userinfo_encrypted_response_alg":"c","introspection_encrypted_response_alg":"d",
                    "require_auth_time":true,"default_max_age":120,"use_mtls_endpoint_aliases":true,
                    "tls_client_certificate_bound_access_tokens":true,"client_name":"Shop",
                    "client_uri":"https://shop.ex"}
                    """,
                )
        }

        test("takes over what a registration answered") {
            val answered = ClientMetadata.parse("""{"client_id":"c","client_secret":"s","client_name":"Shop"}""")

            ClientMetadataBuilder().members(answered).build("c") shouldBe answered
        }

        test("lets a later member replace an earlier one") {
            ClientMetadataBuilder().clientSecret("a").clientSecret("b").build("c").clientSecret shouldBe "b"
        }

        test("does not change what it has built") {
            val builder = ClientMetadataBuilder()
            val built = builder.build("c")
            builder.clientSecret("s")

            built.json shouldBe jsonObject("""{"client_id":"c"}""")
        }

        test("refuses an empty client id") {
            shouldThrow<IllegalArgumentException> { ClientMetadataBuilder().build("") }
                .message shouldBe "the client id must not be empty"
        }

        test("refuses the metadata of another client") {
            val answered = ClientMetadata.parse("""{"client_id":"other"}""")

            shouldThrow<IllegalArgumentException> { ClientMetadataBuilder().members(answered).build("c") }
                .message shouldBe "client metadata has the \"client_id\" \"other\", but the client is made for \"c\""
        }

        for (named in listOf(JsonPrimitive(1), JsonNull, JsonPrimitive("C"))) {
            test("refuses $named as client_id") {
                shouldThrow<IllegalArgumentException> { ClientMetadataBuilder().member("client_id", named).build("c") }
                    .message shouldContain "\"client_id\" $named"
            }
        }

        test("refuses an empty secret") {
            shouldThrow<IllegalArgumentException> { ClientMetadataBuilder().clientSecret("").build("c") }
                .message shouldContain "\"client_secret\""
        }

        val algorithms =
            mapOf<String, ClientMetadataBuilder.() -> ClientMetadataBuilder>(
                "id_token_encrypted_response_alg" to { idTokenEncryptedResponseAlg("") },
                "authorization_encrypted_response_alg" to { authorizationEncryptedResponseAlg("") },
                "userinfo_encrypted_response_alg" to { userinfoEncryptedResponseAlg("") },
                "introspection_encrypted_response_alg" to { introspectionEncryptedResponseAlg("") },
            )
        for ((name, set) in algorithms) {
            test("refuses an empty $name") {
                shouldThrow<IllegalArgumentException> { ClientMetadataBuilder().set() }
                    .message shouldBe "client metadata \"$name\" must not be empty"
            }
        }

        test("refuses a negative age") {
            shouldThrow<IllegalArgumentException> {
                ClientMetadataBuilder()
                    .defaultMaxAge(
                        Duration.ofSeconds(-1),
                    ).build("c")
            }.message shouldContain "\"default_max_age\""
        }
    })
