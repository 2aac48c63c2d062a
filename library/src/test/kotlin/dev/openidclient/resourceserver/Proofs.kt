package dev.openidclient.resourceserver

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.jwk.ECKey
import dev.openidclient.client.ProtocolTime
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jwk
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.MessageDigest
import java.time.Clock

internal const val SERVER = "https://api.example.com"
internal const val PROVEN_URL = "$SERVER/orders/7"
internal const val PROVEN_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
internal const val TOLERANCE = 30L
internal const val LIFETIME = 60L

internal val EC_THUMBPRINT: String = Jwk(TestKeys.publicJwk(TestKeys.ec)).thumbprint()

internal fun athOf(token: String): String =
    Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(token.encodeToByteArray()))

/** The claims of a proof for `POST` [PROVEN_URL] with [PROVEN_TOKEN] at [NOW]; a null value removes the claim. */
internal fun proofClaims(vararg changes: Pair<String, JsonElement?>): JsonObject =
    changed(
        mapOf(
            "jti" to JsonPrimitive("a-jti"),
            "htm" to JsonPrimitive("POST"),
            "htu" to JsonPrimitive(PROVEN_URL),
            "iat" to JsonPrimitive(NOW.epochSecond),
            "ath" to JsonPrimitive(athOf(PROVEN_TOKEN)),
        ),
        *changes,
    )

internal fun proofHeader(vararg changes: Pair<String, JsonElement?>): JsonObject =
    changed(
        mapOf("typ" to JsonPrimitive("dpop+jwt"), "jwk" to TestKeys.publicJwk(TestKeys.ec)),
        *changes,
    )

private fun changed(
    members: Map<String, JsonElement>,
    vararg changes: Pair<String, JsonElement?>,
): JsonObject {
    val all = members.toMutableMap()
    for ((name, value) in changes) if (value == null) all.remove(name) else all[name] = value
    return JsonObject(all)
}

/** Signed with ES256 by [key], whatever [algorithm] the header says. */
internal fun signedProof(
    claims: JsonObject = proofClaims(),
    header: JsonObject = proofHeader(),
    key: ECKey = TestKeys.ec,
    algorithm: String = "ES256",
): String =
    TestKeys.compact(claims, algorithm, header) { input ->
        ECDSASigner(key).sign(JWSHeader(JWSAlgorithm.ES256), input).decode()
    }

internal fun proof(vararg changes: Pair<String, JsonElement?>): String = signedProof(proofClaims(*changes))

internal fun proofs(
    clock: Clock = FIXED_CLOCK,
    skew: Long = 0,
    serverId: String = SERVER,
    configure: DpopSettings.() -> Unit = {},
): DpopProofValidation =
    DpopProofValidation(DpopSettings().apply(configure), ProtocolTime(clock, skew, TOLERANCE), serverId)

internal fun DpopProofValidation.verified(
    proof: String,
    method: String = "POST",
    url: String = PROVEN_URL,
    token: String = PROVEN_TOKEN,
): ProvenKey = verify(proof, method, checkNotNull(AbsoluteUrl.parse(url)), token)
