package dev.openidclient.integration

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import javax.net.ssl.SSLContext

/** One issuer of [OidcProvider] with its clients; its protected resources take and bind every kind of access token. */
class InteropIssuer internal constructor(
    private val description: JsonObject,
    private val secure: JsonObject?,
    private val tls: SSLContext,
) {
    /** The issuer identifier. */
    val url: String = description.string("issuer")

    /** The same profile over TLS: another issuer, which also authenticates clients and binds tokens by certificate. */
    val overTls: InteropIssuer by lazy {
        if (secure == null) this else InteropIssuer(secure, null, tls)
    }

    /** What dynamic registration asks for. */
    val initialAccessToken: String = description.string("initialAccessToken")

    /** The resource indicator of DPoP-bound tokens that serve as an [initialAccessToken]. */
    val registration: String = "$url/reg"

    /** Takes opaque access tokens for the resource indicator of the same URL. */
    val resource: String = "$url/resource"

    /** Takes JWT access tokens for the resource indicator of the same URL. */
    val jwtResource: String = "$url/resource/jwt"

    private val http: HttpClient by lazy { HttpClient.newBuilder().sslContext(tls).build() }

    /** The client registered as [id]; the names are in `src/test/node/clients.mjs`. */
    fun client(id: String): InteropClient {
        val clients = description.getValue("clients").jsonObject
        return InteropClient(requireNotNull(clients[id]) { "no client \"$id\" among ${clients.keys}" }.jsonObject)
    }

    /** Registers a client with exactly [metadata] (JSON), for what the prepared ones do not cover. */
    fun register(metadata: String): InteropClient {
        val request =
            request(registration)
                .header("Authorization", "Bearer $initialAccessToken")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(metadata))
        return InteropClient(Json.parseToJsonElement(send(request, 201).body()).jsonObject)
    }

    /** The person allows the backchannel authentication request, as on a phone. */
    fun approve(authReqId: String) {
        act("ciba/$authReqId/approve")
    }

    /** The person refuses the backchannel authentication request. */
    fun deny(authReqId: String) {
        act("ciba/$authReqId/deny")
    }

    /** What was sent to the notification endpoint of a ping client: `authorization` and `body`; null before that. */
    fun notification(authReqId: String): JsonObject? =
        send(request("$url/test/ciba/$authReqId/notification").GET(), 200, 204)
            .body()
            .ifEmpty { null }
            ?.let { Json.parseToJsonElement(it).jsonObject }

    /** The server changes its signing key, and forgets the one before; the new one has a `kid` if it is [named]. */
    @JvmOverloads
    fun rotateSigningKey(named: Boolean = true) {
        act(if (named) "keys/rotate" else "keys/rotate-unnamed")
    }

    /** From now on the JWK Set is answered by a 503, until [recoverJwks]. */
    fun failJwks() {
        act("keys/fail")
    }

    fun recoverJwks() {
        act("keys/recover")
    }

    private fun act(path: String) {
        send(request("$url/test/$path").POST(BodyPublishers.noBody()), 204)
    }

    private fun request(url: String): HttpRequest.Builder = HttpRequest.newBuilder(URI(url))

    private fun send(
        request: HttpRequest.Builder,
        vararg expected: Int,
    ): HttpResponse<String> {
        val response = http.send(request.build(), BodyHandlers.ofString())
        check(
            response.statusCode() in expected,
        ) { "${response.uri()} answered ${response.statusCode()}: ${response.body()}" }
        return response
    }

    override fun toString(): String = "InteropIssuer($url)"
}

/** A registered client: [metadata] holds its members as RFC 7591 names them. */
class InteropClient(
    val metadata: JsonObject,
) {
    val id: String = metadata.string("client_id")

    /** Null for a client that has none. */
    val secret: String? = metadata["client_secret"]?.jsonPrimitive?.contentOrNull

    /** The same for a program that does not know of [member]. */
    fun without(member: String): InteropClient = InteropClient(JsonObject(metadata - member))

    override fun toString(): String = "InteropClient($id)"
}
