@file:OptIn(DraftSpecification::class)

package dev.openidclient.agent

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.TokenType
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val AUDIENCE = "https://as.resource.example"
private const val URN = "urn:ietf:params:oauth:token-type:id-jag"
private const val PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag"

/** What the provider issues, with [claims] and [typ] in place of the right ones: null removes. */
private fun idJag(
    vararg claims: Pair<String, JsonElement?>,
    typ: String? = "oauth-id-jag+jwt",
): String {
    val right =
        mapOf<String, JsonElement>(
            "iss" to JsonPrimitive(ISSUER),
            "aud" to JsonPrimitive(AUDIENCE),
            "sub" to JsonPrimitive("alice"),
        )
    val all = (right + claims).mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
    val header = typ?.let { mapOf("typ" to JsonPrimitive(it)) }.orEmpty()
    return unverifiable(JsonObject(all), header = header)
}

/** A provider that issues [token], with [changes] of its answer: null removes. */
private fun provider(
    token: String = idJag(),
    vararg changes: Pair<String, JsonElement?>,
): StubServer =
    StubServer().answerTokens(
        "access_token" to JsonPrimitive(token),
        "token_type" to JsonPrimitive("N_A"),
        "issued_token_type" to JsonPrimitive(URN),
        *changes,
    )

private suspend fun StubServer.assertion(client: OpenIdClient = client()): IdentityAssertion =
    client.identityAssertion("id-token", TokenType.ID_TOKEN, AUDIENCE)

private fun list(vararg values: String): JsonElement = json(values.joinToString(",", "[", "]") { "\"$it\"" })

class IdentityAssertionSpec :
    FunSpec({
        context("the request to the provider") {
            test("is a token exchange of the ID Token for an identity assertion to the other server") {
                val signedIn = StubServer().answerTokens("id_token" to idToken()).client().grant("urn:x")
                val server = provider()
                server.client().identityAssertion(signedIn, AUDIENCE) {
                    resource("https://mcp.example.com/mcp")
                    scope("files:read")
                }

                server.lastTo("/token").form.toMap() shouldBe
                    mapOf(
                        "resource" to listOf("https://mcp.example.com/mcp"),
                        "scope" to listOf("files:read"),
                        "requested_token_type" to listOf(URN),
                        "audience" to listOf(AUDIENCE),
                        "subject_token" to listOf(signedIn.idToken),
                        "subject_token_type" to listOf("urn:ietf:params:oauth:token-type:id_token"),
                        "grant_type" to listOf("urn:ietf:params:oauth:grant-type:token-exchange"),
                        "client_id" to listOf(CLIENT_ID),
                    )
            }

            for (type in listOf(TokenType.ID_TOKEN, TokenType.SAML2, TokenType.REFRESH_TOKEN)) {
                test("names a subject token of the type $type") {
                    val server = provider()
                    server.client().identityAssertion("subject", type, AUDIENCE)

                    server.lastTo("/token").form["subject_token"] shouldBe "subject"
                    server.lastTo("/token").form["subject_token_type"] shouldBe type
                }
            }

            for (type in listOf(TokenType.ACCESS_TOKEN, TokenType.JWT, "")) {
                test("is not made for a subject token of the type \"$type\"") {
                    val server = provider()

                    shouldThrow<IllegalArgumentException> { server.client().identityAssertion("a", type, AUDIENCE) }
                    server.received.shouldBeEmpty()
                }
            }

            for (name in listOf("audience", "requested_token_type", "subject_token", "subject_token_type")) {
                test("has a $name that the caller cannot set") {
                    shouldThrow<IllegalArgumentException> {
                        provider().client().identityAssertion("a", TokenType.ID_TOKEN, AUDIENCE) {
                            parameter(name, "x")
                        }
                    }
                }
            }

            test("is not made without a token, an audience or an ID Token, or with those of another server") {
                val server = provider()
                val client = server.client()
                val without = StubServer().answerTokens().client().grant("urn:x")
                val other = StubServer().answerTokens().client(serverMetadata("issuer" to JsonPrimitive(AUDIENCE)))

                shouldThrow<IllegalArgumentException> { client.identityAssertion("", TokenType.ID_TOKEN, AUDIENCE) }
                shouldThrow<IllegalArgumentException> { client.identityAssertion("a", TokenType.ID_TOKEN, "") }
                shouldThrow<IllegalArgumentException> {
                    client.identityAssertion(
                        without,
                        AUDIENCE,
                    )
                }.message shouldContain
                    "without an ID Token"
                shouldThrow<IllegalArgumentException> {
                    client.identityAssertion(other.grant("urn:x"), AUDIENCE)
                }.message shouldContain "use the client that got them"
                server.received.shouldBeEmpty()
            }

            test("is not sent where the provider lists the token types that it issues, and not this one") {
                val server = provider()
                val member = "identity_chaining_requested_token_types_supported"
                for (listed in listOf(list(), list(TokenType.JWT))) {
                    val client = server.client(serverMetadata(member to listed))

                    shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, member) {
                        server.assertion(client)
                    }.reached shouldBe Reached.NO
                }
                server.received.shouldBeEmpty()

                shouldNotThrowAny { server.assertion(server.client(serverMetadata(member to list("x", URN)))) }
            }
        }

        context("what the provider answers") {
            test("is kept with whom it is for, and until when") {
                val server = provider(changes = arrayOf("scope" to JsonPrimitive("files:read")))
                val assertion = server.assertion()

                assertion.assertion shouldBe idJag()
                assertion.audience shouldBe AUDIENCE
                assertion.expiresAt shouldBe NOW + Duration.ofHours(1)
                assertion.scope shouldBe "files:read"
                provider(changes = arrayOf("expires_in" to null)).assertion().expiresAt shouldBe null
            }

            for (value in listOf(null, TokenType.JWT, URN.uppercase())) {
                test("is refused where issued_token_type is $value") {
                    val server = provider(changes = arrayOf("issued_token_type" to value?.let(::JsonPrimitive)))

                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"issued_token_type\"") {
                        server.assertion()
                    }
                }
            }

            for (type in listOf("N_A", "n_a", "N_a")) {
                test("may say its token type as $type") {
                    provider(changes = arrayOf("token_type" to JsonPrimitive(type))).assertion().assertion shouldBe
                        idJag()
                }
            }

            for (type in listOf("Bearer", "DPoP")) {
                test("is refused where it is an access token: $type") {
                    val server = provider(changes = arrayOf("token_type" to JsonPrimitive(type)))
                    val failure =
                        shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"token_type\"") {
                            server.assertion()
                        }

                    failure.reached shouldBe Reached.ANSWERED
                    failure.unacceptedTokens?.accessToken shouldBe idJag()
                }
            }

            for (typ in listOf("application/oauth-id-jag+jwt", "OAuth-ID-JAG+JWT")) {
                test("may spell its typ as $typ") { shouldNotThrowAny { provider(idJag(typ = typ)).assertion() } }
            }

            for (typ in listOf(null, "JWT", "at+jwt")) {
                test("is refused where its typ is $typ") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"typ\"") {
                        provider(idJag(typ = typ)).assertion()
                    }
                }
            }

            test("may have its audience in an array of one") {
                shouldNotThrowAny { provider(idJag("aud" to list(AUDIENCE))).assertion() }
            }

            for (audience in listOf(
                null,
                JsonPrimitive(ISSUER),
                JsonPrimitive("$AUDIENCE/"),
                list(),
                list(ISSUER),
                list(AUDIENCE, ISSUER),
                jsonObject("{}"),
            )) {
                test("is refused where it is for $audience") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$AUDIENCE\" alone") {
                        provider(idJag("aud" to audience)).assertion()
                    }.subject shouldBe "claim:aud"
                }
            }

            for (issuer in listOf(null, AUDIENCE, "$ISSUER/")) {
                test("is refused where its issuer is $issuer") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                        provider(idJag("iss" to issuer?.let(::JsonPrimitive))).assertion()
                    }
                }
            }

            test("may be that the person must sign in otherwise, or again: a step-up") {
                val refusing =
                    StubServer().answer(
                        "/token",
                        """{"error":"insufficient_user_authentication","acr_values":"phr phrh","max_age":300}""",
                        status = 400,
                    )
                val refused = shouldThrow<ResponseBodyException> { refusing.assertion() }
                val stepUp = checkNotNull(AccessChallenge.of(refused))

                stepUp.acrValues shouldBe listOf("phr", "phrh")
                stepUp.maxAge shouldBe Duration.ofMinutes(5)
            }

            test("is no step-up where it is refused for another reason") {
                val refusing =
                    StubServer().answer(
                        "/token",
                        """{"error":"invalid_grant","max_age":300}""",
                        status = 400,
                    )

                AccessChallenge.of(shouldThrow<ResponseBodyException> { refusing.assertion() }) shouldBe null
            }

            test("is taken as it is where it is no JWS") {
                for (opaque in listOf("opaque", "a.b.c.d.e")) provider(opaque).assertion().assertion shouldBe opaque
            }

            test("must be bound to the DPoP key of the client where that has one") {
                val dpop = Dpop(SigningKey.generate("ES256"))
                val bound = idJag("cnf" to jsonObject("""{"jkt":"${dpop.thumbprint()}"}"""))
                val server = provider(bound)

                server.assertion(server.client().withDpop(dpop)).assertion shouldBe bound
            }

            for ((name, cnf) in mapOf(
                "none" to null,
                "a certificate" to """{"x5t#S256":"x"}""",
                "another key" to """{"jkt":"x"}""",
            )) {
                test("is refused where it is bound to $name, and not to the DPoP key") {
                    val server = provider(idJag("cnf" to cnf?.let(::jsonObject)))
                    val client = server.client().withDpop(Dpop(SigningKey.generate("ES256")))

                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "DPoP key") {
                        server.assertion(client)
                    }.subject shouldBe "claim:cnf"
                }
            }
        }

        context("the request to the other server") {
            fun other(vararg metadata: Pair<String, JsonElement?>): Pair<StubServer, OpenIdClient> {
                val server = StubServer().answerTokens()
                return server to server.client(serverMetadata("issuer" to JsonPrimitive(AUDIENCE), *metadata))
            }

            test("has the assertion, and nothing else of its own") {
                val (server, client) = other()
                client.jwtBearerGrant(provider().assertion()).accessToken

                server.lastTo("/token").form.toMap() shouldBe
                    mapOf(
                        "assertion" to listOf(idJag()),
                        "grant_type" to listOf("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                        "client_id" to listOf(CLIENT_ID),
                    )
            }

            test("may be made again while the assertion lives") {
                val (server, client) = other()
                val assertion = provider().assertion()
                repeat(2) { client.jwtBearerGrant(assertion) }

                server.countOf("/token") shouldBe 2
            }

            test("is not made to a server that the assertion is not for") {
                val assertion = provider().assertion()
                val server = StubServer().answerTokens()

                shouldThrow<IllegalArgumentException> {
                    server.client().jwtBearerGrant(
                        assertion,
                    )
                }.message shouldContain
                    "the identity assertion is for \"$AUDIENCE\""
                server.received.shouldBeEmpty()
            }

            test("is not made where the server lists grant profiles, and not this one") {
                val assertion = provider().assertion()
                val member = "authorization_grant_profiles_supported"
                val (server, client) = other(member to list("urn:x"))

                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, member) {
                    client.jwtBearerGrant(assertion)
                }.reached shouldBe Reached.NO
                server.received.shouldBeEmpty()

                val (listing, listed) = other(member to list(PROFILE))
                listed.jwtBearerGrant(assertion)
                listing.countOf("/token") shouldBe 1
            }
        }

        test("prints nothing of the assertion") {
            provider().assertion().toString() shouldBe "IdentityAssertion(██)"
        }
    })
