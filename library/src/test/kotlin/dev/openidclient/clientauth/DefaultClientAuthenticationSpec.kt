package dev.openidclient.clientauth

import dev.openidclient.metadata.ClientMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs

class DefaultClientAuthenticationSpec :
    FunSpec({
        context("with a secret") {
            test("is client_secret_post") { default(secret = "s").shouldBeInstanceOf<ClientSecretPost>() }

            test("is client_secret_basic where the metadata names that") {
                default(secret = "s", "client_secret_basic").shouldBeInstanceOf<ClientSecretBasic>()
            }

            test("is client_secret_post where the metadata names that") {
                default(secret = "s", "client_secret_post").shouldBeInstanceOf<ClientSecretPost>()
            }

            test("is client_secret_jwt where the metadata names that") {
                default(secret = "s", "client_secret_jwt").shouldBeInstanceOf<ClientSecretJwt>()
            }

            test("is none where the metadata names that") {
                default(secret = "s", "none") shouldBeSameInstanceAs NoClientAuthentication
            }

            for (method in listOf("private_key_jwt", "CLIENT_SECRET_BASIC", "made_up")) {
                test("is client_secret_post where the secret does not suffice for $method") {
                    default(secret = "s", method).shouldBeInstanceOf<ClientSecretPost>()
                }
            }
        }

        context("without a secret") {
            test("is none") { default(secret = null) shouldBeSameInstanceAs NoClientAuthentication }

            for (method in listOf(
                "none",
                "client_secret_basic",
                "client_secret_post",
                "client_secret_jwt",
                "private_key_jwt",
                "made_up",
            )) {
                test("is none, also where the metadata names $method") {
                    default(secret = null, method) shouldBeSameInstanceAs NoClientAuthentication
                }
            }
        }

        for (method in listOf("tls_client_auth", "self_signed_tls_client_auth")) {
            test("is the certificate where the metadata names $method, with a secret or without") {
                default(secret = "s", method) shouldBeSameInstanceAs TlsClientAuth
                default(secret = null, method) shouldBeSameInstanceAs TlsClientAuth
            }
        }
    })

private fun default(
    secret: String?,
    method: String? = null,
): ClientAuthentication {
    val members =
        listOfNotNull(
            "\"client_id\":\"c\"",
            secret?.let { "\"client_secret\":\"$it\"" },
            method?.let { "\"token_endpoint_auth_method\":\"$it\"" },
        )
    return defaultClientAuthentication(ClientMetadata.parse(members.joinToString(",", "{", "}")))
}
