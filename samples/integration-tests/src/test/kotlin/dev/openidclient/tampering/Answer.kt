package dev.openidclient.tampering

import dev.openidclient.http.Parameters
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** What the client asked, as the proxy saw it. Header names are in lower case. */
internal class Asked(
    val method: String,
    /** With the query. */
    val path: String,
    val headers: Map<String, String>,
    val body: ByteArray,
) {
    val form: Parameters get() = Parameters.parse(body.decodeToString())
}

/** What the client is answered. Header names are in lower case. */
internal class Answer(
    val status: Int,
    val headers: List<Pair<String, String>>,
    val body: ByteArray,
    /** The `Content-Length`, where it is a lie. */
    val announced: Int? = null,
) {
    val text: String get() = body.decodeToString()

    val json: JsonObject get() = Json.parseToJsonElement(text).jsonObject

    val isSuccess: Boolean get() = status in 200..299

    fun header(name: String): String? = headers.firstOrNull { it.first == name }?.second

    fun withStatus(status: Int) = Answer(status, headers, body)

    fun withBody(body: ByteArray) = Answer(status, headers, body)

    fun withText(text: String) = withBody(text.encodeToByteArray())

    fun withJson(json: JsonObject) = withText(json.toString())

    fun announcing(length: Int) = Answer(status, headers, body, length)

    fun withType(type: String?): Answer {
        val others = headers.filter { it.first != CONTENT_TYPE }
        return Answer(status, if (type == null) others else others + (CONTENT_TYPE to type), body)
    }

    fun plusHeaders(vararg added: Pair<String, String>) = Answer(status, headers + added, body)

    fun isSameAs(other: Answer): Boolean =
        status == other.status && headers == other.headers && body.contentEquals(other.body) &&
            announced == other.announced

    companion object {
        private const val CONTENT_TYPE = "content-type"

        fun json(
            status: Int,
            text: String,
        ) = Answer(status, listOf(CONTENT_TYPE to "application/json"), text.encodeToByteArray())
    }
}

/** The endpoints that the proxy plays, by their paths within an issuer. */
internal enum class Endpoint(
    private val path: String,
) {
    METADATA("/.well-known/openid-configuration"),
    OAUTH_METADATA("/.well-known/oauth-authorization-server"),
    JWKS("/jwks"),
    TOKEN("/token"),
    USERINFO("/me"),
    PAR("/request"),
    REGISTRATION("/reg"),
    DEVICE("/device/auth"),
    CIBA("/backchannel"),
    INTROSPECTION("/token/introspection"),
    REVOCATION("/token/revocation"),
    RESOURCE("/resource"),
    ;

    companion object {
        /** RFC 8414 §3.1 puts the well-known part before the path of the issuer, all others come after it. */
        fun of(path: String): Endpoint? {
            val plain = path.substringBefore('?')
            return if (plain.startsWith(OAUTH_METADATA.path)) {
                OAUTH_METADATA
            } else {
                values().firstOrNull {
                    it.path ==
                        plain.removePrefix("/").substringAfter('/', "").let { rest -> "/$rest" }
                }
            }
        }
    }
}
