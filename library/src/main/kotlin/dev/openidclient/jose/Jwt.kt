package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.json.CharacterSet
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.json.withoutNulls
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import java.util.Locale
import dev.openidclient.json.kind as kindOf

/**
 * A compact JWS whose payload is a JSON object ([RFC 7519 §3](https://www.rfc-editor.org/rfc/rfc7519#section-3)), taken
 * apart and nothing more: not validated, not verified. [kind] names it in messages, as in "ID Token".
 */
internal class Jwt private constructor(
    val kind: String,
    val header: JsonObject,
    /** The bytes of its characters. */
    private val compact: ByteArray,
    private val parts: List<String>,
) {
    val algorithm: String? get() = text(header["alg"])

    val keyId: String?
        get() =
            header["kid"]?.takeUnless { it is JsonNull }?.let {
                text(it)
                    ?: throw InvalidResponseException(
                        ErrorCode.INVALID_RESPONSE,
                        "\"kid\" of the $kind must be a string, but is ${kindOf(it)}",
                    )
            }

    /** `typ`, in the form of [comparable]; null where there is none. */
    val type: String? get() = text(header["typ"])?.let(::comparable)

    /** The claims as they came. Parsed when first asked for, so that the algorithm can be judged before. */
    val payload: JsonObject by lazy(LazyThreadSafetyMode.PUBLICATION) { decode(parts[1], "payload", kind) }

    /** The claims that have a value: one that is `null` is absent. */
    val claims: JsonObject by lazy(LazyThreadSafetyMode.PUBLICATION) { withoutNulls(payload) }

    /** `aud`, one or several (RFC 7519 §4.1.3). */
    val audience: List<String>
        get() = text(claims["aud"])?.let(::listOf) ?: (claims["aud"] as? JsonArray)?.mapNotNull(::text).orEmpty()

    /** What the signature signs (RFC 7515 §5.2). */
    val signingInput: ByteArray get() = compact.copyOf(compact.size - parts.last().length - 1)

    val signature: ByteArray by lazy(LazyThreadSafetyMode.PUBLICATION) {
        Base64Url.decode(parts[2])
            ?: throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "the signature of the $kind is not base64url",
            )
    }

    /** Throws where another text says the same signature: its last character has bits that count for nothing. */
    fun requireExactSignature() {
        if (Base64Url.hasSpareBits(parts[2])) {
            throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "the signature of the $kind is not exactly base64url: its last character has bits too many",
            )
        }
    }

    companion object {
        private const val JWS_PARTS = 3
        private const val JWE_PARTS = 5

        private val COMPACT = CharacterSet.ALPHANUMERIC + "-_."

        fun parse(
            compact: String,
            kind: String,
        ): Jwt {
            val parts = compact.split('.')
            return when (parts.size) {
                JWS_PARTS -> {
                    val bytes = compact.encodeToByteArray()
                    requireCompact(bytes, kind)
                    Jwt(kind, header(parts[0], kind), bytes, parts)
                }
                JWE_PARTS ->
                    throw UnsupportedFeatureException(
                        "the $kind is encrypted, but no decryption key is configured: " +
                            "decryption(…) in the settings takes it",
                    )
                else ->
                    throw InvalidResponseException(
                        ErrorCode.INVALID_RESPONSE,
                        "the $kind must be a JWT of $JWS_PARTS parts, but has ${parts.size}",
                    )
            }
        }

        private fun header(
            part: String,
            kind: String,
        ): JsonObject = RecentHeaders.find(part) ?: decode(part, "header", kind).also { RecentHeaders.add(part, it) }

        /** A `typ` to compare with others: media types of `application` may be cut, in any case (RFC 7515 §4.1.9). */
        fun comparable(typ: String): String {
            val lower = typ.lowercase(Locale.ROOT)
            val subtype = lower.removePrefix("application/")
            return if ('/' in subtype) lower else subtype
        }

        /** Base64url and points, and nothing else: what skips other characters reads tokens that nobody issued. */
        fun requireCompact(
            compact: ByteArray,
            kind: String,
        ) {
            if (!COMPACT.hasAllOf(compact)) {
                throw InvalidResponseException(
                    ErrorCode.INVALID_RESPONSE,
                    "the $kind must be a compact JWT, of the characters A-Z, a-z, 0-9, \"-\", \"_\" and \".\" only",
                )
            }
        }

        fun isCompact(text: String): Boolean = COMPACT.hasAllOf(text)

        private fun decode(
            part: String,
            name: String,
            kind: String,
        ): JsonObject {
            val element =
                Base64Url.decode(part)?.let(::parseJson)
                    ?: throw InvalidResponseException(
                        ErrorCode.PARSE_ERROR,
                        "the $name of the $kind is not base64url of JSON",
                    )
            return element as? JsonObject
                ?: throw InvalidResponseException(
                    ErrorCode.INVALID_RESPONSE,
                    "the $name of the $kind must be a JSON object, but is ${kindOf(element)}",
                )
        }
    }
}
