package dev.openidclient.client

import dev.openidclient.clientauth.Audience
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private val ALGORITHMS = listOf("PS256", "ES256", "EdDSA", "Ed25519", "RS256", "PS384", "ES384")
private val KEYS = ALGORITHMS.associateWith(SigningKey::generate)

private class Profile(
    val title: String,
    val algorithms: Set<String>,
    val choose: ClientSettings.() -> ClientSettings,
)

private val FAPI2 = setOf("PS256", "ES256", "EdDSA", "Ed25519")
private val PROFILES =
    listOf(
        Profile("FAPI 2.0 Security Profile", FAPI2) { fapi2Security() },
        Profile("FAPI 2.0 Message Signing", FAPI2) { fapi2MessageSigning() },
        Profile("FAPI 1.0 Advanced", setOf("PS256", "ES256")) { fapi1Advanced() },
        Profile("FAPI 2.0 Message Signing of requests", FAPI2) { fapi2MessageSigning { signedRequests() } },
        Profile("FAPI 2.0 Message Signing of responses", FAPI2) { fapi2MessageSigning { signedResponses() } },
        Profile("FAPI-CIBA", setOf("PS256", "ES256")) { fapiCiba() },
    )

private fun privateKeyJwt(algorithm: String = "ES256") = PrivateKeyJwt(KEYS.getValue(algorithm))

/** What every profile allows, but for what [configure] changes. */
private fun build(
    profile: Profile,
    configure: ClientSettings.() -> Unit = {},
): Configuration =
    ClientSettings()
        .apply {
            transport = HttpTransport { HttpResponse(500) }
            authentication = privateKeyJwt()
            transportPresentsCertificate()
            profile.choose(this)
            configure()
        }.build(CLIENT_ID)

@OptIn(InsecureRequests::class)
class SecurityProfileSpec :
    FunSpec({
        fun refusal(
            profile: Profile,
            configure: ClientSettings.() -> Unit,
        ): String = shouldThrow<IllegalArgumentException> { build(profile, configure) }.message.orEmpty()

        for (profile in PROFILES) {
            context("${profile.title} refuses") {
                val authentications =
                    listOf<ClientAuthentication>(
                        NoClientAuthentication,
                        ClientSecretPost("s3cret"),
                        ClientSecretBasic("s3cret"),
                        ClientSecretJwt("s3cret"),
                    )
                for (authentication in authentications) {
                    test("the authentication ${authentication.javaClass.simpleName}") {
                        refusal(profile) { this.authentication = authentication } shouldStartWith
                            "${profile.title}: the client must authenticate with PrivateKeyJwt or TlsClientAuth"
                    }
                }

                test("an authentication of one's own") {
                    refusal(profile) { authentication = ClientAuthentication { } } shouldContain
                        "must authenticate with"
                }

                test("to fall back to no authentication") {
                    refusal(profile) { authentication = null } shouldContain "not with NoClientAuthentication"
                }

                test("assertions for an endpoint") {
                    refusal(profile) {
                        authentication = PrivateKeyJwt(KEYS.getValue("ES256"), Audience.ENDPOINT)
                    } shouldBe
                        "${profile.title}: the audience of assertions must be the issuer, not Audience.ENDPOINT"
                }

                for (algorithm in ALGORITHMS - profile.algorithms) {
                    test("assertions with $algorithm") {
                        refusal(profile) { authentication = privateKeyJwt(algorithm) } shouldContain "not $algorithm"
                    }
                }

                test("insecure requests") {
                    refusal(profile) { allowInsecureRequests() } shouldContain "insecure requests must not be allowed"
                }

                test("what is not encrypted although it must be") {
                    refusal(profile) { acceptUnencrypted() } shouldBe
                        "${profile.title}: acceptUnencrypted() must not be called: the profile allows no looser check"
                }

                test("a response without a code") {
                    refusal(profile) { useIdTokenResponseType() } shouldContain "not ID_TOKEN"
                }

                val members =
                    listOf(
                        "id_token_signed_response_alg",
                        "authorization_signed_response_alg",
                        "userinfo_signed_response_alg",
                        "introspection_signed_response_alg",
                    )
                for (member in members) {
                    for (algorithm in listOf("RS256", "none")) {
                        test("client metadata with $member $algorithm") {
                            refusal(profile) { metadata { member(member, JsonPrimitive(algorithm)) } } shouldStartWith
                                "${profile.title}: client metadata \"$member\" must be"
                        }
                    }
                }

                for (method in listOf("client_secret_basic", "none", "tls_client_auth", "made_up")) {
                    test("client metadata with token_endpoint_auth_method $method beside a key") {
                        refusal(profile) { metadata { tokenEndpointAuthMethod(method) } } shouldContain
                            "\"token_endpoint_auth_method\" must be private_key_jwt"
                    }
                }

                test("client metadata with token_endpoint_auth_method private_key_jwt beside a certificate") {
                    refusal(profile) {
                        authentication = TlsClientAuth
                        metadata { tokenEndpointAuthMethod("private_key_jwt") }
                    } shouldContain "must be tls_client_auth or self_signed_tls_client_auth"
                }

                for (other in PROFILES - profile) {
                    test("to be combined with ${other.title}") {
                        refusal(profile) { other.choose(this) } shouldContain "cannot be added"
                    }
                }
            }

            context("${profile.title} allows") {
                for (algorithm in profile.algorithms) {
                    test("assertions with $algorithm") {
                        build(profile) { authentication = privateKeyJwt(algorithm) }
                    }

                    test("ID Tokens with $algorithm in the client metadata") {
                        build(profile) { metadata { idTokenSignedResponseAlg(algorithm) } }
                    }
                }

                test("a client certificate") { build(profile) { authentication = TlsClientAuth } }

                for (method in listOf("tls_client_auth", "self_signed_tls_client_auth")) {
                    test("a client certificate that the client metadata names: $method") {
                        build(profile) {
                            authentication = null
                            metadata { tokenEndpointAuthMethod(method) }
                        }.authentication shouldBe TlsClientAuth
                    }
                }

                test("a key that the client metadata names") {
                    build(profile) { metadata { tokenEndpointAuthMethod("private_key_jwt") } }
                }

                test("to be chosen twice") { build(profile) { profile.choose(this) } }

                test("no bearer tokens") { build(profile).requireSenderConstrained shouldBe true }
            }
        }

        context("the kind of response") {
            val (security, messageSigning, advanced) = PROFILES

            test("of FAPI 2.0 is a code, where nothing else is chosen") {
                build(security).responseKind shouldBe ResponseKind.CODE
            }

            test("of FAPI 2.0 may be a JWT") {
                build(security) { useJwtResponseMode() }.responseKind shouldBe ResponseKind.JWT
            }

            test("of FAPI 2.0 has no ID Token") {
                refusal(security) { useCodeIdTokenResponseType() } shouldContain
                    "must be of the kind CODE or JWT, not CODE_ID_TOKEN"
            }

            test("of Message Signing is a JWT") {
                build(messageSigning).responseKind shouldBe ResponseKind.JWT
                build(messageSigning) { useJwtResponseMode() }.responseKind shouldBe ResponseKind.JWT
            }

            test("of Message Signing has no ID Token") {
                refusal(messageSigning) { useCodeIdTokenResponseType() } shouldContain
                    "must be of the kind JWT, not CODE_ID_TOKEN"
            }

            test("of FAPI 1.0 has an ID Token that is a detached signature") {
                val configuration = build(advanced)

                configuration.responseKind shouldBe ResponseKind.CODE_ID_TOKEN
                configuration.responseRules.isSignatureDetached shouldBe true
            }

            test("of FAPI 1.0 may be a JWT, without a detached signature") {
                val configuration = build(advanced) { useJwtResponseMode() }

                configuration.responseKind shouldBe ResponseKind.JWT
                configuration.responseRules.isSignatureDetached shouldBe false
            }

            test("of FAPI 1.0 as a JWT refuses the checks of a detached signature") {
                refusal(advanced) { useJwtResponseMode().detachedSignatureResponseChecks() } shouldContain
                    "belongs to useCodeIdTokenResponseType()"
            }
        }

        context("Message Signing") {
            val (requests, responses) = PROFILES.filter { " of " in it.title }

            test("of both is what names nothing, and what names both") {
                val both = build(PROFILES[1]) { fapi2MessageSigning { signedRequests().signedResponses() } }

                both.profile shouldBe SecurityProfile.FAPI2_MESSAGE_SIGNING
                both.profile?.requiresSignedRequest shouldBe true
                both.responseKind shouldBe ResponseKind.JWT
            }

            test("of requests alone demands them, and leaves the responses as they are") {
                val configuration = build(requests)

                configuration.profile?.requiresSignedRequest shouldBe true
                configuration.responseKind shouldBe ResponseKind.CODE
                build(requests) { useJwtResponseMode() }.responseKind shouldBe ResponseKind.JWT
            }

            test("of responses alone demands them, and leaves the requests as they are") {
                val configuration = build(responses)

                configuration.profile?.requiresSignedRequest shouldBe false
                configuration.profile?.requiresPushedRequest shouldBe true
                configuration.responseKind shouldBe ResponseKind.JWT
            }

            test("must name something where it is configured") {
                shouldThrow<IllegalArgumentException> { ClientSettings().fapi2MessageSigning { } }.message shouldContain
                    "signedRequests(), signedResponses(), or both"
            }
        }

        context("a client certificate") {
            val advanced = PROFILES.single { it.title == "FAPI 1.0 Advanced" }
            val ciba = PROFILES.last()

            fun withoutCertificate(
                profile: Profile,
                configure: ClientSettings.() -> Unit = {},
            ): Configuration =
                ClientSettings()
                    .apply {
                        transport = HttpTransport { HttpResponse(500) }
                        authentication = privateKeyJwt()
                        profile.choose(this)
                        configure()
                    }.build(CLIENT_ID)

            test("is required by FAPI 1.0") {
                shouldThrow<IllegalArgumentException> { withoutCertificate(advanced) }.message shouldContain
                    "access tokens must be bound to a client certificate"
            }

            test("is none for FAPI 1.0 because the metadata has the flag") {
                shouldThrow<IllegalArgumentException> {
                    withoutCertificate(advanced) { metadata { tlsClientCertificateBoundAccessTokens() } }
                }.message shouldContain "say transportPresentsCertificate()"
            }

            test("is not required by FAPI 2.0, which has DPoP") {
                for (profile in PROFILES - advanced - ciba) {
                    withoutCertificate(profile).hasClientCertificate shouldBe
                        false
                }
            }
        }

        test("Message Signing alone implies the verification of all signatures") {
            PROFILES.map { build(it).nonRepudiation } shouldBe listOf(false, true, false, true, true, false)
        }

        test("without a profile nothing of this is demanded") {
            val configuration =
                ClientSettings()
                    .apply {
                        transport =
                            HttpTransport {
                                HttpResponse(
                                    500,
                                )
                            }
                    }.build(CLIENT_ID)

            configuration.profile.shouldBeNull()
            configuration.requireSenderConstrained shouldBe false
            configuration.responseKind shouldBe ResponseKind.CODE
        }
    })
