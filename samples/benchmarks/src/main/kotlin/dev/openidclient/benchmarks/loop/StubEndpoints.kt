package dev.openidclient.benchmarks.loop

import io.netty.buffer.Unpooled
import io.netty.handler.codec.http.DefaultFullHttpResponse
import io.netty.handler.codec.http.FullHttpRequest
import io.netty.handler.codec.http.FullHttpResponse
import io.netty.handler.codec.http.HttpHeaderNames
import io.netty.handler.codec.http.HttpResponseStatus
import io.netty.handler.codec.http.HttpVersion
import io.netty.handler.codec.http.QueryStringDecoder
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap

/**
 * What the stub server answers as [issuer]. A token request costs it no signature: the answer of the client credentials
 * grant is made beforehand, the one of a code where the code is issued. A code may be exchanged any number of times.
 */
internal class StubEndpoints(
    private val issuer: String,
    clientSecret: String,
    private val tokens: StubTokens,
    private val counting: StubCounting,
) {
    private val clients =
        SigningAlgorithm.entries.associateBy { algorithm ->
            val credentials = "${algorithm.clientId}:$clientSecret".encodeToByteArray()
            "Basic ${Base64.getEncoder().encodeToString(credentials)}"
        }
    private val clientCredentials = tokens.answer(mapOf("scope" to SCOPE)).encodeToByteArray()
    private val exchanges = ConcurrentHashMap<String, ByteArray>()
    private val jwks = tokens.jwks.encodeToByteArray()
    private val metadata =
        buildJsonObject {
            put("issuer", issuer)
            put("authorization_endpoint", "$issuer/oauth2/authorize")
            put("token_endpoint", "$issuer/oauth2/token")
            put("jwks_uri", "$issuer/oauth2/jwks")
            put("authorization_response_iss_parameter_supported", true)
            putJsonArray("response_types_supported") { add("code") }
            putJsonArray("subject_types_supported") { add("public") }
            putJsonArray("code_challenge_methods_supported") { add("S256") }
            putJsonArray("grant_types_supported") {
                add("authorization_code")
                add("client_credentials")
            }
            putJsonArray("token_endpoint_auth_methods_supported") { add("client_secret_basic") }
            putJsonArray("id_token_signing_alg_values_supported") {
                SigningAlgorithm.entries.forEach { add(it.identifier) }
            }
        }.toString().encodeToByteArray()

    fun answer(request: FullHttpRequest): FullHttpResponse =
        when (request.uri().substringBefore('?')) {
            "/oauth2/token" -> token(request)
            "/orders" -> orders(request)
            "/.well-known/openid-configuration" -> json(HttpResponseStatus.OK, metadata)
            "/oauth2/jwks" -> json(HttpResponseStatus.OK, jwks)
            "/oauth2/authorize" -> authorize(QueryStringDecoder(request.uri()))
            else -> json(HttpResponseStatus.NOT_FOUND, "{}".encodeToByteArray())
        }

    private fun token(request: FullHttpRequest): FullHttpResponse {
        counting.tokenRequests.incrementAndGet()
        if (request.headers().get(HttpHeaderNames.AUTHORIZATION) !in clients) {
            return json(HttpResponseStatus.UNAUTHORIZED, INVALID_CLIENT)
        }
        val form = QueryStringDecoder(request.content().toString(Charsets.UTF_8), false).parameters()
        val body =
            when (form["grant_type"]?.singleOrNull()) {
                "client_credentials" -> clientCredentials.takeIf { form["scope"] == listOf(SCOPE) }
                "authorization_code" -> form["code"]?.singleOrNull()?.let(exchanges::get)
                else -> null
            }
        return if (body ==
            null
        ) {
            json(HttpResponseStatus.BAD_REQUEST, INVALID_GRANT)
        } else {
            json(HttpResponseStatus.OK, body)
        }
    }

    /** A protected resource: it says which token it takes. */
    private fun orders(request: FullHttpRequest): FullHttpResponse {
        counting.tokenRequests.incrementAndGet()
        val authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION)
        if (authorization?.substringAfter(' ') != tokens.accessToken) {
            return json(HttpResponseStatus.UNAUTHORIZED, "{}".encodeToByteArray())
        }
        return json(HttpResponseStatus.OK, tokens.accessToken.encodeToByteArray())
    }

    /** Signs in the one person there is, without asking. */
    private fun authorize(request: QueryStringDecoder): FullHttpResponse {
        val asked = request.parameters().mapValues { (_, values) -> values.single() }
        val algorithm = SigningAlgorithm.entries.single { it.clientId == asked.getValue("client_id") }
        val idToken = tokens.idToken(issuer, algorithm, asked.getValue("nonce"))
        val code = "code${exchanges.size}"
        exchanges[code] =
            tokens.answer(mapOf("scope" to asked.getValue("scope"), "id_token" to idToken)).encodeToByteArray()
        val answer = json(HttpResponseStatus.FOUND, ByteArray(0))
        answer.headers()[HttpHeaderNames.LOCATION] =
            "${asked["redirect_uri"]}?code=$code&state=${asked["state"]}&iss=$issuer"
        return answer
    }

    /** With the header fields that servers send along. */
    private fun json(
        status: HttpResponseStatus,
        body: ByteArray,
    ): FullHttpResponse {
        val answer = DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body))
        answer
            .headers()
            .set(HttpHeaderNames.CONTENT_TYPE, "application/json;charset=UTF-8")
            .set(HttpHeaderNames.CONTENT_LENGTH, body.size)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate")
            .set(HttpHeaderNames.PRAGMA, "no-cache")
            .set(HttpHeaderNames.EXPIRES, "0")
            .set("x-content-type-options", "nosniff")
            .set("x-frame-options", "DENY")
            .set("x-xss-protection", "0")
        return answer
    }

    companion object {
        const val SCOPE: String = "orders:read"

        private val INVALID_CLIENT = """{"error":"invalid_client"}""".encodeToByteArray()
        private val INVALID_GRANT = """{"error":"invalid_grant"}""".encodeToByteArray()
    }
}
