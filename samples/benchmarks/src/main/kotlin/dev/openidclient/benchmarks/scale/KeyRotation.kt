package dev.openidclient.benchmarks.scale

import com.nimbusds.jose.JOSEObjectType
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.jwk.JWKSet
import com.nimbusds.jose.jwk.KeyUse
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.SignedJWT
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import kotlinx.coroutines.delay
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.Date
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.toKotlinDuration

internal const val JWKS_URI = "$ISSUER/jwks"

/**
 * A server that signs with one key after the other: it gives the JWK Set without a socket, [roundTrip] after it was
 * asked, and counts that.
 */
internal class KeyRotation(
    private val roundTrip: Duration,
) : HttpTransport {
    private val asked = AtomicInteger()
    private val pair: RSAKey = RSAKeyGenerator(RSA_BITS).keyUse(KeyUse.SIGNATURE).generate()

    @Volatile private var current = key(1)

    val downloads: Int get() = asked.get()

    val publicKey: java.security.PublicKey get() = pair.toPublicKey()

    /** From now on the server signs with a key of another `kid`, and its JWK Set has no other. */
    fun rotate() {
        current = key(number(current) + 1)
    }

    // the same numbers again: to make a key takes longer than what is measured
    private fun key(number: Int): RSAKey = RSAKey.Builder(pair).keyID("$number").build()

    private fun number(key: RSAKey): Int = key.keyID.toInt()

    /** An ID Token that is signed with the key of now. */
    fun idToken(): String {
        val header =
            JWSHeader
                .Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(current.keyID)
                .build()
        val claims =
            JWTClaimsSet
                .Builder()
                .issuer(ISSUER)
                .subject("alice")
                .audience(CLIENT_ID)
                .issueTime(Date.from(START))
                .expirationTime(Date.from(START + LIFETIME))
                .claim("name", "Alice Adams")
                .claim("email", "alice@example.com")
                .build()
        return SignedJWT(header, claims).apply { sign(RSASSASigner(pair)) }.serialize()
    }

    override suspend fun send(request: HttpRequest): HttpResponse {
        check(request.url == JWKS_URI) { "only the JWK Set is here" }
        asked.incrementAndGet()
        delay(roundTrip.toKotlinDuration())
        return HttpResponse(OK, JSON, JWKSet(current.toPublicJWK()).toString().encodeToByteArray())
    }

    companion object {
        private const val RSA_BITS = 2048
        private const val OK = 200
        private val JSON = HttpHeaders.of("content-type" to "application/json")
        private val LIFETIME = Duration.ofDays(365)

        /** Of the time that [MovedClock] shows. */
        val START: Instant = Instant.ofEpochSecond(1_767_225_600)
    }
}

/** Stands, until it is moved. */
internal class MovedClock(
    @Volatile private var now: Instant = KeyRotation.START,
) : Clock() {
    override fun instant(): Instant = now

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = this

    fun move(time: Duration) {
        now += time
    }
}
