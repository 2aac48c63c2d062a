package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** 64 bytes: enough for every HMAC. */
private val SECRET = "0123456789abcdef".repeat(4)
private val NAMES = mapOf("HS256" to "HmacSHA256", "HS384" to "HmacSHA384", "HS512" to "HmacSHA512")

private fun hmacToken(
    vararg changes: Pair<String, JsonElement?>,
    algorithm: String = "HS256",
    key: ByteArray = SECRET.encodeToByteArray(),
): String =
    TestKeys.compact(idTokenClaims(*changes), algorithm) { input ->
        val name = NAMES.getValue(algorithm)
        Mac.getInstance(name).apply { init(SecretKeySpec(key, name)) }.doFinal(input)
    }

private fun ClientSettings.registered(algorithm: String = "HS256") {
    clientSecret(SECRET)
    metadata { idTokenSignedResponseAlg(algorithm) }
}

private suspend fun tokens(
    idToken: String,
    configure: ClientSettings.() -> Unit = { registered() },
): TokenResponse =
    StubServer()
        .answerKeys()
        .answerTokens("id_token" to JsonPrimitive(idToken))
        .client(configure = configure)
        .grant("urn:example")

class ClientSecretSignatureSpec :
    FunSpec({
        suspend fun notVerified(block: suspend () -> Any?) =
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") { block() }

        for (algorithm in NAMES.keys) {
            test("an ID Token with $algorithm is verified with the client secret, always") {
                tokens(hmacToken(algorithm = algorithm)) { registered(algorithm) }.claims?.subject shouldBe
                    "248289761001"
                val forged = hmacToken(algorithm = algorithm, key = ByteArray(64) { 1 })
                notVerified { tokens(forged) { registered(algorithm) } }
            }
        }

        test("the secret may be the one that the authentication was given") {
            val settings: ClientSettings.() -> Unit = {
                authentication = ClientSecretBasic(SECRET)
                metadata { idTokenSignedResponseAlg("HS256") }
            }
            tokens(hmacToken(), settings).claims?.subject shouldBe "248289761001"
            notVerified { tokens(hmacToken(key = ByteArray(32)), settings) }
        }

        for (other in listOf("HS384", "HS512")) {
            test("$other is not taken where HS256 is registered") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with HS256") {
                    tokens(hmacToken(algorithm = other))
                }
            }
        }

        test("a public-key signature and none are not taken where HS256 is registered") {
            for (token in listOf(TestKeys.signRsa(idTokenClaims()), TestKeys.compact(idTokenClaims(), "none") { it })) {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with HS256") {
                    tokens(token)
                }
            }
        }

        test("an HMAC that only the server lists is refused, and the way to it is named") {
            val server = StubServer().answerKeys().answerTokens("id_token" to JsonPrimitive(hmacToken()))
            val listed = serverMetadata("id_token_signing_alg_values_supported" to json("""["HS256","RS256"]"""))
            shouldFailWith<UnsupportedFeatureException>(
                ErrorCode.UNSUPPORTED_OPERATION,
                "name it as \"id_token_signed_response_alg\"",
            ) {
                server.client(listed) { clientSecret(SECRET) }.grant("urn:example")
            }
        }

        test("an HMAC with the public key of the server, as text or encoded, is never taken") {
            val public = TestKeys.rsa.toRSAPublicKey()
            val jwk = TestKeys.publicJwk(TestKeys.rsa).toString().encodeToByteArray()
            for (key in listOf(public.encoded, jwk)) {
                notVerified { tokens(hmacToken(key = key)) }
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with RS256") {
                    tokens(hmacToken(key = key)) { clientSecret(SECRET) }
                }
            }
        }

        test("verifyIdToken refuses HMAC, also where the client is registered for it") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "an HMAC is not taken here") {
                StubServer().answerKeys().client { registered() }.verifyIdToken(hmacToken(), null)
            }
        }

        test("at_hash is compared with the hash of the HMAC") {
            tokens(hmacToken("at_hash" to leftHalfOfSha256(ACCESS_TOKEN)))
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"at_hash\"") {
                tokens(hmacToken("at_hash" to leftHalfOfSha256("another")))
            }
        }

        test("in the front channel too the client secret verifies it, and nothing else") {
            val claims = arrayOf<Pair<String, JsonElement?>>("nonce" to JsonPrimitive(NONCE))
            val pending = pendingAuthorization(nonce = NONCE)
            val client =
                StubServer().client {
                    useIdTokenResponseType()
                    registered()
                }

            fun callback(token: String) = AuthorizationCallback.url("$REDIRECT_URI#state=$STATE&id_token=$token")
            client.implicitAuthentication(callback(hmacToken(*claims)), pending).subject shouldBe "248289761001"
            notVerified { client.implicitAuthentication(callback(hmacToken(*claims, key = ByteArray(32))), pending) }
            notVerified {
                val hybrid = hmacToken(*claims, "c_hash" to leftHalfOfSha256(CODE), key = ByteArray(32))
                hybridSignIn(hybridCallback(hybrid)) { registered() }
            }
        }

        context("UserInfo with HS256") {
            suspend fun user(key: ByteArray) =
                StubServer()
                    .answer("/userinfo", hmacToken(key = key), contentType = "application/jwt")
                    .client {
                        clientSecret(SECRET)
                        metadata { userinfoSignedResponseAlg("HS256") }
                    }.userInfo(ACCESS_TOKEN, "248289761001")

            test("is verified with the client secret, always") {
                user(SECRET.encodeToByteArray()).subject shouldBe "248289761001"
                notVerified { user(ByteArray(32)) }
            }
        }

        for ((algorithm, size) in mapOf("HS256" to 32, "HS384" to 48, "HS512" to 64)) {
            test("$algorithm needs a client secret of $size bytes when the client is made") {
                fun made(
                    secret: String?,
                    name: String = "id_token_signed_response_alg",
                ) = StubServer().client {
                    secret?.let { clientSecret(it) }
                    metadata { member(name, algorithm) }
                }
                made("é".repeat(size / 2))
                val short = shouldThrow<IllegalArgumentException> { made("s".repeat(size - 1)) }
                short.message shouldContain "at least $size bytes, but it has ${size - 1}"
                shouldThrow<IllegalArgumentException> { made(null) }.message shouldContain "but there is none"
                shouldThrow<IllegalArgumentException> { made("s", "userinfo_signed_response_alg") }
            }
        }
    })
