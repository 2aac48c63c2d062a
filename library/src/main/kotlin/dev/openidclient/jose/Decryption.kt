package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import java.security.GeneralSecurityException

/** Opens JWEs ([RFC 7516](https://www.rfc-editor.org/rfc/rfc7516)) with the one configured key that fits. */
internal class Decryption(
    keys: List<DecryptionKey>,
    private val contentEncryption: Set<String>,
) {
    private val keys = keys.map(::Known)

    /** What a key says of itself, asked for before anything is sent: a caller's own may fail to say it. */
    private class Known(
        val key: DecryptionKey,
    ) {
        val algorithms: Set<String> = key.algorithms.toSet()
        val keyId: String? = key.keyId
        val curve: String? = key.curve

        fun shown(): String =
            listOfNotNull(
                "alg ${algorithms.joinToString("/")}",
                keyId?.let { "kid \"${printable(it)}\"" } ?: "no kid",
                curve?.let { "curve $it" },
            ).joinToString(" ")
    }

    /** The compact JWS in [compact], or [compact] itself where it is no JWE. [kind] names it in messages. */
    suspend fun open(
        compact: String,
        kind: String,
    ): String {
        if (!isJwe(compact)) return compact
        Jwt.requireCompact(compact.encodeToByteArray(), kind)
        val header =
            Base64Url.decode(compact.substringBefore('.'))?.let(::parseJson) as? JsonObject
                ?: throw DecryptionException("the header of the encrypted $kind is not base64url of a JSON object")
        val encryption = "${wanted(header)}, enc \"${printable(text(header["enc"]).orEmpty())}\""
        return decrypted(select(header, kind), compact, kind, encryption).decodeToString()
    }

    /** What came with the JWE is issued, whatever becomes of it: no failure of a key may hide that. */
    @Suppress("TooGenericExceptionCaught", "SuspendFunSwallowedCancellation") // a caller's key fails as it likes
    private suspend fun decrypted(
        known: Known,
        jwe: String,
        kind: String,
        encryption: String,
    ): ByteArray =
        try {
            known.key.decrypt(jwe)
        } catch (e: DecryptionException) {
            throw e.retold("the $kind, which is encrypted with $encryption, cannot be opened: ${e.text}")
        } catch (e: CancellationException) {
            // one that was closed may cancel its calls
            currentCoroutineContext().ensureActive()
            throw failed(known, kind, e)
        } catch (e: OAuthException) {
            throw e
        } catch (e: Exception) {
            throw failed(known, kind, e)
        }

    private fun failed(
        known: Known,
        kind: String,
        cause: Exception,
    ): DecryptionException =
        DecryptionException(
            "the $kind could not be decrypted: the key of decryption(…) in the settings with ${known.shown()} " +
                "failed, ${cause.javaClass.name}",
            cause,
        ).also { it.isOfKey = cause !is GeneralSecurityException }

    private fun select(
        header: JsonObject,
        kind: String,
    ): Known {
        val algorithm = text(header["alg"]).orEmpty()
        val encryption = text(header["enc"]).orEmpty()
        if (encryption !in contentEncryption) {
            throw DecryptionException(
                "the $kind is encrypted with the \"enc\" \"${printable(encryption)}\", " +
                    "but decryption(…) in the settings allows ${contentEncryption.joinToString()}",
            )
        }
        if (keys.none { algorithm in it.algorithms }) {
            throw DecryptionException(
                "the $kind is encrypted with the \"alg\" \"${printable(algorithm)}\", " +
                    "but the keys of decryption(…) in the settings are for ${algorithms()}",
            )
        }
        val curve = text((header["epk"] as? JsonObject)?.get("crv"))
        val keyId = header["kid"].takeUnless { it is JsonNull }
        val candidates =
            keys.filter { key ->
                algorithm in key.algorithms &&
                    (keyId == null || (key.keyId != null && key.keyId == text(keyId))) &&
                    (key.curve == null || key.curve == curve)
            }
        return candidates.singleOrNull()
            ?: throw DecryptionException(
                "one key of decryption(…) in the settings must fit the $kind, which is encrypted for " +
                    "${wanted(header)}, but ${if (candidates.isEmpty()) "none does" else "${candidates.size} do"}: " +
                    "there are ${keys.joinToString { it.shown() }}",
            )
    }

    private fun algorithms(): String = keys.flatMap { it.algorithms }.distinct().joinToString()

    private fun wanted(header: JsonObject): String =
        listOfNotNull(
            "alg \"${printable(text(header["alg"]).orEmpty())}\"",
            text(header["kid"])?.let { "kid \"${printable(it)}\"" },
            text((header["epk"] as? JsonObject)?.get("crv"))?.let { "curve \"${printable(it)}\"" },
        ).joinToString(", ")

    companion object {
        val CONTENT_ENCRYPTION =
            setOf("A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512")

        /**
         * With [keys] for [contentEncryption], or all where that is empty. Throws [IllegalArgumentException] where there
         * is no key, or an `enc` that is not known.
         */
        fun of(
            keys: List<DecryptionKey>,
            contentEncryption: Array<out String>,
        ): Decryption {
            require(keys.isNotEmpty()) { "decryption needs a key at least" }
            val unknown = contentEncryption.filter { it !in CONTENT_ENCRYPTION }
            require(unknown.isEmpty()) {
                "the \"enc\" ${unknown.joinToString()} is not one of ${CONTENT_ENCRYPTION.joinToString()}"
            }
            return Decryption(keys.toList(), contentEncryption.toSet().ifEmpty { CONTENT_ENCRYPTION })
        }

        private const val JWE_DOTS = 4

        /** Whether [compact] has the form of a compact JWE (RFC 7516 §9). */
        fun isJwe(compact: String): Boolean = compact.count { it == '.' } == JWE_DOTS
    }
}
