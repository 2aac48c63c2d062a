package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.RegistrationException
import dev.openidclient.http.HttpEngine
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.KnownSecrets
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.registeringServer
import dev.openidclient.testing.registrationJson
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private val KEY = PrivateKeyJwt(SigningKey.generate("ES256"))

private val SECRET =
    arrayOf(
        "client_secret" to JsonPrimitive(KnownSecrets.CLIENT_SECRET),
        "client_secret_expires_at" to JsonPrimitive(0),
        "registration_access_token" to JsonPrimitive(KnownSecrets.OTHER),
    )

private fun method(name: String) = "token_endpoint_auth_method" to JsonPrimitive(name)

/** Registers where the server answers [answer], whatever is asked for. */
private suspend fun register(
    vararg answer: Pair<String, JsonElement?>,
    asked: RegistrationBuilder.() -> Unit = {},
    settings: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = registeringServer(*answer).transport
            clock = FIXED_CLOCK
            settings()
        }
        asked()
    }

private suspend fun refused(
    vararg answer: Pair<String, JsonElement?>,
    part: String,
    asked: RegistrationBuilder.() -> Unit = {},
    settings: ClientSettings.() -> Unit = {},
): RegistrationException =
    shouldFailWith<RegistrationException>(ErrorCode.INVALID_RESPONSE, part) {
        register(*answer, asked = asked, settings = settings)
    }

private suspend fun refusedEarly(
    part: String,
    asked: RegistrationBuilder.() -> Unit = {},
    settings: ClientSettings.() -> Unit,
) {
    val server = registeringServer()
    val e =
        shouldThrowExactly<IllegalArgumentException> {
            OpenIdClient.register(ISSUER) {
                settings {
                    transport = server.transport
                    settings()
                }
                asked()
            }
        }
    e.message shouldContain part
    server.received.shouldBeEmpty()
}

class RegistrationContradictionSpec :
    FunSpec({
        context("the client that the server registered is refused for the security profile:") {
            test("it is to authenticate otherwise") {
                refused(method("client_secret_basic"), *SECRET, part = "must be private_key_jwt") {
                    authentication = KEY
                    fapi2Security()
                }
            }

            for (member in listOf(
                "id_token_signed_response_alg",
                "authorization_signed_response_alg",
                "userinfo_signed_response_alg",
                "introspection_signed_response_alg",
            )) {
                test("$member is of another algorithm") {
                    refused(member to JsonPrimitive("RS256"), part = "\"$member\" must be") {
                        authentication = KEY
                        fapi2Security()
                    }
                }
            }

            test("its tokens are bound to nothing") {
                refused(
                    part = "\"tls_client_certificate_bound_access_tokens\" must be true",
                    asked = { tlsClientCertificateBoundAccessTokens() },
                ) {
                    authentication = KEY
                    fapi1Advanced().transportPresentsCertificate()
                }
            }
        }

        context("the client that the server registered is refused without a profile, too:") {
            val authentications =
                mapOf(
                    KEY to listOf("client_secret_basic", "tls_client_auth", "none"),
                    TlsClientAuth to listOf("client_secret_basic", "private_key_jwt", "none"),
                    ClientSecretBasic("s3cret") to listOf("private_key_jwt", "tls_client_auth", "none"),
                    NoClientAuthentication to listOf("client_secret_basic", "private_key_jwt", "tls_client_auth"),
                )
            for ((authentication, methods) in authentications) {
                for (method in methods) {
                    test("$method, where the settings have ${authentication.javaClass.simpleName}") {
                        refused(method(method), *SECRET, part = "but is \"$method\"") {
                            this.authentication = authentication
                            transportPresentsCertificate()
                        }
                    }
                }
            }

            test("private_key_jwt, where the settings have no key") {
                refused(method("private_key_jwt"), part = "PrivateKeyJwt(key)")
            }

            test("client_secret_basic, and no secret came") {
                refused(method("client_secret_basic"), part = "needs a \"client_secret\"")
            }

            test("an algorithm none, which was not asked for") {
                refused("id_token_signed_response_alg" to JsonPrimitive("none"), part = "which was not asked for")
            }
        }

        context("the client that the server registered is taken") {
            test("for the key that was asked for, with a profile") {
                register(method("private_key_jwt"), asked = { tokenEndpointAuthMethod("private_key_jwt") }) {
                    authentication = KEY
                    fapi2Security()
                }.clientId shouldBe CLIENT_ID
            }

            test("for tokens that are bound to the certificate of a transport of the caller's own") {
                register(
                    "tls_client_certificate_bound_access_tokens" to JsonPrimitive(true),
                    asked = { tlsClientCertificateBoundAccessTokens() },
                ) {
                    authentication = KEY
                    fapi1Advanced().transportPresentsCertificate()
                }.configuration.hasClientCertificate shouldBe true
            }

            test("for an authentication of the caller's own, of which nothing is known") {
                register(method("private_key_jwt")) { authentication = ClientAuthentication { } }.clientId shouldBe
                    CLIENT_ID
            }

            test("for an algorithm none that was asked for") {
                register(
                    "id_token_signed_response_alg" to JsonPrimitive("none"),
                    asked = { idTokenSignedResponseAlg("none") },
                ).metadata.idTokenSignedResponseAlg shouldBe "none"
            }
        }

        context("a registration that is of no use here") {
            suspend fun failure() = refused(method("private_key_jwt"), *SECRET, part = "PrivateKeyJwt(key)")

            test("says that there is a client now") {
                failure().message shouldStartWith
                    "POST $ISSUER/register: the server registered the client \"$CLIENT_ID\", but not as"
            }

            test("is handed over, whole") {
                val registration = failure().registration

                registration shouldBe registrationJson(method("private_key_jwt"), *SECRET)
                ClientMetadata(registration).clientSecret shouldBe KnownSecrets.CLIENT_SECRET
            }

            test("is not shown with its secrets") { shouldShowNoSecret(failure()) }
        }

        context("what a server answers never loosens what the settings demand:") {
            test("a flag of the answer is no client certificate") {
                register("tls_client_certificate_bound_access_tokens" to JsonPrimitive(true)) {
                    requireSenderConstrained()
                }.configuration.hasClientCertificate shouldBe false
            }
        }

        context("what contradicts itself is refused before anything is sent:") {
            test("a certificate-bound token, where no certificate is presented") {
                refusedEarly("FAPI 1.0 Advanced: access tokens must be bound", {
                    tlsClientCertificateBoundAccessTokens()
                }) {
                    authentication = KEY
                    fapi1Advanced()
                }
            }

            test("a method that the authentication is not of") {
                refusedEarly("but is \"client_secret_post\"", { tokenEndpointAuthMethod("client_secret_post") }) {
                    authentication = KEY
                }
            }

            test("a method that the profile does not allow") {
                refusedEarly("not with NoClientAuthentication", { tokenEndpointAuthMethod("none") }) { fapi2Security() }
            }

            test("an algorithm that the profile does not allow") {
                refusedEarly("\"id_token_signed_response_alg\" must be", { idTokenSignedResponseAlg("RS256") }) {
                    authentication = KEY
                    fapi2Security()
                }
            }

            test("a client certificate that is nowhere") {
                refusedEarly("set it with tls { }", { tokenEndpointAuthMethod("tls_client_auth") }) {
                    transport = null
                    engine = HttpEngine.JAVA
                }
            }

            test("a member of the wrong type") {
                refusedEarly("\"default_max_age\"", { member("default_max_age", "1") }) { }
            }

            test("metadata in the settings, which the server would not get to know") {
                refusedEarly("name id_token_signed_response_alg in the registration") {
                    metadata { idTokenSignedResponseAlg("ES256") }
                }
            }
        }

        test("the certificate that is asked for needs no other authentication for a profile") {
            register(method("tls_client_auth"), asked = { tokenEndpointAuthMethod("tls_client_auth") }) {
                fapi2Security().transportPresentsCertificate()
            }.configuration.authentication shouldBe TlsClientAuth
        }
    })
