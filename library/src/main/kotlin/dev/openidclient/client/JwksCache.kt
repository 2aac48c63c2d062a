package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.MediaType
import dev.openidclient.http.isSuccess
import dev.openidclient.http.jsonObject
import dev.openidclient.http.unexpectedStatus
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.Jwt
import dev.openidclient.json.number
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.coroutines.CompletableDeferred
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * The server's JWK Set, downloaded when it is needed and kept for [LIFETIME] seconds; a key that is not in it makes it
 * download anew, but not within [COOL_DOWN] seconds of the last time.
 *
 * There is one download in flight at the most. Who asks meanwhile waits for it, with a timeout of its own; where the
 * one who downloads is cancelled, another waiter takes over.
 */
internal class JwksCache(
    private val server: AuthorizationServerMetadata,
    private val configuration: Configuration,
) {
    private class Entry(
        val keys: JwkSet,
        /** Seconds since the epoch by the system's clock, when the download was complete. */
        val downloadedAt: Long,
    )

    private val lock = Any()
    private var entry: Entry? = null

    /** When a download last failed in an outage that is tolerated. */
    private var failedAt: Long? = null

    /** The download in flight. Completes with null where its downloader gave up without an answer. */
    private var flight: CompletableDeferred<Entry?>? = null

    private val now: Long get() = configuration.time.clock.instant().epochSecond

    /** What is known, with whose it is and the time of its download; null where nothing is. */
    fun export(): String? {
        val known = synchronized(lock) { entry } ?: return null
        return JsonObject(
            mapOf(
                "issuer" to JsonPrimitive(server.issuer),
                "jwks_uri" to JsonPrimitive(text(server["jwks_uri"])),
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
                throw IllegalArgumentException("the exported JWK Set is malformed", e)
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
        for ((name, own) in listOf("issuer" to server.issuer, "jwks_uri" to text(server["jwks_uri"]))) {
            val named = text(exported[name])
            require(named != null && named == own) {
                "the exported JWK Set is of the \"$name\" ${named?.let(::printable)}, but this client's server has $own"
            }
        }
    }

    /** Verifies the signature of [jwt] with the one key of the server that fits it. */
    suspend fun verify(jwt: Jwt): Unit = JwkSet.verify(jwt, select(jwt))

    private suspend fun select(jwt: Jwt): Jwk {
        val url = jwksUri()
        JwkSet.supportedAlgorithm(jwt)
        val known = current(jwt)
        var candidates = known.keys.candidates(jwt)
        if (candidates.isEmpty() && !isWithin(known.downloadedAt, COOL_DOWN)) {
            candidates = downloadedSince(known).keys.candidates(jwt)
        }
        return candidates.singleOrNull() ?: throw JwkSet.selectionFailed(jwt, candidates, url.withoutQueryAndFragment)
    }

    /**
     * The known keys while they are fresh, else newly downloaded ones, else, in an outage that is tolerated, the known
     * ones.
     */
    private suspend fun current(jwt: Jwt): Entry {
        val (known, failed) = synchronized(lock) { entry to failedAt }
        if (known == null) return downloadedSince(null)
        if (isWithin(known.downloadedAt, LIFETIME)) return known
        val tolerable =
            isWithin(known.downloadedAt + LIFETIME, configuration.jwksOutageTolerance.seconds) &&
                jwt.keyId != null && known.keys.candidates(jwt).size == 1
        // in an outage nobody waits for a download that has just failed
        if (tolerable && failed != null && isWithin(failed, COOL_DOWN)) return known
        return try {
            downloadedSince(known)
        } catch (e: OAuthException) {
            if (!tolerable || !isOutage(e)) throw e
            synchronized(lock) { failedAt = now }
            known
        }
    }

    private fun isOutage(e: OAuthException): Boolean =
        e is TransportException || (e is InvalidResponseException && e.status in SERVER_ERRORS)

    /** Whether [time] lies less than [seconds] in the past; a time in the future does not. */
    private fun isWithin(
        time: Long,
        seconds: Long,
    ): Boolean = now - time in 0 until seconds

    private suspend fun downloadedSince(known: Entry?): Entry =
        within(configuration.timeout, { "GET ${jwksUri().withoutQueryAndFragment}" }) { joinOrLead(known) }

    private suspend fun joinOrLead(known: Entry?): Entry {
        while (true) {
            val own = CompletableDeferred<Entry?>()
            val joined =
                synchronized(lock) {
                    entry?.takeIf { it !== known }?.let { return it }
                    flight.also { if (it == null) flight = own }
                }
            if (joined == null) return lead(own)
            joined.await()?.let { return it }
        }
    }

    private suspend fun lead(own: CompletableDeferred<Entry?>): Entry {
        var downloaded: Entry? = null
        var failure: OAuthException? = null
        try {
            return Entry(download(), now).also { downloaded = it }
        } catch (e: OAuthException) {
            // its time is up, which says nothing of the others'
            if (e !is TransportException || e.code != ErrorCode.TIMEOUT) failure = e
            throw e
        } finally {
            synchronized(lock) {
                downloaded?.let { entry = it }
                flight = null
            }
            failure?.let(own::completeExceptionally) ?: own.complete(downloaded)
        }
    }

    private suspend fun download(): JwkSet {
        val url = jwksUri()
        val accepted = HttpHeaders.of("accept" to "${MediaType.JSON}, ${MediaType.JWK_SET}")
        return configuration.answerTo(HttpRequest("GET", url.toString(), accepted)).read {
            if (!isSuccess) throw unexpectedStatus()
            JwkSet(jsonObject(setOf(MediaType.JSON, MediaType.JWK_SET)))
        }
    }

    private fun jwksUri(): AbsoluteUrl = server.endpoint("jwks_uri", configuration, aliased = false)

    private companion object {
        val SERVER_ERRORS = 500..599

        const val LIFETIME = 300L
        const val COOL_DOWN = 60L
    }
}
