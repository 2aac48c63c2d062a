package dev.openidclient.fuzz

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.TlsSettings
import dev.openidclient.jose.Decryption
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.parseJson
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.jwe
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.unverifiable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private val x25519 = X25519Encrypter.x25519()

private val decryption =
    Decryption(
        listOf(
            DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256"),
            DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair()),
            DecryptionKey.fromKeyPair(x25519),
        ),
        Decryption.CONTENT_ENCRYPTION,
    )

/** Its one key is of [TestKeys.rsa]. */
private val knownKeys = JwkSet(JsonObject(mapOf("keys" to parseJson("[${TestKeys.publicJwk(TestKeys.rsa)}]")!!)))

/** Readers of tokens and keys. */
internal val JOSE_TARGETS =
    listOf(
        FuzzTarget("base64url") { text -> requireSameBytes(text) },
        FuzzTarget("jwt", isSecret = true, seeds = ::signedTokens) { text ->
            val jwt = Jwt.parse(text, "ID Token")
            requireSameJwt(text, jwt)
            idTokenValidation().validate(text, "an-access-token")
            JwkSet.verifies(jwt, knownKeys.candidates(jwt))
        },
        FuzzTarget("jwe", isSecret = true, seeds = ::encryptedTokens) { text -> decryption.open(text, "ID Token") },
        FuzzTarget("jwk", secrets = ::secretMembers) { text ->
            val json = parseJson(text) as? JsonObject
            if (json != null) {
                val key = Jwk(json)
                requireSameThumbprint(key)
                readAll(key)
                key.publicMembers()
                verifyWithEach(key)
                key.thumbprint()
            }
        },
        FuzzTarget("jwks") { text ->
            val set = (parseJson(text) as? JsonObject)?.let(::JwkSet)
            if (set != null) {
                for (token in TOKENS) JwkSet.verifies(token, set.candidates(token))
                readAll(set)
            }
        },
        FuzzTarget("private-jwk", isCallers = true, secrets = ::secretMembers) { text ->
            allowed { DecryptionKey.fromJwk(text) }
            allowed { DecryptionKey.fromJwk(text, "RSA-OAEP-256") }
            allowed { SigningKey.fromJwk(text, JwsAlgorithm.PS256) }
            val key = SigningKey.fromJwk(text)
            rule("\"d\"" !in key.publicJwk.toString() && !key.publicJwk.isPrivate) { "the public key is private" }
            key.sign(ByteArray(1))
        },
        FuzzTarget("pem", isCallers = true, isSecret = true) { text ->
            allowed { TlsSettings().pem(text) }
            allowed { TlsSettings().trustPem(text) }
            allowed { DecryptionKey.fromPem(text) }
            allowed { SigningKey.fromPem(text, JwsAlgorithm.RS256) }
            SigningKey.fromPem(text)
        },
        FuzzTarget("ecdsa-der", isCallers = true) { text ->
            val bytes = text.map { it.code.toByte() }.toByteArray()
            val signature = SigningKey.derToJws(bytes, JwsAlgorithm.ES256)
            rule(signature.size == ES256_SIZE) { "a signature of ${signature.size} bytes" }
        },
        FuzzTarget("exported-jwks", isCallers = true) { text ->
            val client = OpenIdClient(serverMetadata(), CLIENT_ID) { clock = FIXED_CLOCK }
            client.use {
                if (client.importJwks(text)) {
                    val exported = client.exportJwks()!!
                    val next = OpenIdClient(serverMetadata(), CLIENT_ID) { clock = FIXED_CLOCK }
                    next.use {
                        val isSame = next.importJwks(exported) && next.exportJwks() == exported
                        rule(isSame) { "exported otherwise than imported" }
                    }
                }
            }
        },
    )

private const val ES256_SIZE = 64

private val TOKENS: List<Jwt> =
    JwsAlgorithm.values().flatMap { algorithm ->
        val kids = listOf(emptyMap(), mapOf("kid" to JsonPrimitive("a")))
        kids.map { Jwt.parse(unverifiable(JsonObject(emptyMap()), algorithm.identifier, it), "ID Token") }
    }

private fun verifyWithEach(key: Jwk) {
    for (algorithm in JwsAlgorithm.values()) {
        if (algorithm.keyType == key.keyType && algorithm.curve in setOf(null, key.curve)) {
            allowed { key.verifier(algorithm).verify(ByteArray(1), ByteArray(ES256_SIZE)) }
        }
    }
}

/** Runs [block], which may refuse; what it refuses is judged where it does so last. */
private inline fun allowed(block: () -> Unit) {
    try {
        block()
    } catch (_: OAuthException) {
        return
    } catch (e: IllegalArgumentException) {
        if (e.javaClass != IllegalArgumentException::class.java) throw e
    }
}

private fun signedTokens(): List<ByteArray> =
    listOf(
        TestKeys.signRsa(idTokenClaims()),
        TestKeys.signRsa(idTokenClaims(), "PS512"),
        TestKeys.signEc(idTokenClaims()),
        TestKeys.signEd25519(idTokenClaims()),
    ).map(String::encodeToByteArray)

private fun encryptedTokens(): List<ByteArray> {
    val token = TestKeys.signRsa(idTokenClaims())
    val rsa = TestKeys.otherRsa.toPublicKey()
    val ec = TestKeys.ec.toPublicKey()
    return listOf(
        jwe(rsa, "RSA-OAEP-256", text = token),
        jwe(rsa, "RSA-OAEP-256", "A128CBC-HS256", token),
        jwe(ec, "ECDH-ES", text = token),
        jwe(ec, "ECDH-ES+A256KW", "A192CBC-HS384", token),
        jwe(x25519.public, "ECDH-ES", text = token),
        jwe(x25519.public, "ECDH-ES+A128KW", "A128GCM", token),
    ).map(String::encodeToByteArray)
}
