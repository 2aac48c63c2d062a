package dev.openidclient.resourceserver

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.MACSigner
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException

private val SECONDS = NOW.epochSecond
private const val OTHER = "https://other.example.com"

class AccessTokenValidationSpec :
    FunSpec({
        suspend fun refuse(
            token: String,
            part: String,
            world: ApiWorld = ApiWorld(),
            ofIssuer: IssuerSettings.() -> Unit = {},
        ): Throwable? {
            val refused = world.api(ofIssuer).shouldRefuse(bearer(token), 401, INVALID_BEARER)
            refused.error shouldBe "invalid_token"
            refused.message shouldContain part
            return refused.cause
        }

        suspend fun refuseClaim(
            name: String,
            value: JsonElement?,
            part: String = name,
        ) {
            val cause = refuse(accessToken(name to value), part)
            withClue(name) { cause.shouldBeInstanceOf<OAuthException>() }
        }

        test("a token as RFC 9068 has it is taken, and says what it grants") {
            val header = accessHeader("kid" to JsonPrimitive("rsa-1"))
            val claims =
                jsonObject(
                    """{"iss":"$ISSUER","sub":"5ba552d67","aud":"$RESOURCE","exp":${SECONDS + 60},"iat":$SECONDS,
                       "auth_time":${SECONDS - 5},"jti":"dbe39bf3a3ba4238a513f51d6e1691c4","client_id":"s6BhdRkqt3",
                       "scope":"openid profile reademail","acr":"phr"}""",
                )
            val world = ApiWorld()
            val access = world.api().authorize(bearer(TestKeys.signRsa(claims, header = header)))

            access.issuer shouldBe ISSUER
            access.subject shouldBe "5ba552d67"
            access.clientId shouldBe CLIENT_ID
            access.scopes shouldContainExactly setOf("openid", "profile", "reademail")
            access.audience shouldContainExactly listOf(RESOURCE)
            access.expiresAt shouldBe NOW.plusSeconds(60)
            access.acr shouldBe "phr"
            access.authTime shouldBe NOW.minusSeconds(5)
            access.confirmation.shouldBeNull()
            access.authorizationDetails.shouldBeEmpty()
            access.tokenType shouldBe "Bearer"
            access.responseHeaders shouldBe emptyMap()
            access.json shouldBe claims
            world.sent shouldContainExactly listOf("/.well-known/openid-configuration", "/jwks")
        }

        test("what is no JWT of three parts is refused, and nothing is sent for it") {
            val world = ApiWorld()
            val opaque = listOf("Kz~8mXK1EalYznwH", "a.b", "a.b.c", "a.b.c.d", "..", "a.b.c.d.e", "${accessToken()}=")
            for (token in opaque) refuse(token, "access token", world)
            world.sent.shouldBeEmpty()
        }

        test("a token must say that it is an access token") {
            for (typ in listOf("at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt")) {
                ApiWorld().api().authorize(bearer(signedAccess(accessClaims(), "typ" to JsonPrimitive(typ))))
            }
            val others =
                listOf("JWT", "dpop+jwt", "logout+jwt", "at+jwt ", "application/application/at+jwt", "x/at+jwt", "")
                    .map(::JsonPrimitive) + listOf(null, JsonNull, JsonPrimitive(1), json("[\"at+jwt\"]"))
            for (typ in others) {
                val cause = refuse(signedAccess(accessClaims(), "typ" to typ), "\"typ\" \"at+jwt\"")
                cause.shouldBeInstanceOf<ValidationException>().subject shouldBe ValidationSubject.TYP
            }
        }

        test("acceptUntyped takes a token that says nothing or JWT, and no other kind") {
            val untyped: IssuerSettings.() -> Unit = { acceptUntyped() }
            for (typ in listOf(null, JsonNull, JsonPrimitive("JWT"), JsonPrimitive("application/jwt"))) {
                ApiWorld().api(untyped).authorize(bearer(signedAccess(accessClaims(), "typ" to typ)))
            }
            for (typ in listOf("dpop+jwt", "logout+jwt", "secevent+jwt", "")) {
                val token = signedAccess(accessClaims(), "typ" to JsonPrimitive(typ))
                refuse(token, "\"typ\" \"at+jwt\"", ofIssuer = untyped)
            }
        }

        test("acceptUntyped takes no ID Token and no logout token") {
            for (claim in listOf("nonce", "at_hash")) {
                val looksLike = accessClaims(claim to JsonPrimitive("x"))
                refuse(signedAccess(looksLike, "typ" to null), "is an ID Token") { acceptUntyped() }
                // one that says what it is may have any claim
                ApiWorld().api({ acceptUntyped() }).authorize(bearer(signedAccess(looksLike)))
            }
            val events = json("""{"http://schemas.openid.net/event/backchannel-logout":{}}""")
            refuse(signedAccess(accessClaims("events" to events), "typ" to null), "logout token") { acceptUntyped() }
        }

        test("a token without a signature, or with an HMAC, is refused, and nothing is sent for it") {
            val world = ApiWorld()
            val none = TestKeys.compact(accessClaims(), "none", accessHeader()) { ByteArray(0) }
            refuse(none, "but its \"alg\" is \"none\"", world).shouldBeInstanceOf<ValidationException>()
            // the public key as a secret
            val secret = TestKeys.rsa.toRSAPublicKey().encoded
            for (algorithm in listOf("HS256", "HS384", "HS512")) {
                val forged =
                    TestKeys.compact(accessClaims(), algorithm, accessHeader()) {
                        MACSigner(secret).sign(JWSHeader(JWSAlgorithm.parse(algorithm)), it).decode()
                    }
                refuse(forged, "but its \"alg\" is \"$algorithm\"", world)
            }
            for (algorithm in listOf("", "rs256", "NONE", "A256KW")) {
                refuse(TestKeys.compact(accessClaims(), algorithm, accessHeader()) { it }, "\"alg\"", world)
            }
            world.sent.shouldBeEmpty()
        }

        test("the algorithms of the issuer are the only ones, and Ed25519 has two names") {
            val token = signedAccess()
            refuse(token, "must be signed with ES256 or PS256") { algorithms(JwsAlgorithm.ES256, JwsAlgorithm.PS256) }
            ApiWorld().api({ algorithms(JwsAlgorithm.RS256) }).authorize(bearer(token))
            val header = accessHeader("kid" to JsonPrimitive("ed-1"))
            for (name in listOf(JwsAlgorithm.ED25519, JwsAlgorithm.EDDSA)) {
                for (written in listOf("Ed25519", "EdDSA")) {
                    val world = ApiWorld()
                    world.server.answer("/jwks", TestKeys.jwks(TestKeys.ed25519Jwk()))
                    val ed = TestKeys.signEd25519(accessClaims(), written, header)
                    world.api({ algorithms(name) }).authorize(bearer(ed))
                }
            }
        }

        test("every algorithm is taken whose key the server has") {
            val ec = TestKeys.signEc(accessClaims(), header = accessHeader("kid" to JsonPrimitive("ec-1")))
            ApiWorld().api().authorize(bearer(ec))
            for (algorithm in listOf("RS384", "RS512", "PS256", "PS512")) {
                ApiWorld().api().authorize(bearer(TestKeys.signRsa(accessClaims(), algorithm, header = accessHeader())))
            }
        }

        test("a critical header parameter is refused, whatever it is") {
            val world = ApiWorld()
            for (critical in listOf(json("[\"exp\"]"), json("[]"), JsonNull, json("[\"b64\"]"))) {
                refuse(signedAccess(accessClaims(), "crit" to critical), "\"crit\"", world)
            }
            world.sent.shouldBeEmpty()
        }

        test("a key that the token brings along, or says where to find, is never used") {
            val world = ApiWorld()
            val own = TestKeys.publicJwk(TestKeys.otherRsa)
            for (header in listOf("jwk" to own, "jku" to JsonPrimitive("$OTHER/jwks"), "x5u" to JsonPrimitive(OTHER))) {
                val forged =
                    TestKeys.signRsa(accessClaims(), key = TestKeys.otherRsa, header = accessHeader() + header)
                refuse(forged, "does not verify", world)
                world.api().authorize(bearer(signedAccess(accessClaims(), header)))
            }
            world.server.received
                .none { it.url.startsWith(OTHER) } shouldBe true
        }

        test("an issuer that is not named is asked nothing, and no discovery follows from a token") {
            val world = ApiWorld()
            for (iss in listOf(OTHER, "$ISSUER/", "HTTPS://AS.EXAMPLE.COM", "https://as.example.com:443", "")) {
                refuse(accessToken("iss" to JsonPrimitive(iss)), "which the settings do not name", world)
            }
            refuse(accessToken("iss" to JsonPrimitive("$ISSUER/")), "as tokens name them, and has \"$ISSUER\"", world)
            for (iss in listOf(null, JsonNull, JsonPrimitive(1), json("[\"$ISSUER\"]"))) {
                refuse(accessToken("iss" to iss), "must have the claim \"iss\"", world)
            }
            world.sent.shouldBeEmpty()
        }

        test("a token with the key of another issuer that is trusted too is refused") {
            val world = ApiWorld()
            val others = TestKeys.jwks(TestKeys.publicJwk(TestKeys.otherRsa))
            world.server
                .answer(
                    "/other/.well-known/openid-configuration",
                    serverMetadata(
                        "issuer" to JsonPrimitive("$ISSUER/other"),
                        "jwks_uri" to JsonPrimitive("$ISSUER/other/jwks"),
                    ).json.toString(),
                ).answer("/other/jwks", others)
            val api = world.api { issuer("$ISSUER/other") }
            val header = accessHeader("kid" to JsonPrimitive("rsa-2"))
            val theirs = accessClaims("iss" to JsonPrimitive("$ISSUER/other"))
            val access = api.authorize(bearer(TestKeys.signRsa(theirs, key = TestKeys.otherRsa, header = header)))
            access.issuer shouldBe "$ISSUER/other"

            val forged = TestKeys.signRsa(accessClaims(), key = TestKeys.otherRsa, header = header)
            api.shouldRefuse(bearer(forged), 401, INVALID_BEARER).message shouldContain "a key of $ISSUER/jwks must fit"
        }

        test("a metadata document that names another issuer is the server's fault, and no token is taken") {
            val world = ApiWorld()
            world.server.answer(
                "/.well-known/openid-configuration",
                serverMetadata("issuer" to JsonPrimitive(OTHER)).json.toString(),
            )
            val failure = failureOf { world.api().authorize(bearer(accessToken())) }
            failure.shouldBeInstanceOf<ValidationException>().subject shouldBe ValidationSubject.ISSUER
        }

        test("a token must name its issuer as that one names itself") {
            val world = ApiWorld()
            world.server.answer(
                "/.well-known/openid-configuration",
                serverMetadata("issuer" to JsonPrimitive("$ISSUER/")).json.toString(),
            )
            refuse(accessToken(), "expected \"iss\" \"$ISSUER/\"", world)
        }

        for (claim in listOf("exp", "aud", "sub", "client_id", "iat", "jti")) {
            test("a token must have $claim") {
                refuseClaim(claim, null, "must have the claim \"$claim\"")
                refuseClaim(claim, JsonNull, "must have the claim \"$claim\"")
            }
        }

        test("each claim must be of its type") {
            for (claim in listOf("exp", "iat", "nbf")) {
                for (value in listOf(JsonPrimitive("$SECONDS"), JsonPrimitive(true), json("[]"))) {
                    refuseClaim(claim, value, "claim \"$claim\" of the access token must be a number")
                }
            }
            for (claim in listOf("sub", "client_id", "jti")) {
                for (value in listOf(JsonPrimitive(1), JsonPrimitive(""), json("[\"a\"]"), json("{}"))) {
                    refuseClaim(claim, value, "the claim \"$claim\" of the access token must be a text")
                }
            }
            for (value in listOf(JsonPrimitive(1), json("{}"), json("[\"$RESOURCE\",1]"))) {
                refuseClaim("aud", value, "claim \"aud\"")
            }
        }

        test("acceptMissing takes a token without the claims that it names, and checks those that are there") {
            val missing: IssuerSettings.() -> Unit = {
                acceptMissing("jti", "client_id")
                acceptMissing("sub", "iat")
            }
            val bare = accessToken("jti" to null, "client_id" to null, "sub" to null, "iat" to null)
            val access = ApiWorld().api(missing).authorize(bearer(bare))
            access.subject.shouldBeNull()
            access.clientId.shouldBeNull()
            refuse(accessToken("jti" to JsonPrimitive(1)), "must be a text", ofIssuer = missing)
            refuse(accessToken("exp" to null), "must have the claim \"exp\"", ofIssuer = missing)
            refuse(accessToken("sub" to null), "acceptMissing(\"sub\")") { acceptMissing("jti") }
        }

        test("a token is taken until it expires, with the tolerance for clocks") {
            suspend fun taken(vararg changes: Pair<String, JsonElement?>) =
                ApiWorld().api().authorize(bearer(accessToken(*changes)))
            taken("exp" to JsonPrimitive(SECONDS - 29))
            refuseClaim("exp", JsonPrimitive(SECONDS - 30), "is expired")
            taken("nbf" to JsonPrimitive(SECONDS + 30))
            refuseClaim("nbf", JsonPrimitive(SECONDS + 31), "is not valid yet")
            taken("iat" to JsonPrimitive(SECONDS + 30))
            refuseClaim("iat", JsonPrimitive(SECONDS + 31), "was issued in the future")
        }

        test("a token must be for this resource server, by exactly its name") {
            for (aud in listOf(OTHER, "$RESOURCE/", "HTTPS://api.example.com", CLIENT_ID, "")) {
                refuseClaim("aud", JsonPrimitive(aud), "must be for \"$RESOURCE\"")
            }
            refuseClaim("aud", json("[]"), "is for nobody")
            refuseClaim("aud", json("[\"$OTHER\",\"a\"]"), "is for \"$OTHER\" or \"a\"")
            ApiWorld().api().authorize(bearer(accessToken("aud" to json("[\"$OTHER\",\"$RESOURCE\"]"))))
        }

        test("audience names what else this resource server is") {
            val token = accessToken("aud" to JsonPrimitive("orders"))
            ApiWorld().api { audience("orders", "billing") }.authorize(bearer(token))
            ApiWorld().api { audience("orders") }.authorize(bearer(accessToken()))
        }

        test("a token that was changed, or signed by another, is refused") {
            val token = accessToken()
            val (header, claims, signature) = token.split('.')
            val others = TestKeys.base64Url(accessClaims("sub" to JsonPrimitive("admin")).toString())
            refuse("$header.$others.$signature", "does not verify")
            val another = accessToken("jti" to JsonPrimitive("b")).substringAfterLast('.')
            refuse("$header.$claims.$another", "does not verify")
            val forged = TestKeys.signRsa(accessClaims(), key = TestKeys.otherRsa, header = accessHeader())
            refuse(forged, "does not verify")
            refuse("$header.$claims.", "does not verify")
        }

        test("of the texts that say the same signature one is taken") {
            val token = accessToken()
            // of the last character of 256 bytes, four bits stand for nothing
            refuse(token.dropLast(1) + (token.last() + 1), "not exactly base64url")
        }

        test("that a key cannot be reached is not the token's fault") {
            val unreachable =
                object : DecryptionKey {
                    override val keyId = null
                    override val algorithms = setOf("RSA-OAEP-256")
                    override val curve = null

                    override suspend fun decrypt(jwe: String): ByteArray = throw IOException("down")
                }
            val failure =
                shouldThrow<DecryptionException> {
                    ApiWorld().api { decryption(unreachable) }.authorize(bearer(encrypted(accessToken())))
                }
            failure.cause.shouldBeInstanceOf<IOException>()
        }

        test("an encrypted token is opened where there is a key for it, and what is in it is judged as ever") {
            val key = DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256")
            val access = ApiWorld().api { decryption(key) }.authorize(bearer(encrypted(accessToken())))
            access.subject shouldBe "248289761001"

            refuse(encrypted(accessToken()), "decryption(…)")
            val api = ApiWorld().api { decryption(listOf(key), "A128GCM") }
            api.shouldRefuse(bearer(encrypted(accessToken())), 401, INVALID_BEARER)
            val open = ApiWorld().api { decryption(key) }
            for (inner in listOf(accessToken("aud" to JsonPrimitive(OTHER)), "{}", encrypted(accessToken()))) {
                open.shouldRefuse(bearer(encrypted(inner)), 401, INVALID_BEARER)
            }
            open.shouldRefuse(bearer("a.b.c.d.e"), 401, INVALID_BEARER)
            open.authorize(bearer(accessToken()))
        }

        test("scopes are a text in scope, or what scopeClaim names, as text or array") {
            suspend fun scopes(
                ofIssuer: IssuerSettings.() -> Unit,
                vararg changes: Pair<String, JsonElement?>,
            ) = ApiWorld().api(ofIssuer).authorize(bearer(accessToken(*changes))).scopes

            scopes({}) shouldBe setOf("orders:read", "orders:write")
            scopes({}, "scope" to json("[\"a\",\"b\"]")) shouldBe emptySet()
            scopes({}, "scope" to null, "scp" to JsonPrimitive("a b")) shouldBe emptySet()
            scopes({ scopeClaim("scp") }, "scp" to JsonPrimitive("a b")) shouldBe setOf("a", "b")
            scopes({ scopeClaim("scp") }, "scp" to json("[\"a\",\"b\",1]")) shouldBe setOf("a", "b")
            scopes({ scopeClaim("scp") }) shouldBe emptySet()
        }

        test("a header that is no object, or has a kid that is no text, is the token's fault") {
            val claims = TestKeys.base64Url(accessClaims().toString())
            for (header in listOf("[]", "1", "{", "{\"alg\":\"RS256\"")) {
                refuse("${TestKeys.base64Url(header)}.$claims.AAAA", "access token")
            }
            refuse(signedAccess(accessClaims(), "kid" to JsonPrimitive(1)), "\"kid\"")
            refuse("${TestKeys.base64Url(JsonObject(accessHeader()).toString())}.$claims.A", "access token")
            val header = JsonObject(accessHeader() + ("alg" to JsonPrimitive("RS256")))
            refuse("${TestKeys.base64Url(header.toString())}.$claims.A", "is not base64url")
        }

        test("all failures of a token say the same to its sender") {
            val tokens =
                listOf(
                    accessToken("exp" to JsonPrimitive(1)),
                    accessToken("aud" to JsonPrimitive("x")),
                    accessToken("iss" to JsonPrimitive("x")),
                    signedAccess(accessClaims(), "typ" to null),
                    "opaque",
                )
            val api = ApiWorld().api()
            tokens.map { api.refusal(bearer(it)).headers }.toSet().size shouldBe 1
            api.refusal(bearer(tokens.first())).code shouldBe ErrorCode.REQUEST_REFUSED
        }
    })

private suspend fun failureOf(call: suspend () -> Any?): OAuthException? =
    try {
        call()
        null
    } catch (e: OAuthException) {
        e
    }
