package dev.openidclient.resourceserver

import dev.openidclient.client.ProtocolTime
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.json.kind
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.isFirst
import kotlinx.serialization.json.JsonObject
import java.security.MessageDigest
import java.time.Instant

/** What a proof has proven: who holds the key of [thumbprint] has made one request, and just now. */
internal class ProvenKey(
    /** As `cnf.jkt` has it. */
    val thumbprint: String,
    val jti: String,
    val htu: String,
    /** From when on the same proof is refused for its age. */
    val until: Instant,
    /** The nonce that was used; null where none is required. */
    val nonce: String?,
)

/**
 * Judges DPoP proofs ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)). The URL that the client used
 * is the caller's to know, and whether the token is bound to the key.
 */
internal class DpopProofValidation(
    settings: DpopSettings,
    private val time: ProtocolTime,
    serverId: String,
) {
    private val accepted = settings.algorithms
    private val keys = ProofKeys()
    private val lifetime = settings.proofLifetime.seconds
    private val replays = settings.replayCache ?: InMemoryReplayCache(clock = time.clock)
    private val nonces =
        if (settings.isNonceRequired) {
            DpopNonces(settings.nonceSecrets ?: listOf(DpopNonces.newSecret()), serverId, time.tolerance)
        } else {
            null
        }

    /** For `algs` of a challenge and `dpop_signing_alg_values_supported`. */
    val algorithms: List<String> = accepted.map(JwsAlgorithm::identifier)

    /**
     * All of it but the binding and the replay, with nothing of the claims said before the signature held. Throws
     * [RefusedProof].
     */
    fun verify(
        proof: String,
        method: String,
        url: AbsoluteUrl,
        accessToken: String,
    ): ProvenKey {
        val (jwt, key) = judged { signed(proof) }
        val claims = judged { jwt.claims }
        val jti =
            text(claims["jti"])?.takeIf { it.length in JTI_LENGTHS }
                ?: throw refused("\"jti\" of the $KIND must be a string of 1 to ${JTI_LENGTHS.last} characters")
        val htu = proofUrl(url)
        requireMethod(claims, method)
        requireUrl(claims, htu)
        requireToken(claims, accessToken)
        val now = time.now
        val issued = requireIssue(claims)
        val nonce = nonces?.let { requireNonce(claims) }
        val end = if (nonce == null) endByIssue(issued, now) else endByNonce(nonce, now)
        return ProvenKey(key.thumbprint, jti, htu, Instant.ofEpochSecond(end), nonce)
    }

    /**
     * Remembers the proof, after all else held, so that garbage fills nothing. Throws [RefusedProof] where it came
     * before, [dev.openidclient.error.ReplayCacheException] where that cannot be told.
     */
    suspend fun registerOnce(proven: ProvenKey) {
        val key = digestOf(proven.thumbprint, proven.jti, proven.htu)
        // another instance, whose clock is behind, takes it longer
        val until = time.byClock(proven.until.plusSeconds(time.tolerance))
        val isFirst = replays.isFirst(key, until, "the $KIND")
        if (!isFirst) throw refused("the $KIND came before: its \"jti\" is known for its key and URL")
        // what is over need not be remembered, so it may have come before
        if (time.instant >= proven.until) throw refused("the $KIND became too old while the request was judged")
    }

    /** A nonce for `dpop-nonce` where one is due after [used], or there was none; null where none is required. */
    fun nonceOffered(used: String?): String? {
        val now = time.now
        return nonces?.takeIf { it.isDue(used, now) }?.make(now)
    }

    private fun signed(proof: String): Pair<Jwt, ProofKey> {
        if (proof.length > LONGEST_PROOF) {
            throw refused("the $KIND has ${proof.length} characters, but may have $LONGEST_PROOF")
        }
        if (proof.count { it == '.' } != JWS_DOTS) throw refused("the $KIND must be a JWT of three parts")
        val jwt = Jwt.parse(proof, KIND)
        val algorithm = acceptedAlgorithm(jwt)
        // RFC 7515 §4.1.11: no extension is understood here
        if ("crit" in jwt.header) throw refused("the $KIND has a \"crit\" header parameter, which is not supported")
        TYPE.check(jwt)
        val key = embeddedKey(jwt, algorithm)
        // only one text for each signature
        val signature = Base64Url.decodeExactly(proof.substringAfterLast('.'))
        if (signature == null || !key.jwk.verifier(algorithm).verify(jwt.signingInput, signature)) {
            throw refused("the signature of the $KIND does not verify with the \"jwk\" of its header")
        }
        keys.add(key)
        return jwt to key
    }

    private fun acceptedAlgorithm(jwt: Jwt): JwsAlgorithm {
        val name = jwt.algorithm
        return JwsAlgorithm.of(name.orEmpty())?.takeIf { found ->
            accepted.any { JwsAlgorithm.same(it.identifier, found.identifier) }
        } ?: throw refused(
            "the $KIND must be signed with ${algorithms.joinToString(" or ")} (algorithms(…) of dpop { }), " +
                "but its \"alg\" is ${name?.let { "\"${printable(it)}\"" } ?: "none"}",
        )
    }

    /** What [Jwk.verifier] refuses beyond that: private members, another type or curve, RSA under 2048 bits. */
    private fun embeddedKey(
        jwt: Jwt,
        algorithm: JwsAlgorithm,
    ): ProofKey {
        val json = jwt.header["jwk"]
        if (json !is JsonObject) throw refused("\"jwk\" of the $KIND must be a JSON object, but is ${kind(json)}")
        val known = keys.find(json)
        val key = known?.jwk ?: Jwk(json)
        val isFor = key.algorithm?.let { JwsAlgorithm.same(it, algorithm.identifier) } == true
        val misfit =
            when {
                key.has("alg") && !isFor -> "alg"
                key.has("use") && key.publicKeyUse != "sig" -> "use"
                key.has("key_ops") && "verify" !in key.keyOperations.orEmpty() -> "key_ops"
                else -> null
            }
        if (misfit != null) throw refused("\"jwk\" of the $KIND is not for such a signature, by its \"$misfit\"")
        // refuses what is no public key, before its thumbprint is asked for
        key.verifier(algorithm)
        return known ?: ProofKey(key)
    }

    private fun requireMethod(
        claims: JsonObject,
        method: String,
    ) {
        val htm = text(claims["htm"])
        if (htm != method) {
            throw refused("\"htm\" of the $KIND must be ${printable(method)}, as the request is, but is ${shown(htm)}")
        }
    }

    private fun requireUrl(
        claims: JsonObject,
        htu: String,
    ) {
        val found = text(claims["htu"])
        if (found?.let(AbsoluteUrl::parse)?.let(::proofUrl) != htu) {
            throw refused(
                "\"htu\" of the $KIND must be ${shownUrl(htu)}, as the request's URL is here, " +
                    "but is ${found?.let(::shownUrl) ?: "no string"}; where a proxy stands in between, " +
                    "externalUrl { } or forwarded(…) says what URL the client used",
            )
        }
    }

    private fun requireToken(
        claims: JsonObject,
        accessToken: String,
    ) {
        val ath = Base64Url.encode(Jca.digest("SHA-256").digest(accessToken.encodeToByteArray()))
        val found = text(claims["ath"]).orEmpty()
        if (!MessageDigest.isEqual(ath.encodeToByteArray(), found.encodeToByteArray())) {
            throw refused("\"ath\" of the $KIND must be the hash of the access token that it came with")
        }
    }

    private fun requireIssue(claims: JsonObject): Double =
        number(claims["iat"])
            ?: throw refused("\"iat\" of the $KIND must be a number, but is ${kind(claims["iat"])}")

    private fun endByIssue(
        issued: Double,
        now: Long,
    ): Long {
        val most = lifetime + time.tolerance
        if (issued < now - most || issued > now + most) {
            throw refused(
                "\"iat\" of the $KIND is ${Math.round(issued)}, the time here is $now: it may be $lifetime seconds " +
                    "away (proofLifetime), with a tolerance of ${time.tolerance}",
            )
        }
        return Math.floor(issued).toLong() + most + 1
    }

    private fun requireNonce(claims: JsonObject): String =
        text(claims["nonce"]) ?: throw RefusedProof(USE_NONCE, "the $KIND has no \"nonce\", which is required")

    private fun endByNonce(
        nonce: String,
        now: Long,
    ): Long =
        nonces?.end(nonce, now)
            ?: throw RefusedProof(USE_NONCE, "the \"nonce\" of the $KIND is too old, or of another server")

    private fun shown(text: String?): String = text?.let(::printable) ?: "no string"

    private inline fun <T> judged(read: () -> T): T =
        try {
            read()
        } catch (e: OAuthException) {
            throw refused(e.text, e)
        }

    private fun refused(
        message: String,
        cause: Throwable? = null,
    ) = RefusedProof(INVALID, message, cause)

    private companion object {
        const val KIND = "DPoP proof"
        const val INVALID = "invalid_dpop_proof"
        const val USE_NONCE = "use_dpop_nonce"
        const val JWS_DOTS = 2

        /** One of ML-DSA-87 has some 11 000. */
        const val LONGEST_PROOF = 16_384

        val JTI_LENGTHS = 1..128
        val TYPE = AcceptedType.exactly("dpop+jwt")
    }
}
