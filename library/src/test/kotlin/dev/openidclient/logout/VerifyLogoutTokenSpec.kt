package dev.openidclient.logout

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.LogoutToken
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Duration
import java.time.Instant
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

private const val EVENT = "http://schemas.openid.net/event/backchannel-logout"
private val SECONDS = NOW.epochSecond

private fun claims(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val members =
        mutableMapOf(
            "iss" to JsonPrimitive(ISSUER),
            "aud" to JsonPrimitive(CLIENT_ID),
            "iat" to JsonPrimitive(SECONDS),
            "exp" to JsonPrimitive(SECONDS + 120),
            "jti" to JsonPrimitive("a-jti"),
            "sub" to JsonPrimitive("alice"),
            "sid" to JsonPrimitive("a-sid"),
            "events" to json("""{"$EVENT":{}}"""),
        )
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members)
}

private fun headerOf(typ: JsonElement?): Map<String, JsonElement> =
    mapOf("kid" to JsonPrimitive("rsa-1")) + listOfNotNull(typ?.let { "typ" to it })

private fun token(
    vararg changes: Pair<String, JsonElement?>,
    typ: JsonElement? = JsonPrimitive("logout+jwt"),
): String = TestKeys.signRsa(claims(*changes), header = headerOf(typ))

/** Remembers what it is asked. */
private class AskedCache : ReplayCache {
    val asked = mutableListOf<Pair<String, Instant>>()

    override suspend fun register(
        key: String,
        until: Instant,
    ): Boolean = asked.none { it.first == key }.also { asked += key to until }
}

private suspend fun verify(
    token: String,
    replays: ReplayCache = AskedCache(),
    checks: LogoutTokenChecks.() -> Unit = {},
    configure: ClientSettings.() -> Unit = {},
): LogoutToken = StubServer().answerKeys().client(configure = configure).verifyLogoutToken(token, replays, checks)

class VerifyLogoutTokenSpec :
    FunSpec({
        suspend fun invalid(
            part: String,
            token: String,
            configure: ClientSettings.() -> Unit = {},
        ) = shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, part) {
            verify(token, configure = configure)
        }

        suspend fun mismatch(
            subject: String,
            token: String,
            code: String = ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
        ) {
            val cache = AskedCache()
            shouldFailWith<ValidationException>(code, "") { verify(token, cache) }.subject shouldBe subject
            cache.asked.shouldBeEmpty()
        }

        suspend fun untimely(
            claim: String,
            token: String,
        ) = mismatch(ValidationSubject.claim(claim), token, ErrorCode.JWT_TIMESTAMP_CHECK_FAILED)

        test("a logout token is taken, and says whose session has ended") {
            val verified = verify(token())
            verified.issuer shouldBe ISSUER
            verified.subject shouldBe "alice"
            verified.sessionId shouldBe "a-sid"
            verified.audience shouldBe listOf(CLIENT_ID)
            verified.issuedAt shouldBe NOW
            verified.expiresAt shouldBe NOW.plusSeconds(120)
            verified.jwtId shouldBe "a-jti"
        }

        test("one about a person alone, or a session alone, is taken") {
            verify(token("sid" to null)).run { subject to sessionId } shouldBe ("alice" to null)
            verify(token("sub" to null)).run { subject to sessionId } shouldBe (null to "a-sid")
        }

        test("an encrypted one is taken") {
            verify(encrypted(token()), configure = { decryptable() }).subject shouldBe "alice"
        }

        test("one that is not encrypted, where ID Tokens are, is refused") {
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "the logout token must be encrypted") {
                verify(token(), configure = {
                    decryptable()
                    metadata { idTokenEncryptedResponseAlg("RSA-OAEP-256") }
                })
            }.subject shouldBe ValidationSubject.PROTECTION
        }

        test("one that the client secret signs is taken where ID Tokens are signed so") {
            val secret = "s".repeat(32)
            val signed =
                TestKeys.compact(claims(), "HS256") { input ->
                    Mac.getInstance("HmacSHA256").run {
                        init(SecretKeySpec(secret.encodeToByteArray(), "HmacSHA256"))
                        doFinal(input)
                    }
                }
            verify(signed, configure = {
                clientSecret(secret)
                metadata { idTokenSignedResponseAlg("HS256") }
            }).subject shouldBe "alice"
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"HS256\"") { verify(signed) }
        }

        context("the kinds of the conformance suite") {
            test("one with alg none is refused, also where the client metadata names that") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"none\"") {
                    verify(unverifiable(claims(), "none"))
                }.subject shouldBe ValidationSubject.ALG
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "none") {
                    verify(unverifiable(claims(), "none"), configure = {
                        metadata { idTokenSignedResponseAlg("none") }
                    })
                }
            }

            test("one with another alg than ID Tokens have is refused") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"ES256\"") {
                    verify(TestKeys.signEc(claims()))
                }.subject shouldBe ValidationSubject.ALG
            }

            test("one with a signature that does not hold is refused") {
                mismatch(ValidationSubject.SIGNATURE, unverifiable(claims()), ErrorCode.INVALID_RESPONSE)
            }

            test("one of another issuer is refused") {
                mismatch("claim:iss", token("iss" to JsonPrimitive("https://other.example.com")))
            }

            test("one for another client is refused") {
                mismatch("claim:aud", token("aud" to JsonPrimitive("other")))
            }

            test("one without events is refused") { invalid("\"events\"", token("events" to null)) }

            test("one about another event is refused") {
                invalid(EVENT, token("events" to json("""{"http://example.com/other":{}}""")))
            }

            test("one with a nonce is refused") {
                mismatch(ValidationSubject.NONCE, token("nonce" to JsonPrimitive("a-nonce")))
            }

            test("one about nobody is refused") {
                invalid("\"sub\" or \"sid\"", token("sub" to null, "sid" to null))
            }
        }

        context("time") {
            test("an expired one is refused") { untimely("exp", token("exp" to JsonPrimitive(SECONDS - 30))) }

            test("one without exp is refused, but for acceptMissingExp()") {
                invalid("acceptMissingExp() takes one without", token("exp" to null))
                verify(token("exp" to null), checks = { acceptMissingExp() }).expiresAt.shouldBeNull()
            }

            test("one that was issued 5 minutes ago is taken, an older one is not, whatever exp says") {
                val late = "exp" to JsonPrimitive(SECONDS + 3600)
                verify(token("iat" to JsonPrimitive(SECONDS - 330), late)).subject shouldBe "alice"
                untimely("iat", token("iat" to JsonPrimitive(SECONDS - 331), late))
            }

            test("one that was issued in the future is refused") {
                verify(token("iat" to JsonPrimitive(SECONDS + 30))).subject shouldBe "alice"
                untimely("iat", token("iat" to JsonPrimitive(SECONDS + 31)))
            }

            test("one without iat is refused") { invalid("\"iat\"", token("iat" to null)) }

            test("one whose nbf has not come is refused") {
                untimely("nbf", token("nbf" to JsonPrimitive(SECONDS + 60)))
            }
        }

        context("the kind of the token") {
            for (typ in listOf("JWT", "jwt", "logout+jwt", "application/logout+jwt", "Logout+JWT")) {
                test("typ $typ is taken") { verify(token(typ = JsonPrimitive(typ))).subject shouldBe "alice" }
            }

            test("no typ is taken") { verify(token(typ = null)).subject shouldBe "alice" }

            for (typ in listOf("at+jwt", "secevent+jwt", "id+jwt", "dpop+jwt", "x")) {
                test("typ $typ is refused") {
                    mismatch(ValidationSubject.TYP, token(typ = JsonPrimitive(typ)), ErrorCode.INVALID_RESPONSE)
                }
            }

            test("typ that is no string is refused") {
                mismatch(ValidationSubject.TYP, token(typ = JsonPrimitive(1)), ErrorCode.INVALID_RESPONSE)
            }

            test("requireTyped() takes logout+jwt alone") {
                verify(token(), checks = { requireTyped() }).subject shouldBe "alice"
                for (typ in listOf(JsonPrimitive("JWT"), null)) {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "logout+jwt") {
                        verify(token(typ = typ), checks = { requireTyped() })
                    }
                }
            }

            test("an ID Token is refused") { invalid("\"exp\"", idToken("exp" to null).content) }

            test("an ID Token with all of a logout token's times is refused for its events") {
                invalid("\"jti\"", idToken().content)
                invalid("\"events\"", idToken("jti" to JsonPrimitive("a-jti")).content)
            }

            test("an access token is refused") {
                mismatch(
                    ValidationSubject.TYP,
                    TestKeys.signRsa(claims("events" to null), header = headerOf(JsonPrimitive("at+jwt"))),
                    ErrorCode.INVALID_RESPONSE,
                )
            }
        }

        context("the claims") {
            for (events in listOf("""["$EVENT"]""", "\"$EVENT\"", "true", "[]")) {
                test("events $events is refused") {
                    invalid("must be an object", token("events" to json(events)))
                }
            }

            for (event in listOf("true", "[]", "\"\"", "null")) {
                test("an event that is $event is refused") {
                    invalid("an object, but that is", token("events" to json("""{"$EVENT":$event}""")))
                }
            }

            test("a second event beside it does no harm") {
                verify(token("events" to json("""{"a":1,"$EVENT":{"b":2}}"""))).subject shouldBe "alice"
            }

            for (name in listOf("sub", "sid", "jti")) {
                for (value in listOf(JsonPrimitive(""), JsonPrimitive(7))) {
                    test("$name $value is refused") {
                        invalid("\"$name\" of the logout token must be a non-empty string", token(name to value))
                    }
                }
            }

            test("one without jti is refused") { invalid("\"jti\"", token("jti" to null)) }

            test("one for several is taken; with trustAudiences for those that are named") {
                val several = token("aud" to json("""["$CLIENT_ID","other"]"""))
                verify(several).subject shouldBe "alice"
                verify(several, configure = { trustAudiences("other") }).subject shouldBe "alice"
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "logout token: \"aud\"") {
                    verify(several, configure = { trustAudiences("another") })
                }
            }

            test("a client that is registered for sessions takes none about a person alone") {
                val registered: ClientSettings.() -> Unit = { metadata { backchannelLogoutSessionRequired() } }
                invalid("backchannel_logout_session_required", token("sid" to null), registered)
                verify(token(), configure = registered).sessionId shouldBe "a-sid"
            }
        }

        context("a replay") {
            test("the same token is taken once") {
                val cache = InMemoryReplayCache(clock = FIXED_CLOCK)
                verify(token(), cache).subject shouldBe "alice"
                shouldFailWith<ValidationException>(ErrorCode.REPLAY_DETECTED, "came before") {
                    verify(token(), cache)
                }.subject shouldBe "claim:jti"
                verify(token("jti" to JsonPrimitive("another")), cache).jwtId shouldBe "another"
            }

            test("of many at once one is taken") {
                val cache = InMemoryReplayCache(clock = FIXED_CLOCK)
                val client = StubServer().answerKeys().client()
                val verdicts =
                    coroutineScope {
                        List(20) {
                            async {
                                try {
                                    client.verifyLogoutToken(token(), cache).jwtId
                                } catch (e: ValidationException) {
                                    e.code
                                }
                            }
                        }.awaitAll()
                    }
                verdicts.count { it == "a-jti" } shouldBe 1
                verdicts.count { it == ErrorCode.REPLAY_DETECTED } shouldBe 19
            }

            test("is remembered as long as the token would be taken, under a key from which nothing can be told") {
                val cache = AskedCache()
                verify(token(), cache)
                verify(token("jti" to JsonPrimitive("2"), "exp" to JsonPrimitive(SECONDS + 9999)), cache)
                verify(token("jti" to JsonPrimitive("3"), "exp" to null), cache, { acceptMissingExp() })
                cache.asked.map { Duration.between(NOW, it.second).seconds } shouldBe listOf(151, 331, 331)
                for ((key, _) in cache.asked) {
                    key.length shouldBe 43
                    key shouldNotContain "jti"
                }
            }

            test("the same jti for another client or of another issuer is another one") {
                val cache = AskedCache()
                verify(token(), cache)
                val server = StubServer().answerKeys()
                val other =
                    OpenIdClient(serverMetadata(), "other") {
                        transport = server.transport
                        clock = FIXED_CLOCK
                    }
                other.verifyLogoutToken(token("aud" to JsonPrimitive("other")), cache).jwtId shouldBe "a-jti"
                cache.asked.map { it.first }.distinct().size shouldBe 2
            }

            test("a full cache takes nothing, and it is no fault of the token") {
                val full = InMemoryReplayCache(1, FIXED_CLOCK).apply { register("a", Instant.MAX) }
                shouldThrow<ReplayCacheException> { verify(token(), full) }.code shouldBe ErrorCode.REPLAY_CACHE_FAILED
            }

            for (failure in listOf(IOException("secret"), CancellationException("secret"))) {
                test("a cache that throws ${failure.javaClass.simpleName} takes nothing, and its words reach nobody") {
                    val failing =
                        object : ReplayCache {
                            override suspend fun register(
                                key: String,
                                until: Instant,
                            ): Boolean = throw failure
                        }
                    val told = shouldThrow<ReplayCacheException> { verify(token(), failing) }
                    told.stackTraceToString() shouldNotContain "secret"
                }
            }
        }

        test("a security profile allows no token without exp") {
            val client =
                StubServer().client {
                    authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    transportPresentsCertificate()
                    fapi2Security()
                }
            shouldThrow<IllegalArgumentException> {
                client.verifyLogoutToken("x", AskedCache()) { acceptMissingExp() }
            }.message shouldBe
                "FAPI 2.0 Security Profile: acceptMissingExp() must not be called: the profile allows no looser check"
        }

        test("an empty token is the caller's mistake") {
            shouldThrow<IllegalArgumentException> { verify("") }.message shouldBe "the logout token must not be empty"
        }

        test("what is no JWT is refused") { invalid("must be a JWT of 3 parts", "something") }

        context("the request") {
            val form = "application/x-www-form-urlencoded"

            test("has the token in its form") {
                LogoutRequest.read(form, "logout_token=a.b.c").logoutToken shouldBe "a.b.c"
                LogoutRequest.read("$form; charset=UTF-8", "x=y&logout_token=a.b.c").logoutToken shouldBe "a.b.c"
            }

            test("of another media type, or none, is refused") {
                for (type in listOf("application/json", null, "multipart/form-data")) {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "content type") {
                        LogoutRequest.read(type, "logout_token=a.b.c")
                    }
                }
            }

            test("without a token, or with two, is refused") {
                for (body in listOf("", "x=y", "logout_token=", "logout_token=a&logout_token=a")) {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"logout_token\"") {
                        LogoutRequest.read(form, body)
                    }
                }
            }

            test("of more than 64 KiB is refused") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "65537") {
                    LogoutRequest.read(form, "logout_token=".padEnd(65_537, 'x'))
                }
                LogoutRequest.read(form, "logout_token=".padEnd(65_536, 'x'))
            }

            test("does not show the token") {
                LogoutRequest.read(form, "logout_token=a.b.c").toString() shouldBe "LogoutRequest(██)"
            }
        }

        context("the answer") {
            test("to what was done is 200, and nobody stores it") {
                val answer = LogoutAnswer.accepted()
                answer.status shouldBe 200
                answer.headers shouldBe mapOf("cache-control" to "no-store")
                answer.body shouldBe ""
                answer.failure.shouldBeNull()
            }

            test("to what was refused is 400 with invalid_request, and tells no more") {
                val failure = ValidationException(ErrorCode.REPLAY_DETECTED, "the logout token came before")
                val answer = LogoutAnswer.refused(failure)
                answer.status shouldBe 400
                answer.headers shouldBe mapOf("cache-control" to "no-store", "content-type" to "application/json")
                jsonObject(answer.body) shouldBe jsonObject("""{"error":"invalid_request"}""")
                answer.failure shouldBe failure
            }
        }
    })
