package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.MediaType
import dev.openidclient.http.isSuccess
import dev.openidclient.http.jsonObject
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.http.withoutSecrets
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.KeyFailures
import dev.openidclient.json.number
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

/**
 * The server's JWK Set, downloaded when it is needed and kept for [LIFETIME] seconds.
 *
 * A key that is not in it, and a signature that none of its keys verifies, make it download anew, as far as
 * [DownloadAllowance] lets; a signature not within [SIGNATURE_PAUSE] seconds of the last time. What failed takes from
 * the same allowance, and so does what follows a failure.
 *
 * There is one download in flight at the most. Who asks meanwhile waits for it, with a timeout of its own, and shares
 * its result, whatever it is; where the one who downloads is cancelled, another waiter takes over.
 */
internal class JwksCache(
    private val location: JwksLocation,
    private val connection: Connection,
    private val outageTolerance: Duration,
) {
    private enum class Reason { NO_KEYS, UNKNOWN_KEY, WRONG_SIGNATURE }

    private class Entry(
        val keys: JwkSet,
        /** Seconds since the epoch by the system's clock, when the download was complete. */
        val downloadedAt: Long,
    )

    /** [isRenewable]: keys that were there before they were asked for, which newer ones may replace. */
    private class Known(
        val entry: Entry,
        val isRenewable: Boolean,
    )

    private class Outcome(
        val entry: Entry?,
    )

    private val lock = Any()
    private var entry: Entry? = null

    /** When a download last failed in an outage that is tolerated. */
    private var failedAt: Long? = null

    /** How the last download failed; null where it did not. */
    private var failure: Throwable? = null

    private val allowance = DownloadAllowance()

    /** When keys were last downloaded for a signature that did not verify. */
    private var doubtedAt: Long? = null

    /** The download in flight. Completes with null where its downloader gave up without an answer. */
    private var flight: CompletableDeferred<Entry?>? = null

    /** Whether the download in flight was taken from the allowance. */
    private var isPaid = false

    private val now: Long get() = connection.time.clock.instant().epochSecond

    /** What is known, with whose it is and the time of its download; null where nothing is. */
    fun export(): String? {
        val known = synchronized(lock) { entry } ?: return null
        return JsonObject(
            mapOf(
                "issuer" to JsonPrimitive(location.issuer),
                "jwks_uri" to JsonPrimitive(location.jwksUri),
                "jwks" to known.keys.json,
                "uat" to JsonPrimitive(known.downloadedAt),
            ),
        ).toString()
    }

    /** Takes over [exported] unless it is too old, or keys are known already; returns whether it did. */
    fun import(exported: String): Boolean {
        val json = requireNotNull(parseJson(exported) as? JsonObject) { "the exported JWK Set must be a JSON object" }
        val keys = requireNotNull(json["jwks"] as? JsonObject) { "the exported JWK Set must have the object \"jwks\"" }
        val time = requireNotNull(number(json["uat"])) { "the exported JWK Set must have the number \"uat\"" }
        val set =
            try {
                JwkSet(keys)
            } catch (e: InvalidResponseException) {
                throw IllegalArgumentException("the exported JWK Set is malformed: ${e.message}", e)
            }
        requireOwn(json)
        // of another machine whose clock is ahead: as new as can be
        val downloadedAt = minOf(time.toLong(), now)
        if (!isWithin(downloadedAt, LIFETIME)) return false
        return synchronized(lock) {
            val isTaken = entry == null
            if (isTaken) entry = Entry(set, downloadedAt)
            isTaken
        }
    }

    private fun requireOwn(exported: JsonObject) {
        for ((name, own) in listOf("issuer" to location.issuer, "jwks_uri" to location.jwksUri)) {
            val named = text(exported[name])
            require(named != null && named == own) {
                "the exported JWK Set is of the \"$name\" ${named?.let(::printable) ?: "none"}, " +
                    "but this client's server has ${own ?: "none"}"
            }
        }
    }

    /** Verifies the signature of [jwt] with the keys of the server that fit it. */
    suspend fun verify(jwt: Jwt) {
        try {
            verifyWithKeys(jwt)
        } catch (e: OAuthException) {
            location.doubt?.keysFailed(e, location.jwksUri)
            throw e
        }
    }

    private suspend fun verifyWithKeys(jwt: Jwt) {
        val url = location.url().withoutQueryAndFragment
        JwkSet.supportedAlgorithm(jwt)
        val known = current(jwt)
        val candidates = candidates(known, jwt, url)
        if (candidates.isNotEmpty() && verifies(jwt, candidates, url)) return
        val newer = if (candidates.isEmpty()) afterUnknownKey(known, jwt, url) else afterWrongSignature(known)
        if (newer == null) throw KeyFailures.signatureFailed(jwt, candidates, url)
        val newCandidates = candidates(newer, jwt, url)
        if (newCandidates.isEmpty()) throw unknownKey(newer, jwt, url)
        if (!verifies(jwt, newCandidates, url)) throw KeyFailures.signatureFailed(jwt, newCandidates, url)
    }

    private fun verifies(
        jwt: Jwt,
        candidates: List<Jwk>,
        url: String,
    ): Boolean =
        try {
            JwkSet.verifies(jwt, candidates)
        } catch (e: UnsupportedFeatureException) {
            throw e.retold("the signature of the ${jwt.kind} cannot be verified with the keys of $url: ${e.text}")
        }

    private fun candidates(
        known: Known,
        jwt: Jwt,
        url: String,
    ): List<Jwk> {
        val candidates = known.entry.keys.candidates(jwt)
        if (candidates.size <= JwkSet.MOST_CANDIDATES) return candidates
        throw KeyFailures.selectionFailed(jwt, candidates, url, known.entry.keys)
    }

    private fun unknownKey(
        known: Known,
        jwt: Jwt,
        url: String,
        heldBack: Long? = null,
    ) = KeyFailures.selectionFailed(jwt, emptyList(), url, known.entry.keys, heldBack)

    private suspend fun afterUnknownKey(
        known: Known,
        jwt: Jwt,
        url: String,
    ): Known {
        if (!known.isRenewable) throw unknownKey(known, jwt, url)
        return downloadedSince(known.entry, Reason.UNKNOWN_KEY)?.let { Known(it, isRenewable = false) }
            ?: throw unknownKey(known, jwt, url, synchronized(lock) { allowance.wait(now) })
    }

    /** Null where there are no newer keys; that they cannot be had makes no bad signature better. */
    private suspend fun afterWrongSignature(known: Known): Known? {
        if (!known.isRenewable) return null
        return try {
            downloadedSince(known.entry, Reason.WRONG_SIGNATURE)?.let { Known(it, isRenewable = false) }
        } catch (_: OAuthException) {
            null
        }
    }

    /**
     * The known keys while they are fresh, else newly downloaded ones, else, in an outage that is tolerated, the known
     * ones.
     */
    private suspend fun current(jwt: Jwt): Known {
        val (known, failed) = synchronized(lock) { entry to failedAt }
        if (known == null) return Known(downloaded(null), isRenewable = false)
        if (isWithin(known.downloadedAt, LIFETIME)) return Known(known, isRenewable = true)
        val tolerable =
            isWithin(known.downloadedAt + LIFETIME, outageTolerance.seconds) &&
                jwt.keyId != null && known.keys.candidates(jwt).isNotEmpty()
        // in an outage nobody waits for a download that has just failed
        if (tolerable && failed != null && isWithin(failed, OUTAGE_PAUSE)) return Known(known, isRenewable = false)
        return try {
            Known(downloaded(known), isRenewable = false)
        } catch (e: OAuthException) {
            if (!tolerable || !isOutage(e)) throw e
            synchronized(lock) { failedAt = now }
            Known(known, isRenewable = false)
        }
    }

    private suspend fun downloaded(known: Entry?): Entry = downloadedSince(known, Reason.NO_KEYS) ?: throw heldBack()

    private fun heldBack(): TransportException {
        val (cause, wait) = synchronized(lock) { failure to allowance.wait(now) }
        val reason = (cause as? OAuthException)?.message ?: cause?.javaClass?.name
        return TransportException(
            ErrorCode.NETWORK_ERROR,
            "the JWK Set of ${printable(location.issuer)} is not downloaded for another $wait s, as it failed: $reason",
            cause,
            Reached.NO,
        )
    }

    private fun isOutage(e: OAuthException): Boolean {
        // what is held back failed before
        val answer = e as? InvalidResponseException ?: e.cause as? InvalidResponseException
        return if (answer == null) e is TransportException else answer.status in SERVER_ERRORS
    }

    /** Whether [time] lies less than [seconds] in the past; a time in the future does not. */
    private fun isWithin(
        time: Long,
        seconds: Long,
    ): Boolean = now - time in 0 until seconds

    /** Keys that are newer than [known]; null where a download is held back. */
    private suspend fun downloadedSince(
        known: Entry?,
        reason: Reason,
    ): Entry? =
        try {
            within(connection.limits.timeout, { "GET ${location.url().withoutQueryAndFragment}" }) {
                Outcome(joinOrLead(known, reason))
            }.entry
        } catch (e: TransportException) {
            if (e.code == ErrorCode.TIMEOUT) synchronized(lock) { failure = e }
            throw e
        }

    private suspend fun joinOrLead(
        known: Entry?,
        reason: Reason,
    ): Entry? {
        while (true) {
            val own = CompletableDeferred<Entry?>()
            val joined =
                synchronized(lock) {
                    entry?.takeIf { it !== known }?.let { return it }
                    flight.also { if (it == null && !takeOff(own, reason)) return null }
                }
            if (joined == null) return lead(own)
            joined.await()?.let { return it }
        }
    }

    /** Whether [own] is the download in flight now; called with the lock. */
    private fun takeOff(
        own: CompletableDeferred<Entry?>,
        reason: Reason,
    ): Boolean {
        val isAllowed =
            when (reason) {
                Reason.NO_KEYS -> failure == null || allowance.take(now)
                Reason.UNKNOWN_KEY -> allowance.take(now)
                Reason.WRONG_SIGNATURE -> !isDoubtedLately() && allowance.take(now)
            }
        if (!isAllowed) return false
        if (reason == Reason.WRONG_SIGNATURE) doubtedAt = now
        isPaid = reason != Reason.NO_KEYS || failure != null
        flight = own
        return true
    }

    private fun isDoubtedLately(): Boolean = doubtedAt?.let { isWithin(it, SIGNATURE_PAUSE) } == true

    @Suppress("TooGenericExceptionCaught") // how a transport of the caller's own fails is written down nowhere
    private suspend fun lead(own: CompletableDeferred<Entry?>): Entry {
        var downloaded: Entry? = null
        var failed: Throwable? = null
        try {
            return Entry(download(), now).also { downloaded = it }
        } catch (e: CancellationException) {
            // its time is up, which says nothing of the others'
            throw e
        } catch (e: Throwable) {
            failed = e
            throw e
        } finally {
            synchronized(lock) { land(downloaded, failed) }
            failed?.let(own::completeExceptionally) ?: own.complete(downloaded)
        }
    }

    /** Called with the lock. */
    private fun land(
        downloaded: Entry?,
        failed: Throwable?,
    ) {
        if (downloaded != null) {
            entry = downloaded
            failure = null
        }
        if (failed != null) {
            failure = failed
            if (!isPaid) allowance.take(now)
        }
        flight = null
    }

    private suspend fun download(): JwkSet {
        val url = location.url()
        val accepted = HttpHeaders.of("accept" to "${MediaType.JSON}, ${MediaType.JWK_SET}")
        val request = HttpRequest("GET", url.toString(), accepted)
        return failingAsTransport(request) {
            connection.send(request, Purpose.JWKS, location.issuer) { answer ->
                answer.read { secrets ->
                    if (!isSuccess) throw unexpectedStatus(secrets)
                    JwkSet(jsonObject(secrets, setOf(MediaType.JSON, MediaType.JWK_SET)))
                }
            }
        }
    }

    /** Tokens may wait for the keys by which they are judged: no failure of a transport may hide them. */
    @Suppress("TooGenericExceptionCaught") // how a transport of the caller's own fails is written down nowhere
    private inline fun <T> failingAsTransport(
        request: HttpRequest,
        download: () -> T,
    ): T =
        try {
            download()
        } catch (e: CancellationException) {
            throw e
        } catch (e: OAuthException) {
            throw e
        } catch (e: Exception) {
            throw TransportException(
                ErrorCode.NETWORK_ERROR,
                "${request.shown}: the transport or permitUrl of the settings failed, ${e.javaClass.name}",
                withoutSecrets(e, request),
            ).retold(request = request.shown)
        }

    private companion object {
        val SERVER_ERRORS = 500..599

        const val LIFETIME = 300L
        const val OUTAGE_PAUSE = 60L
        const val SIGNATURE_PAUSE = 60L
    }
}
