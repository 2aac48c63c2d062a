package dev.openidclient.integration

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.serialization.json.JsonObject
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.time.Instant
import java.util.Base64

/** A request with an access token, as an API gets it. */
internal class AccessTokenCase(
    val name: String,
    val headers: Map<String, String>,
    /** Why this library and oauth4webapi judge it otherwise; null: they do not. */
    val difference: String? = null,
)

/** Access tokens of one issuer, right and wrong ones. */
internal class AccessTokenCases(
    private val issuer: String,
    private val audience: String,
    private val url: String,
) {
    private val now = Instant.now().epochSecond
    private val rsaPair = KeyPairGenerator.getInstance("RSA").apply { initialize(RSA_BITS) }.generateKeyPair()
    private val rsa = rsaKey(JwsAlgorithm.RS256)
    private val es256 = SigningKey.generate(JwsAlgorithm.ES256, "key-ES256")
    private val es384 = SigningKey.generate(JwsAlgorithm.ES384, "key-ES384")
    private val ed25519 = SigningKey.generate(JwsAlgorithm.ED25519, "key-Ed25519")

    /** A second one for RSA, and none else has a second one. */
    private val secondRsa = SigningKey.generate(JwsAlgorithm.RS256, "key-second")
    private val stranger = SigningKey.generate(JwsAlgorithm.ES256, "key-ES256")
    private val holder = SigningKey.generate(JwsAlgorithm.ES256)

    /** The keys of the issuer, which say nothing of their `alg`. */
    val jwks: List<JsonObject> =
        listOf(rsa, secondRsa, es256, es384, ed25519).map { JsonObject(it.publicJwk.json - "alg") }

    private val cases = mutableListOf<AccessTokenCase>()

    suspend fun all(): List<AccessTokenCase> {
        algorithms()
        headers()
        claims()
        forms()
        confirmations()
        proofs()
        return cases
    }

    private fun case(
        name: String,
        token: String,
        difference: String? = null,
    ) {
        cases += AccessTokenCase(name, mapOf("authorization" to "Bearer $token"), difference)
    }

    /** The [claims] are changes to those of RFC 9068: null leaves one out. */
    private suspend fun token(
        vararg claims: Pair<String, String?>,
        header: Map<String, String?> = emptyMap(),
        key: SigningKey = es256,
    ): String {
        val all =
            mapOf(
                "iss" to "\"$issuer\"",
                "sub" to "\"5ba552d67\"",
                "aud" to "\"$audience\"",
                "exp" to "${now + 300}",
                "iat" to "$now",
                "jti" to "\"dbe39bf3a3ba4238a513f51d6e1691c4\"",
                "client_id" to "\"s6BhdRkqt3\"",
                "scope" to "\"orders:read\"",
            )
        val head = mapOf("alg" to quoted(key.algorithm.identifier), "kid" to quoted(key.keyId), "typ" to "\"at+jwt\"")
        return compact(members(head + header), members(all + claims), key)
    }

    private fun quoted(text: String?) = text?.let { "\"$it\"" }

    private fun members(all: Map<String, String?>): String =
        all.entries.filter { it.value != null }.joinToString(",", "{", "}") { (name, value) -> "\"$name\":$value" }

    private suspend fun compact(
        header: String,
        payload: String,
        key: SigningKey,
    ): String {
        val input = "${encoded(header.encodeToByteArray())}.${encoded(payload.encodeToByteArray())}"
        return "$input.${encoded(key.sign(input.encodeToByteArray()))}"
    }

    private fun encoded(bytes: ByteArray) = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    private suspend fun algorithms() {
        val others = listOf(rsaKey(JwsAlgorithm.PS256), rsaKey(JwsAlgorithm.RS512), es256, es384, ed25519)
        for (key in others + rsa) case("signed with ${key.algorithm.identifier}", token(key = key))
        case("signed with EdDSA, the older name", token(header = mapOf("alg" to "\"EdDSA\""), key = ed25519))
        case("unsigned", token(header = mapOf("alg" to "\"none\"")).substringBeforeLast('.') + ".")
        case("says that it is unsigned", token(header = mapOf("alg" to "\"none\"")))
        for (alg in listOf("HS256", "es256", "ES384", "RS256", "")) {
            case("says the alg <$alg>, but is signed with ES256", token(header = mapOf("alg" to quoted(alg))))
        }
        case("has no alg", token(header = mapOf("alg" to null)))
        case("has an alg that is a number", token(header = mapOf("alg" to "256")))
    }

    private fun rsaKey(algorithm: JwsAlgorithm) = SigningKey.fromKeyPair(rsaPair, algorithm, "key-RSA")

    private suspend fun headers() {
        for (typ in listOf("application/at+jwt", "AT+JWT")) {
            case("of the typ $typ", token(header = mapOf("typ" to quoted(typ))))
        }
        for (typ in listOf("JWT", "dpop+jwt", "logout+jwt", "x/at+jwt", "")) {
            case("of the typ <$typ>", token(header = mapOf("typ" to quoted(typ))))
        }
        case("of no typ", token(header = mapOf("typ" to null)))
        case("of a typ that is a number", token(header = mapOf("typ" to "1")))
        case("with crit", token(header = mapOf("crit" to "[\"exp\"]")))
        case("without kid, where one key fits", token(header = mapOf("kid" to null)))
        case(
            "without kid, where two keys fit",
            token(header = mapOf("kid" to null), key = rsa),
            "each key that fits is tried here; oauth4webapi wants the kid then",
        )
        case("with a kid of nobody", token(header = mapOf("kid" to "\"nobody\"")))
        case("with the kid of a key of another kind", token(header = mapOf("kid" to quoted(rsa.keyId))))
        case("with a kid that is a number", token(header = mapOf("kid" to "1")))
        val own = stranger.publicJwk.json.toString()
        case("with a key of its own", token(header = mapOf("jwk" to own, "kid" to "\"x\""), key = stranger))
        case("with a key of its own beside the issuer's kid", token(header = mapOf("jwk" to own), key = stranger))
        case("with a jku", token(header = mapOf("jku" to "\"https://attacker.example/jwks\""), key = stranger))
        case("with an x5c, and signed by the issuer", token(header = mapOf("x5c" to "[\"MIIB\"]")))
    }

    private suspend fun claims() {
        case("with several audiences", token("aud" to "[\"https://other.example\",\"$audience\"]"))
        for (aud in listOf("\"https://other.example\"", "\"$audience/\"", "[]", "[\"x\"]", "1", "\"\"", null)) {
            case("with the aud $aud", token("aud" to aud))
        }
        case(
            "with an aud of which one member is no string",
            token("aud" to "[1,\"$audience\"]"),
            "RFC 7519 §4.1.3: all members must be strings; oauth4webapi looks for the one",
        )
        for (iss in listOf("\"https://other.example\"", "\"$issuer/\"", "1", null)) {
            case("with the iss $iss", token("iss" to iss))
        }
        case("that ended 20 seconds ago", token("exp" to "${now - 20}"))
        case("that ended a minute ago", token("exp" to "${now - 60}"))
        case("that ends in the middle of a second", token("exp" to "${now + 60}.5"))
        case("with an exp that is a string", token("exp" to "\"${now + 60}\""))
        case("without exp", token("exp" to null))
        case("that begins in 20 seconds", token("nbf" to "${now + 20}"))
        case("that begins in 90 seconds", token("nbf" to "${now + 90}"))
        case("with an nbf that is a string", token("nbf" to "\"$now\""))
        case(
            "issued in the future",
            token("iat" to "${now + 3_600}"),
            "refused here, as the token cannot have been issued; oauth4webapi does not judge the iat",
        )
        for (name in listOf("sub", "client_id", "jti")) {
            case("without $name", token(name to null))
            case("with a $name that is a number", token(name to "1"))
            case(
                "with an empty $name",
                token(name to "\"\""),
                "an empty $name names nobody; oauth4webapi takes every string",
            )
        }
        case("without iat", token("iat" to null))
        case("with an iat that is a string", token("iat" to "\"$now\""))
        case("with claims that nobody knows", token("x" to "{\"a\":[1,null]}"))
    }

    private suspend fun forms() {
        val token = token()
        val (header, payload, signature) = token.split('.')
        case("signed by a stranger under the same kid", token(key = stranger))
        case("with another payload", "$header.${token("sub" to "\"other\"").split('.')[1]}.$signature")
        case("with half of its signature", token.dropLast(43))
        case("with an empty signature", "$header.$payload.")
        case("of two parts", "$header.$payload")
        case("of four parts", "$token.x")
        case("that is opaque", "mF_9.B5f-4.1JqM".replace(".", ""))
        case("whose header is no JSON", "eA.$payload.$signature")
        case("whose payload is no object", compact("""{"alg":"ES256","typ":"at+jwt"}""", "[]", es256))
        case("whose claims are none", compact("""{"alg":"ES256","kid":"key-ES256","typ":"at+jwt"}""", "{}", es256))
        cases += AccessTokenCase("of the scheme in lower case", mapOf("authorization" to "bearer $token"))
        cases += AccessTokenCase("of the scheme Basic", mapOf("authorization" to "Basic $token"))
        cases += AccessTokenCase("followed by another", mapOf("authorization" to "Bearer $token $token"))
    }

    private suspend fun confirmations() {
        case("bound to a key, as a bearer token", token("cnf" to "{\"jkt\":\"${holder.thumbprint()}\"}"))
        case("bound to a certificate that did not come", token("cnf" to "{\"x5t#S256\":\"${"A".repeat(43)}\"}"))
        case("bound in a way that nobody knows", token("cnf" to "{\"kid\":\"x\"}"))
        case("bound to a text", token("cnf" to "\"x\""))
        case(
            "bound to nothing",
            token("cnf" to "{}"),
            "who says that a token is bound must say to what; oauth4webapi takes it as one that is not",
        )
    }

    private suspend fun proofs() {
        val bound = token("cnf" to "{\"jkt\":\"${holder.thumbprint()}\"}")

        suspend fun case(
            name: String,
            proof: String?,
            token: String = bound,
            difference: String? = null,
        ) {
            val headers = mapOf("authorization" to "DPoP $token") + listOfNotNull(proof?.let { "dpop" to it })
            cases += AccessTokenCase(name, headers, difference)
        }
        case("with a proof", proof(bound))
        case("without the proof that it needs", null)
        case("with a proof, but bound to no key", proof(token()), token())
        case("with a proof of another key", proof(bound, key = stranger))
        case("with a proof for another token", proof("x"))
        case("with a proof for another method", proof(bound, "htm" to "\"POST\""))
        case("with a proof for another URL", proof(bound, "htu" to "\"$url/x\""))
        case("with a proof for the URL with a query", proof(bound, "htu" to "\"$url?a=b\""))
        case("with a proof of another kind", proof(bound, header = mapOf("typ" to "\"jwt\"")))
        case("with a proof without jti", proof(bound, "jti" to null))
        case(
            "with a proof of two minutes ago",
            proof(bound, "iat" to "${now - 120}"),
            difference = "a proof lives for 60 seconds here (proofLifetime), for 300 there",
        )
        case("with a proof of ten minutes ago", proof(bound, "iat" to "${now - 600}"))
        cases +=
            AccessTokenCase(
                "as a bearer token, with a proof",
                mapOf("authorization" to "Bearer $bound", "dpop" to proof(bound)),
            )
    }

    private suspend fun proof(
        token: String,
        vararg claims: Pair<String, String?>,
        header: Map<String, String?> = emptyMap(),
        key: SigningKey = holder,
    ): String {
        val jwk = JsonObject(key.publicJwk.json.filterKeys { it in setOf("kty", "crv", "x", "y") })
        val head = mapOf("typ" to "\"dpop+jwt\"", "alg" to "\"ES256\"", "jwk" to jwk.toString())
        val ath = encoded(MessageDigest.getInstance("SHA-256").digest(token.encodeToByteArray()))
        val all =
            mapOf(
                "jti" to "\"proof-${cases.size}\"",
                "htm" to "\"GET\"",
                "htu" to "\"$url\"",
                "iat" to "$now",
                "ath" to "\"$ath\"",
            )
        return compact(members(head + header), members(all + claims), key)
    }

    private companion object {
        const val RSA_BITS = 2048
    }
}
