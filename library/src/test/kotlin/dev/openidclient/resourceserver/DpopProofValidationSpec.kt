package dev.openidclient.resourceserver

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.RSAPublicKey
import java.time.Duration

private val SECONDS = NOW.epochSecond

private fun text(value: String) = JsonPrimitive(value)

private fun number(value: Long) = JsonPrimitive(value)

private fun withHeader(vararg changes: Pair<String, JsonElement?>): String = signedProof(header = proofHeader(*changes))

private fun jwkWith(vararg members: Pair<String, JsonElement>): JsonObject =
    JsonObject(TestKeys.publicJwk(TestKeys.ec) + members)

private fun rsaJwk(key: RSAPublicKey): JsonObject {
    val bits = key.modulus.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
    return jsonObject("""{"kty":"RSA","n":"${TestKeys.base64Url(bits)}","e":"AQAB"}""")
}

private fun refused(
    part: String,
    error: String = "invalid_dpop_proof",
    verify: () -> Any?,
) {
    val failure = shouldThrowExactly<RefusedProof> { verify() }
    failure.message shouldContain part
    failure.error shouldBe error
}

class DpopProofValidationSpec :
    FunSpec({
        context("a proof is taken") {
            test("that is for the method, the URL and the token, and tells whose key it is") {
                val proven = proofs().verified(proof())

                proven.thumbprint shouldBe EC_THUMBPRINT
                proven.jti shouldBe "a-jti"
                proven.htu shouldBe PROVEN_URL
                proven.until shouldBe NOW.plusSeconds(LIFETIME + TOLERANCE + 1)
                proven.nonce.shouldBeNull()
            }

            test("of each kind of key") {
                val header = mapOf("typ" to text("dpop+jwt"))
                val claims = proofClaims()
                val rsa = header + ("jwk" to TestKeys.publicJwk(TestKeys.rsa))
                val ed = header + ("jwk" to TestKeys.ed25519Jwk())
                for (algorithm in listOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
                    withClue(algorithm) { proofs().verified(TestKeys.signRsa(claims, algorithm, header = rsa)) }
                }
                for (algorithm in listOf("Ed25519", "EdDSA")) {
                    withClue(algorithm) { proofs().verified(TestKeys.signEd25519(claims, algorithm, header = ed)) }
                }
                for (curve in listOf(Curve.P_384 to "ES384", Curve.P_521 to "ES512")) {
                    val key = ECKeyGenerator(curve.first).generate()
                    val own = header + ("jwk" to TestKeys.publicJwk(key))
                    withClue(curve.second) { proofs().verified(TestKeys.signEc(claims, curve.second, key, own)) }
                }
            }

            test("whose typ is written as a media type, in any case") {
                proofs().verified(withHeader("typ" to text("application/DPoP+JWT")))
            }

            test("whose jwk says that it is for such a signature") {
                val key = jwkWith("use" to text("sig"), "alg" to text("ES256"), "key_ops" to json("""["verify"]"""))
                proofs().verified(withHeader("jwk" to key)).thumbprint shouldBe EC_THUMBPRINT
            }

            test("whose jti has 128 characters") {
                proofs().verified(proof("jti" to text("j".repeat(128))))
            }

            test("whose htu spells the same URL otherwise, with a query and a fragment") {
                val same =
                    listOf(
                        "HTTPS://API.example.com/a%20b/c~d/%2f",
                        "https://api.example.com:443/a%20b/c%7Ed/%2F",
                        "https://api.example.com/x/../a%20b/./c%7ed/%2F?q=1#f",
                    )
                for (htu in same) {
                    val proven = proofs().verified(proof("htu" to text(htu)), url = "$SERVER/%61%20b/c%7ed/%2f?x=1")
                    withClue(htu) { proven.htu shouldBe "$SERVER/a%20b/c~d/%2F" }
                }
            }

            test("whose iat is as far from now as lifetime and tolerance allow, before or after") {
                for (away in listOf(-90L, 90L)) proofs().verified(proof("iat" to number(SECONDS + away)))
                proofs { proofLifetime(Duration.ofSeconds(300)) }.verified(
                    proof("iat" to number(SECONDS - 330)),
                )
            }

            test("by the protocol's time, where the clock is set right by the settings") {
                proofs(skew = 1000).verified(proof("iat" to number(SECONDS + 1000)))
            }

            test("with a nonce that nobody asked for") {
                proofs().verified(proof("nonce" to text("n"))).nonce.shouldBeNull()
            }
        }

        context("a proof is refused") {
            suspend fun refuses(
                name: String,
                part: String,
                proof: () -> String,
            ) = test(name) { refused(part) { proofs().verified(proof()) } }

            refuses("that is no JWT", "must be a JWT of three parts") { "garbage" }
            refuses("that is encrypted", "must be a JWT of three parts") { "a.b.c.d.e" }
            refuses("that is longer than any", "has 16385 characters, but may have 16384") { "a".repeat(16_385) }
            refuses("with padding", "must be a compact JWT") { proof() + "=" }
            refuses("whose header is no JSON", "the header of the DPoP proof is not base64url of JSON") { "a.b.c" }
            refuses("whose payload is no object", "the payload of the DPoP proof must be a JSON object") {
                val header = jsonObject("""{"alg":"ES256"}""") + proofHeader()
                val input = "${TestKeys.base64Url(JsonObject(header).toString())}.${TestKeys.base64Url("[]")}"
                val signer = ECDSASigner(TestKeys.ec)
                val jws = JWSHeader(JWSAlgorithm.ES256)
                "$input.${signer.sign(jws, input.encodeToByteArray())}"
            }

            refuses("without typ", "must have the \"typ\" \"dpop+jwt\", but has none") { withHeader("typ" to null) }
            refuses("that is another kind of JWT", "must have the \"typ\" \"dpop+jwt\", but has \"JWT\"") {
                withHeader("typ" to text("JWT"))
            }
            refuses("with a critical extension", "has a \"crit\" header parameter") {
                withHeader("crit" to json("""["b64"]"""))
            }
            refuses("with an empty crit", "has a \"crit\" header parameter") { withHeader("crit" to JsonNull) }

            refuses("without alg", "but its \"alg\" is none") {
                val header = TestKeys.base64Url(proofHeader().toString())
                "$header.${proof().substringAfter('.')}"
            }
            for (alg in listOf("none", "HS256", "es256", "ES256K", "ML-DSA-44")) {
                refuses("with the alg $alg", "but its \"alg\" is \"$alg\"") { signedProof(algorithm = alg) }
            }

            test("with an algorithm that the settings do not name") {
                refused(
                    "must be signed with PS256 or Ed25519 (algorithms(…) of dpop { }), but its \"alg\" is \"ES256\"",
                ) {
                    proofs { algorithms(JwsAlgorithm.PS256, JwsAlgorithm.ED25519) }.verified(proof())
                }
            }

            refuses("without jwk", "\"jwk\" of the DPoP proof must be a JSON object, but is absent") {
                withHeader("jwk" to null)
            }
            refuses("whose jwk is text", "\"jwk\" of the DPoP proof must be a JSON object, but is a string") {
                withHeader("jwk" to text(TestKeys.publicJwk(TestKeys.ec).toString()))
            }
            refuses("whose jwk is private", "it has private members") {
                withHeader("jwk" to jsonObject(TestKeys.ec.toJSONString()))
            }
            refuses("whose jwk is private by another member", "it has private members") {
                withHeader("jwk" to jwkWith("k" to JsonNull))
            }
            refuses("whose jwk is of another type than alg", "it is none for ES256") {
                withHeader("jwk" to TestKeys.publicJwk(TestKeys.rsa))
            }
            refuses("whose jwk is on another curve than alg", "it is none for ES256") {
                withHeader("jwk" to jwkWith("crv" to text("P-384")))
            }
            refuses("whose jwk is symmetric", "it has private members") {
                withHeader("jwk" to jsonObject("""{"kty":"oct","k":"AAAA"}"""))
            }
            refuses("whose jwk is no point of its curve", "it cannot be imported") {
                withHeader("jwk" to jwkWith("y" to text(Base64Url.encode(ByteArray(32) { 7 }))))
            }
            refuses("whose jwk is for another alg", "is not for such a signature, by its \"alg\"") {
                withHeader("jwk" to jwkWith("alg" to text("ES384")))
            }
            refuses("whose jwk is for encryption", "is not for such a signature, by its \"use\"") {
                withHeader("jwk" to jwkWith("use" to text("enc")))
            }
            refuses("whose jwk verifies nothing", "is not for such a signature, by its \"key_ops\"") {
                withHeader("jwk" to jwkWith("key_ops" to json("""["sign"]""")))
            }
            refuses("of an RSA key of 1024 bits", "its modulus has 1024 bits") {
                val pair =
                    KeyPairGenerator
                        .getInstance(
                            "RSA",
                            "SunRsaSign",
                        ).apply { initialize(1024) }
                        .generateKeyPair()
                val header = mapOf("typ" to text("dpop+jwt"), "jwk" to rsaJwk(pair.public as RSAPublicKey))
                TestKeys.compact(proofClaims(), "RS256", header) { input ->
                    Signature.getInstance("SHA256withRSA").run {
                        initSign(pair.private)
                        update(input)
                        sign()
                    }
                }
            }

            val unsigned = "does not verify with the \"jwk\" of its header"
            refuses("that another key has signed", unsigned) {
                signedProof(key = ECKeyGenerator(Curve.P_256).generate())
            }
            refuses("that was changed", unsigned) {
                val parts = proof().split('.')
                "${parts[0]}.${proof("jti" to text("b-jti")).split('.')[1]}.${parts[2]}"
            }
            refuses("whose signature is written in another text", unsigned) {
                val whole = proof()
                val other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                val last = other[other.indexOf(whole.last()) + 1]
                whole.dropLast(1) + last
            }
            refuses("without a signature", unsigned) { proof().substringBeforeLast('.') + "." }
            refuses("whose key is only at the URL of jku", "must be a JSON object, but is absent") {
                withHeader("jwk" to null, "jku" to text("$SERVER/keys"))
            }

            val jti = "\"jti\" of the DPoP proof must be a string of 1 to 128 characters"
            refuses("without jti", jti) { proof("jti" to null) }
            refuses("with an empty jti", jti) { proof("jti" to text("")) }
            refuses("whose jti is a number", jti) { proof("jti" to number(1)) }
            refuses("whose jti has 129 characters", jti) { proof("jti" to text("j".repeat(129))) }

            refuses("without htm", "\"htm\" of the DPoP proof must be POST, as the request is, but is no string") {
                proof("htm" to null)
            }
            refuses("for another method", "as the request is, but is GET") { proof("htm" to text("GET")) }
            refuses("whose htm is in lower case", "as the request is, but is post") { proof("htm" to text("post")) }

            refuses("without htu", "as the request's URL is here, but is no string") { proof("htu" to null) }
            val others =
                listOf(
                    "$SERVER/orders/8",
                    "$PROVEN_URL/",
                    "$SERVER//orders/7",
                    "$SERVER/Orders/7",
                    "http://api.example.com/orders/7",
                    "https://other.example.com/orders/7",
                    "https://api.example.com:8443/orders/7",
                    "https://api.example.com./orders/7",
                    "/orders/7",
                    "orders",
                    "",
                )
            for (htu in others) {
                refuses("for another URL: \"$htu\"", "\"htu\" of the DPoP proof must be $PROVEN_URL, as") {
                    proof("htu" to text(htu))
                }
            }
            refuses("whose htu has a user, of whom nothing is said", "but is https://██;") {
                proof("htu" to text("https://user:password@api.example.com/orders/7"))
            }

            refuses("without iat", "\"iat\" of the DPoP proof must be a number, but is absent") { proof("iat" to null) }
            refuses("whose iat is text", "\"iat\" of the DPoP proof must be a number, but is a string") {
                proof("iat" to text("$SECONDS"))
            }
            for (away in listOf(-91L, 91L, -1_000_000_000L)) {
                refuses("whose iat is $away seconds away", "\"iat\" of the DPoP proof is ${SECONDS + away}") {
                    proof("iat" to number(SECONDS + away))
                }
            }
            refuses("whose iat is a little too old", "it may be 60 seconds away (proofLifetime)") {
                proof("iat" to JsonPrimitive(SECONDS - 90.5))
            }
            refuses("whose iat is beyond all time", "it may be 60 seconds away") { proof("iat" to json("1e300")) }

            refuses("without ath", "\"ath\" of the DPoP proof must be the hash") { proof("ath" to null) }
            refuses("for another token", "\"ath\" of the DPoP proof must be the hash") {
                proof("ath" to text(athOf("$PROVEN_TOKEN.")))
            }
            refuses("whose ath is the token", "\"ath\" of the DPoP proof must be the hash") {
                proof("ath" to text(PROVEN_TOKEN))
            }
        }

        test("nothing of the claims is judged before the signature") {
            val stranger = ECKeyGenerator(Curve.P_256).generate()
            refused("does not verify") { proofs().verified(signedProof(proofClaims("jti" to null), key = stranger)) }
        }

        test("no message has the proof or the token in it") {
            val bad = proof("htm" to text("GET"))
            val failure = shouldThrowExactly<RefusedProof> { proofs().verified(bad) }
            for (secret in bad.split('.') + PROVEN_TOKEN) {
                generateSequence<Throwable>(failure) { it.cause }.forEach { e ->
                    (secret in e.message.orEmpty()) shouldBe false
                }
            }
        }

        test(
            "the challenge names the algorithms, the smallest signatures first, and ML-DSA only where it is asked for",
        ) {
            proofs().algorithms shouldBe
                listOf("ES256", "Ed25519", "EdDSA", "ES384", "ES512", "PS256", "PS384", "PS512") +
                listOf("RS256", "RS384", "RS512")
            proofs { algorithms(JwsAlgorithm.ML_DSA_44) }.algorithms shouldBe listOf("ML-DSA-44")
        }

        test("Ed25519 in the settings takes EdDSA too, its other name") {
            val header = mapOf("typ" to text("dpop+jwt"), "jwk" to TestKeys.ed25519Jwk())
            proofs { algorithms(JwsAlgorithm.ED25519) }
                .verified(TestKeys.signEd25519(proofClaims(), "EdDSA", header = header))
        }

        context("where a nonce is required") {
            val clock = MovableClock()
            val server = proofs(clock) { requireNonce() }

            fun with(nonce: String?) = proof("nonce" to nonce?.let(::text), "iat" to number(SECONDS - 1_000_000))

            test("one of this server is taken, and iat is not judged, for the nonce tells the time") {
                val nonce = checkNotNull(server.nonceOffered(null))
                val proven = server.verified(with(nonce))

                proven.nonce shouldBe nonce
                proven.until shouldBe clock.time.plusSeconds(300)
            }

            test("a proof without one is asked for one") {
                refused("has no \"nonce\", which is required", "use_dpop_nonce") { server.verified(with(null)) }
            }

            test("a nonce that is no text is none") {
                refused("has no \"nonce\"", "use_dpop_nonce") { server.verified(proof("nonce" to number(1))) }
            }

            test("an unknown or old one is asked to be another") {
                val nonce = checkNotNull(server.nonceOffered(null))
                refused("is too old, or of another server", "use_dpop_nonce") { server.verified(with("n")) }
                clock.advance(300)
                refused("is too old, or of another server", "use_dpop_nonce") { server.verified(with(nonce)) }
                clock.advance(-300)
            }

            test("a proof that is wrong otherwise is not asked for a nonce") {
                refused("\"htm\"") { server.verified(proof("htm" to text("GET"))) }
                refused("\"iat\"") { server.verified(proof("iat" to null)) }
            }

            test("a new one is offered after half of its time, or where there was none") {
                val nonce = checkNotNull(server.nonceOffered(null))
                server.nonceOffered(nonce).shouldBeNull()
                clock.advance(149)
                server.nonceOffered(nonce).shouldBeNull()
                clock.advance(1)
                val next = checkNotNull(server.nonceOffered(nonce))
                server.verified(with(next)).nonce shouldBe next
                server.verified(with(nonce)).nonce shouldBe nonce
            }

            test("two instances with one secret take each other's") {
                val secret = ByteArray(32) { 5 }
                val one = proofs { requireNonce().nonceSecrets(secret) }
                val other = proofs { requireNonce().nonceSecrets(secret) }
                other.verified(with(one.nonceOffered(null)))
            }

            test("two instances without a common secret do not") {
                val nonce = proofs { requireNonce() }.nonceOffered(null)
                refused("of another server", "use_dpop_nonce") { proofs { requireNonce() }.verified(with(nonce)) }
            }
        }

        test("no nonce is offered where none is required") {
            proofs().nonceOffered(null).shouldBeNull()
        }

        test("a time that no number holds is no accident") {
            refused("\"iat\" of the DPoP proof must be a number") { proofs().verified(proof("iat" to json("1e999"))) }
        }
    })
