package dev.openidclient.authorization

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.Parameters
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.pushableMetadata
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private val KEY = SigningKey.generate("ES256")
private val TRUE = JsonPrimitive(true)
private const val SIGNED = "require_signed_request_object"
private const val PUSHED = "require_pushed_authorization_requests"

private val PLAIN = Parameters.of("scope" to "openid")
private val OBJECT = Parameters.of("request" to "a.b.c")
private val REFERENCE = Parameters.of("request_uri" to "urn:x")
private val EMPTY_OBJECT = Parameters.of("request" to "", "scope" to "openid")
private val EMPTY_REFERENCE = Parameters.of("request_uri" to "", "scope" to "openid")

private fun client(
    vararg requirements: String,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    StubServer().client(pushableMetadata(*requirements.map { it to TRUE }.toTypedArray())) {
        authentication = PrivateKeyJwt(KEY)
        configure()
    }

private fun fapi1(): OpenIdClient = client { fapi1Advanced().transportPresentsCertificate() }

class AuthorizationUrlStepsSpec :
    FunSpec({
        val signing =
            mapOf(
                "the server's metadata" to client(SIGNED),
                "the client metadata" to client { metadata { member(SIGNED, TRUE) } },
                "FAPI 1.0 Advanced" to fapi1(),
            )
        val pushing =
            mapOf(
                "the server's metadata" to client(PUSHED),
                "the client metadata" to client { metadata { member(PUSHED, TRUE) } },
                "FAPI 2.0 Security Profile" to client { fapi2Security() },
                "FAPI 2.0 Message Signing" to client { fapi2MessageSigning() },
            )

        for ((who, client) in signing) {
            context("where $who requires a signed request object") {
                for (parameters in listOf(PLAIN, EMPTY_OBJECT, EMPTY_REFERENCE)) {
                    test("parameters with ${parameters.names} make no URL") {
                        shouldThrowExactly<IllegalStateException> { client.authorizationUrl(parameters) }
                            .message shouldBe "$who requires a signed request object: " +
                            "give it as \"request\" among the parameters, " +
                            "or use client.sign(client.authorizationRequest { … }, key).url"
                    }
                }

                for (parameters in listOf(OBJECT, REFERENCE)) {
                    test("parameters with ${parameters.names} make a URL") {
                        client.authorizationUrl(parameters) shouldStartWith "$ISSUER/authorize?${parameters.encode()}"
                    }
                }
            }
        }

        for ((who, client) in pushing) {
            context("where $who requires a pushed request") {
                for (parameters in listOf(PLAIN, OBJECT, EMPTY_REFERENCE)) {
                    test("parameters with ${parameters.names} make no URL") {
                        shouldThrowExactly<IllegalStateException> { client.authorizationUrl(parameters) }
                            .message shouldBe "$who requires a pushed authorization request: " +
                            "give its \"request_uri\" among the parameters, " +
                            "or use client.push(client.authorizationRequest { … }).url"
                    }
                }

                test("parameters with a request_uri make a URL") {
                    client.authorizationUrl(REFERENCE) shouldStartWith "$ISSUER/authorize?request_uri=urn%3Ax"
                }
            }
        }

        test("where nobody requires anything all parameters make a URL") {
            for (parameters in listOf(PLAIN, OBJECT, REFERENCE)) {
                client().authorizationUrl(parameters) shouldStartWith "$ISSUER/authorize?"
            }
        }
    })
