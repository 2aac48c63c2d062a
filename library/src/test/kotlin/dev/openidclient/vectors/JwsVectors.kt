package dev.openidclient.vectors

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject

/** The tests of a JWS that verifies, and that does not once a bit of it is changed. */
internal fun FunSpec.verifies(
    source: String,
    vector: Vector,
) {
    val name = "$source §${vector.section} ${vector.algorithm}"

    test("$name signature verifies") {
        shouldNotThrowAny { verify(vector.compact, vector.key) }
    }

    for ((what, changed) in mutations(vector.compact, JWS_PARTS)) {
        test("$name signature does not verify with another $what") {
            shouldThrow<OAuthException> { verify(changed, vector.key) }
        }
    }

    if ("d" in vector.key) signs(name, vector)
}

private val NO_KEY = JsonObject(emptyMap())

private val DETERMINISTIC = setOf("RS256", "RS384", "RS512", "EdDSA", "Ed25519")

private fun FunSpec.signs(
    name: String,
    vector: Vector,
) {
    val input = vector.compact.substringBeforeLast('.')
    val algorithm = checkNotNull(JwsAlgorithm.of(vector.algorithm))

    test("$name private key signs what its public key verifies") {
        val signature = SigningKey.fromJwk(vector.key, algorithm).sign(input.encodeToByteArray())

        if (vector.algorithm in DETERMINISTIC) "$input.${Base64Url.encode(signature)}" shouldBe vector.compact
        shouldNotThrowAny { verify("$input.${Base64Url.encode(signature)}", vector.key) }
    }
}

/** The test of a JWS whose algorithm this library refuses. */
internal fun FunSpec.isUnsupported(
    source: String,
    vector: Vector,
) {
    test("$source §${vector.section} ${vector.algorithm} is refused as unsupported") {
        shouldThrow<UnsupportedFeatureException> { verify(vector.compact, vector.json["key"] as? JsonObject ?: NO_KEY) }
    }
}

/** The test of a JWS or JWE in a JSON serialization, which no protocol of this library uses. */
internal fun FunSpec.isNoCompactSerialization(
    source: String,
    vector: Vector,
) {
    val text = vector.json.getValue("json").toString()

    test("$source §${vector.section} ${vector.text("form")} is refused") {
        shouldThrow<OAuthException> { Jwt.parse(text, "vector") }
    }

    test("$source §${vector.section} ${vector.text("form")} is no encrypted token either") {
        for (key in ANY_KEYS) shouldThrow<DecryptionException> { key.decrypt(text) }
    }
}
