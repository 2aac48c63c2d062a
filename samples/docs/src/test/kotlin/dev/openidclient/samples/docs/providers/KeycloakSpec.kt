package dev.openidclient.samples.docs.providers

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.KeyStore

private const val REALM = "https://kc.example.com/realms/shop"
private const val BASE = "$REALM/protocol/openid-connect"
private const val MTLS = "https://mtls.kc.example.com/realms/shop/protocol/openid-connect"

private fun keycloak(clientId: String = "web") =
    ScriptedProvider(REALM, clientId)
        .discovery(
            "authorization_endpoint" to "$BASE/auth",
            "token_endpoint" to "$BASE/token",
            "introspection_endpoint" to "$BASE/token/introspect",
            "userinfo_endpoint" to "$BASE/userinfo",
            "end_session_endpoint" to "$BASE/logout",
            "jwks_uri" to "$BASE/certs",
            "pushed_authorization_request_endpoint" to "$BASE/ext/par/request",
            "id_token_signing_alg_values_supported" to listOf("PS256", "RS256", "ES256", "HS256"),
            "token_endpoint_auth_methods_supported" to
                listOf("private_key_jwt", "client_secret_basic", "tls_client_auth"),
            "code_challenge_methods_supported" to listOf("plain", "S256"),
            "tls_client_certificate_bound_access_tokens" to true,
            "authorization_response_iss_parameter_supported" to true,
            "mtls_endpoint_aliases" to json("token_endpoint" to "$MTLS/token", "userinfo_endpoint" to "$MTLS/userinfo"),
        )

private fun tokens(idToken: String) =
    json(
        "access_token" to "eyJ.access",
        "expires_in" to 300,
        "refresh_expires_in" to 1800,
        "refresh_token" to "eyJ.refresh",
        "token_type" to "Bearer",
        "id_token" to idToken,
        "not-before-policy" to 0,
        "session_state" to "1c6f8b1e",
        "scope" to "openid email orders-api",
    )

private val CLAIMS: Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "f3a1",
        "azp" to "web",
        "typ" to "ID",
        "sid" to "1c6f8b1e",
        "acr" to "1",
        "auth_time" to 1700000000,
        "preferred_username" to "jane",
    )

class KeycloakSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, with session_state and iss in the callback") {
            val keycloak = keycloak()
            val client = keycloakClient("secret", keycloak)
            val request = beginKeycloak(client)
            keycloak.answer("$BASE/token", tokens(keycloak.idToken(request, *CLAIMS)))
            val callback = request.callback("session_state" to "1c6f8b1e", "iss" to REALM)
            val tokens = finishKeycloak(client, callback, request.pending.encode())

            tokens.claims?.preferredUsername shouldBe "jane"
            tokens.toMap()["refresh_expires_in"] shouldBe 1800L
            tokens.scopes shouldBe setOf("openid", "email", "orders-api")
        }

        test("a callback without iss is refused, as the server says that it sends it") {
            val client = keycloakClient("secret", keycloak())
            val request = beginKeycloak(client)

            shouldThrow<ValidationException> { finishKeycloak(client, request.callback(), request.pending.encode()) }
                .subject shouldBe "iss"
        }

        test("a session that is over makes the refresh invalid_grant") {
            val refusal = json("error" to "invalid_grant", "error_description" to "Token is not active")
            val client = keycloakClient("secret", keycloak().answer("$BASE/token", refusal, 400))

            shouldThrow<ResponseBodyException> { client.refreshTokenGrant("eyJ.refresh") }
                .errorDescription shouldBe "Token is not active"
        }

        test("a wrong secret is unauthorized_client with 401") {
            val refusal =
                json(
                    "error" to "unauthorized_client",
                    "error_description" to "Invalid client or Invalid client credentials",
                )
            val client = keycloakClient("wrong", keycloak().answer("$BASE/token", refusal, 401))

            shouldThrow<ResponseBodyException> { client.refreshTokenGrant("eyJ.refresh") }.error shouldBe
                "unauthorized_client"
        }

        test("a realm that is asked for by another address than the browser's is refused") {
            val keycloak = ScriptedProvider("https://kc.internal:8443/realms/shop", "web")
            keycloak.discovery(url = "$REALM/.well-known/openid-configuration")

            shouldThrow<ValidationException> { keycloakClient("secret", keycloak) }.subject shouldBe "issuer"
        }

        test("with a certificate the requests go to the aliases for mutual TLS, with the client id alone") {
            val keycloak = keycloak("batch")
            val answer =
                json(
                    "access_token" to "eyJ.bound",
                    "expires_in" to 300,
                    "token_type" to "Bearer",
                    "scope" to "email",
                )
            keycloak.answer("$MTLS/token", answer)
            val tokens = keycloakClientWithCertificate(keycloak).clientCredentialsGrant()

            tokens.accessToken shouldBe "eyJ.bound"
            keycloak.formTo("$MTLS/token").toMap() shouldBe
                mapOf("grant_type" to listOf("client_credentials"), "client_id" to listOf("batch"))
        }

        test("a transport with a certificate needs a key store with one key") {
            val empty = KeyStore.getInstance("PKCS12").apply { load(null, null) }

            shouldThrow<IllegalArgumentException> { transportWithCertificate(empty, "changeit".toCharArray()) }
            shouldThrow<IllegalArgumentException> { Keycloak.transportWithCertificate(empty, "changeit".toCharArray()) }
        }

        test("in Java the same goes from the request to the sign-out") {
            val keycloak = keycloak()
            val client = Keycloak.client("secret", keycloak).join()
            val request = Keycloak.begin(client)
            keycloak.answer("$BASE/token", tokens(keycloak.idToken(request, *CLAIMS)))
            val tokens = Keycloak.finish(client, request.callback("iss" to REALM), request.pending.encode()).join()

            Keycloak.logoutUrl(client, tokens).query["id_token_hint"] shouldBe tokens.idToken
            client.close()
        }

        test("the sign-out names the ID Token, so that Keycloak need not ask") {
            val keycloak = keycloak()
            val client = keycloakClient("secret", keycloak)
            val request = beginKeycloak(client)
            keycloak.answer("$BASE/token", tokens(keycloak.idToken(request, *CLAIMS)))
            val tokens = finishKeycloak(client, request.callback("iss" to REALM), request.pending.encode())

            keycloakLogoutUrl(client, tokens).query["id_token_hint"] shouldBe tokens.idToken
        }

        test("in Java a client with a certificate uses the aliases too") {
            val keycloak = keycloak("batch")
            keycloak.answer(
                "$MTLS/token",
                json(
                    "access_token" to "eyJ.bound",
                    "expires_in" to 300,
                    "token_type" to "Bearer",
                ),
            )
            val client = Keycloak.clientWithCertificate(keycloak).join()

            client.clientCredentialsGrant().join().accessToken shouldBe "eyJ.bound"
            client.close()
        }
    })
