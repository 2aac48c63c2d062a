package dev.openidclient.userinfo

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

private const val SUBJECT = "248289761001"
private const val JWT = "application/jwt"

private val REGISTERED: ClientSettings.() -> Unit = { metadata { userinfoSignedResponseAlg("RS256") } }

private fun signed(vararg claims: String): String =
    unverifiable(jsonObject(listOf("\"sub\":\"$SUBJECT\"", *claims).joinToString(",", "{", "}")))

/** UserInfo as a JWT. */
class UserInfoRequestJwtSpec :
    FunSpec({
        fun answering(
            body: String,
            contentType: String? = JWT,
            server: AuthorizationServerMetadata = serverMetadata(),
            configure: ClientSettings.() -> Unit = REGISTERED,
        ): OpenIdClient =
            StubServer()
                .answer("/userinfo", body, contentType = contentType)
                .client(server, configure)

        test("returns the claims of the JWT") {
            answering(signed("\"email\":\"jane@example.com\"")).userInfo(ACCESS_TOKEN, SUBJECT).email shouldBe
                "jane@example.com"
        }

        context("what is encrypted, and not signed (OpenID Connect Core §5.3.2),") {
            val unsigned = encrypted("""{"sub":"$SUBJECT","email":"jane@example.com"}""")

            test("gives its claims") {
                answering(unsigned) { decryptable() }.userInfo(ACCESS_TOKEN, SUBJECT).email shouldBe "jane@example.com"
            }

            test("gives its claims where the client is registered for none") {
                val client = answering(unsigned) { decryptable().metadata { userinfoSignedResponseAlg("none") } }

                client.userInfo(ACCESS_TOKEN, SUBJECT).email shouldBe "jane@example.com"
            }

            test("is refused where the client is registered for a signature") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.JWT_USERINFO_EXPECTED,
                    "must be signed with RS256 inside its encryption",
                ) {
                    answering(unsigned) { decryptable().metadata { userinfoSignedResponseAlg("RS256") } }
                        .userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("is refused for another subject") {
                shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "another person") {
                    answering(unsigned) { decryptable() }.userInfo(ACCESS_TOKEN, "other")
                }
            }

            test("is refused where it is a JSON object as it came, without encryption") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "of 3 parts") {
                    answering("""{"sub":"$SUBJECT"}""") { decryptable() }.userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }
        }

        test("asks for a JWT only where the client is registered for one") {
            val server = StubServer().answer("/userinfo", signed(), contentType = JWT)
            server.client(configure = REGISTERED).userInfo(ACCESS_TOKEN, SUBJECT)

            server.lastTo("/userinfo").header("Accept") shouldBe JWT
        }

        for (type in listOf("Application/JWT", "application/jwt;charset=UTF-8", "application/jwt ; x=y")) {
            test("knows a JWT by the media type $type") {
                answering(signed(), type).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
            }
        }

        for (type in listOf("application/json", "application/jwt+json", "text/plain", null)) {
            test("rejects JSON where a JWT is due, with the media type $type") {
                shouldFailWith<InvalidResponseException>(ErrorCode.JWT_USERINFO_EXPECTED, "signed with RS256") {
                    answering("""{"sub":"$SUBJECT"}""", type).userInfo(ACCESS_TOKEN, SUBJECT)
                }.message shouldContain (type ?: "without a media type")
            }
        }

        test("rejects another subject than the expected one") {
            shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "another person") {
                answering(signed()).userInfo(ACCESS_TOKEN, "other")
            }
        }

        for (sub in listOf("1", "\"\"", "null")) {
            test("rejects the subject $sub") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"sub\"") {
                    answering(signed("\"sub\":$sub")).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }
        }

        context("alg") {
            fun listing(vararg algorithms: String) =
                serverMetadata(
                    "userinfo_signing_alg_values_supported" to
                        json(algorithms.joinToString(",", "[", "]") { "\"$it\"" }),
                )

            test("cannot be judged where neither client nor server says which one") {
                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "userinfo_signed_response_alg") {
                    answering(signed(), configure = {}).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("is one that the server lists") {
                answering(
                    signed(),
                    server = listing("RS256"),
                    configure = {},
                ).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe
                    SUBJECT
            }

            test("is rejected where the server does not list it") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "userinfo_signing_alg_values_supported",
                ) {
                    answering(signed(), server = listing("ES256"), configure = {}).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("is rejected where the client is registered for another, whatever the server lists") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "userinfo_signed_response_alg") {
                    answering(
                        signed(),
                        server = listing("RS256"),
                        configure = { metadata { userinfoSignedResponseAlg("ES256") } },
                    ).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            val unsigned = unverifiable(jsonObject("""{"sub":"$SUBJECT"}"""), "none")

            test("none is taken where the client is registered for it") {
                answering(unsigned, configure = { metadata { userinfoSignedResponseAlg("none") } })
                    .userInfo(ACCESS_TOKEN, SUBJECT)
                    .subject shouldBe SUBJECT
            }

            test("none is rejected where only the server lists it") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"none\"") {
                    answering(unsigned, server = listing("none"), configure = {}).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }
        }

        context("claims that need not be there, but must hold where they are") {
            val holding =
                listOf(
                    "\"iss\":\"$ISSUER\"",
                    "\"aud\":\"$CLIENT_ID\"",
                    "\"aud\":[\"other\",\"$CLIENT_ID\"]",
                    "\"exp\":${NOW.epochSecond}",
                    "\"nbf\":${NOW.epochSecond}",
                )
            for (claim in holding) {
                test("takes $claim") {
                    answering(signed(claim)).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
                }
            }

            for (claim in listOf("\"iss\":\"$ISSUER/\"", "\"aud\":\"other\"", "\"aud\":[]")) {
                test("rejects $claim") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "UserInfo: expected") {
                        answering(signed(claim)).userInfo(ACCESS_TOKEN, SUBJECT)
                    }
                }
            }

            for (claim in listOf("\"exp\":${NOW.epochSecond - 30}", "\"nbf\":${NOW.epochSecond + 31}")) {
                test("rejects $claim, which is another time than now") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "the UserInfo is") {
                        answering(signed(claim)).userInfo(ACCESS_TOKEN, SUBJECT)
                    }
                }
            }

            test("takes null for absent") {
                val user = answering(signed("\"iss\":null,\"aud\":null,\"iat\":null")).userInfo(ACCESS_TOKEN, SUBJECT)

                user["iat"] shouldBe JsonNull
            }

            for (claim in listOf("\"iss\":1", "\"aud\":1", "\"exp\":\"x\"", "\"iat\":\"x\"", "\"nbf\":{}")) {
                test("rejects $claim") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "of the UserInfo must be") {
                        answering(signed(claim)).userInfo(ACCESS_TOKEN, SUBJECT)
                    }
                }
            }
        }

        test("rejects a critical header") {
            val token = unverifiable(jsonObject("""{"sub":"$SUBJECT"}"""), header = mapOf("crit" to json("[]")))

            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"crit\"") {
                answering(token).userInfo(ACCESS_TOKEN, SUBJECT)
            }
        }

        test("rejects an encrypted JWT without a decryption key") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "encrypted") {
                answering("a.b.c.d.e").userInfo(ACCESS_TOKEN, SUBJECT)
            }
        }

        test("rejects a body that is no JWT") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "of 3 parts") {
                answering("""{"sub":"$SUBJECT"}""").userInfo(ACCESS_TOKEN, SUBJECT)
            }
        }

        context("the signature") {
            val claims = jsonObject("""{"sub":"$SUBJECT"}""")
            val forged = unverifiable(claims, header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID)))

            fun verifying(body: String): OpenIdClient =
                StubServer()
                    .answer("/userinfo", body, contentType = JWT)
                    .answer("/jwks", TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)))
                    .client {
                        REGISTERED()
                        nonRepudiationChecks()
                    }

            test("of the server's key is taken") {
                verifying(TestKeys.signRsa(claims)).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
            }

            test("is rejected where it is forged") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "the signature of the UserInfo") {
                    verifying(forged).userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("is not looked at without these checks, for the JWT came over TLS") {
                answering(forged).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
            }
        }
    })
