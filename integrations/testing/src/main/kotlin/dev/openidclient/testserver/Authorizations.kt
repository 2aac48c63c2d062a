package dev.openidclient.testserver

import dev.openidclient.http.Parameters
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

internal val RESPONSE_MODES =
    listOf("query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt")

/** An authorization request whose client and redirect URI hold, so that even a refusal may go there. */
internal class CheckedRequest(
    val client: TestClient,
    val parameters: Parameters,
    val redirectUri: String,
    /** What is wrong with the rest of it, for the client to hear. */
    val refusal: Refusal?,
) {
    val responseType: Set<String> = scopesIn(parameters["response_type"])

    val responseMode: String
        get() {
            val plain = if ("id_token" in responseType) "fragment" else "query"
            return when (val asked = parameters["response_mode"]) {
                null -> plain
                "jwt" -> "$plain.jwt"
                else -> asked
            }
        }
}

/** Where the browser goes next, and what it brings. */
internal class BrowserResponse(
    val redirectUri: String,
    val mode: String,
    val parameters: Parameters,
) {
    val isForm: Boolean get() = mode.startsWith("form_post")

    val url: String
        get() {
            val encoded = parameters.encode()
            if (mode.startsWith("fragment")) return "$redirectUri#$encoded"
            return redirectUri + (if ('?' in redirectUri) "&" else "?") + encoded
        }
}

/** The authorization endpoint and the endpoint for pushed requests (RFC 6749 §3.1, RFC 9126). */
internal class Authorizations(
    private val server: Server,
) {
    private val codes = HashMap<String, Code>()
    private val pushed = HashMap<String, PushedRequest>()

    private class PushedRequest(
        val clientId: String,
        val parameters: Parameters,
        val expiresAt: Instant,
    )

    fun code(value: String): Code? = codes[value]

    /** Answers a pushed request (RFC 9126 §2). */
    fun push(exchange: Exchange): JsonObject {
        val form = exchange.form("resource")
        val client = server.authentication.authenticate(exchange, form).client
        val jkt = server.proofs.check(exchange)
        if ("request_uri" in form) invalidRequest("a pushed request must not have a request_uri (RFC 9126 §2.1)")
        val named = SECRETS.fold(form) { rest, name -> rest.without(name) }.with("client_id", client.clientId)
        val bound = if (jkt != null && "dpop_jkt" !in named) named.with("dpop_jkt", jkt) else named
        if (jkt != null && bound["dpop_jkt"] != jkt) {
            invalidRequest("dpop_jkt is not the thumbprint of the key of the DPoP proof (RFC 9449 §10.1)")
        }
        check(resolved(bound, isPushed = false), client)?.let { throw it }
        val uri = "urn:ietf:params:oauth:request_uri:${server.text()}"
        pushed[uri] = PushedRequest(client.clientId, bound, server.now.plus(PUSHED_LIFETIME))
        return jsonOf("request_uri" to uri, "expires_in" to PUSHED_LIFETIME.seconds)
    }

    /** The request of [parameters]. Throws [Refusal] where nothing may go to its redirect URI: a page says it then. */
    fun read(parameters: Parameters): CheckedRequest {
        val clientId = parameters["client_id"] ?: invalidRequest("client_id is absent")
        val client =
            server.clients.find(clientId)
                ?: refuse(
                    "unauthorized_client",
                    "client '$clientId' is not registered: ${server.clients.describe()} are",
                )
        val whole =
            try {
                resolved(parameters.requireSingle(setOf("resource")), isPushed = false)
            } catch (e: Refusal) {
                val redirectUri = parameters["redirect_uri"]?.let { redirectUri(client, it) } ?: throw e
                return CheckedRequest(client, parameters, redirectUri, e)
            }
        if (whole["client_id"] != clientId) invalidRequest("the client_id of the request object is another one")
        val redirectUri = redirectUri(client, whole["redirect_uri"])
        val fault = check(whole, client) ?: refusalOfForm(parameters, whole, client)
        return CheckedRequest(client, whole, redirectUri, fault)
    }

    private fun refusalOfForm(
        parameters: Parameters,
        whole: Parameters,
        client: TestClient,
    ): Refusal? {
        val settings = server.settings
        val isPushed = "request_uri" in parameters
        val isSigned = "request" in parameters || "request" in whole || SIGNED in whole
        val mustPush =
            settings.requiresPushedRequests || client.metadata.isTrue("require_pushed_authorization_requests")
        val mustSign = settings.requiresSignedRequests || client.metadata.isTrue("require_signed_request_object")
        return when {
            mustPush && !isPushed -> Refusal("invalid_request", "the authorization request must be pushed (RFC 9126)")
            mustSign && !isSigned -> Refusal("invalid_request", "the authorization request must be signed (RFC 9101)")
            else -> null
        }
    }

    /** The parameters of a pushed request, or of a request object, in place of those that refer to it. */
    private fun resolved(
        parameters: Parameters,
        isPushed: Boolean,
    ): Parameters {
        val uri = parameters["request_uri"]
        if (uri != null) {
            val request =
                pushed.remove(uri)
                    ?: refuse("invalid_request_uri", "the request_uri was never issued here, or is used up")
            if (request.expiresAt <=
                server.now
            ) {
                refuse("invalid_request_uri", "the request_uri expired at ${request.expiresAt}")
            }
            if (request.clientId != parameters["client_id"]) {
                refuse("invalid_request_uri", "the request_uri is of client '${request.clientId}'")
            }
            return resolved(request.parameters, isPushed = true)
        }
        val compact = parameters["request"] ?: return parameters
        val clientId = parameters["client_id"]
        val client = clientId?.let(server.clients::find) ?: refuse("invalid_request_object", "client_id is absent")
        val claims = requestObject(server, client, compact, isReplayChecked = !isPushed)
        // RFC 9101 §6.3: what is signed counts, and nothing else
        return claims.plus(SIGNED, "true")
    }

    private fun redirectUri(
        client: TestClient,
        asked: String?,
    ): String {
        val registered = client.redirectUris
        val chosen =
            asked
                ?: registered.singleOrNull()
                ?: invalidRequest(
                    "redirect_uri is absent, and client '${client.clientId}' has ${registered.size} of them",
                )
        // RFC 9700 §2.1: character by character
        if (registered.isNotEmpty() && chosen !in registered && !isOtherPort(chosen, registered)) {
            invalidRequest("redirect_uri '$chosen' is not registered for client '${client.clientId}': $registered are")
        }
        if ('#' in chosen) invalidRequest("redirect_uri must have no fragment, but is '$chosen'")
        return chosen
    }

    /** RFC 8252 §7.3: the port of a loopback address is free. */
    private fun isOtherPort(
        uri: String,
        registered: List<String>,
    ) = LOOPBACK.find(uri)?.let { own ->
        registered.any { LOOPBACK.find(it)?.groupValues?.drop(1) == own.groupValues.drop(1) }
    } == true

    /** What is wrong with a request of [client], for it to hear; null: nothing. */
    private fun check(
        parameters: Parameters,
        client: TestClient,
    ): Refusal? =
        try {
            checkResponseType(parameters, client)
            checkPkce(parameters)
            server.grantedScopes(client, scopesIn(parameters["scope"]))
            server.grantedResources(parameters.all("resource"))
            parameters["authorization_details"]?.let(::jsonArray)
            val mode = parameters["response_mode"]
            if (mode != null && mode !in RESPONSE_MODES) invalidRequest("response_mode '$mode' is unknown")
            redirectUri(client, parameters["redirect_uri"])
            null
        } catch (e: Refusal) {
            e
        }

    private fun checkResponseType(
        parameters: Parameters,
        client: TestClient,
    ) {
        val type = parameters.required("response_type")
        val isKnown = scopesIn(type) in RESPONSE_TYPES
        val registered = client.metadata.texts("response_types")
        if (!isKnown) {
            refuse(
                "unsupported_response_type",
                "the server knows code, id_token, 'code id_token', not '$type'",
            )
        }
        if (registered.isNotEmpty() && registered.none { scopesIn(it) == scopesIn(type) }) {
            refuse("unauthorized_client", "client '${client.clientId}' is registered for $registered, not for '$type'")
        }
        val scopes = scopesIn(parameters["scope"])
        if ("id_token" in type && "openid" !in scopes) invalidRequest("response_type '$type' needs the scope openid")
        // OpenID Connect Core §3.2.2.1, §3.3.2.11
        if ("id_token" in type && "nonce" !in parameters) invalidRequest("response_type '$type' needs a nonce")
        val mode = parameters["response_mode"]
        if ("id_token" in type && (mode == "query" || mode == "query.jwt")) {
            invalidRequest("an ID Token must not come in the query: response_mode=$mode")
        }
    }

    private fun checkPkce(parameters: Parameters) {
        val challenge = parameters["code_challenge"]
        val method = parameters["code_challenge_method"] ?: "plain"
        if ("code" !in scopesIn(parameters["response_type"])) return
        if (challenge == null) {
            if (server.settings.requiresPkce) invalidRequest("code_challenge is absent: the server requires PKCE")
            return
        }
        if (method != "S256") invalidRequest("code_challenge_method must be S256, but is '$method'")
        if (!CHALLENGE.matches(challenge)) invalidRequest("code_challenge must be the base64url of a SHA-256")
    }

    /** What the browser brings back after the person [signIn] agreed, or the request was refused. */
    fun accept(
        request: CheckedRequest,
        signIn: SignIn,
    ): BrowserResponse {
        request.refusal?.let { return refusal(request, it.error, it.description) }
        val parameters = request.parameters
        val grant =
            server.grantOf(
                request.client,
                signIn,
                scopes = scopesIn(parameters["scope"]),
                resources = parameters.all("resource"),
                nonce = parameters["nonce"],
                acr = parameters["acr_values"]?.substringBefore(' '),
                authorizationDetails = parameters["authorization_details"]?.let(::jsonArray),
            )
        val code = if ("code" in request.responseType) newCode(request, grant) else null
        val idToken =
            if ("id_token" in request.responseType) {
                server.idToken(
                    request.client,
                    grant,
                    code = code?.value,
                    state =
                        parameters["state"].takeIf {
                            code !=
                                null
                        },
                )
            } else {
                null
            }
        return response(request, "code" to code?.value, "id_token" to idToken)
    }

    private fun jsonArray(text: String): JsonElement =
        try {
            Json.parseToJsonElement(text) as? JsonArray
        } catch (_: SerializationException) {
            null
        } ?: refuse("invalid_authorization_details", "authorization_details must be a JSON array")

    private fun newCode(
        request: CheckedRequest,
        grant: Grant,
    ): Code {
        val parameters = request.parameters
        val code =
            Code(
                value = server.text(),
                grant = grant,
                redirectUri = parameters["redirect_uri"],
                challenge = parameters["code_challenge"],
                challengeMethod = parameters["code_challenge_method"] ?: "plain",
                jkt = parameters["dpop_jkt"],
                expiresAt = server.now.plus(server.settings.codeLifetime),
            )
        codes[code.value] = code
        return code
    }

    fun refusal(
        request: CheckedRequest,
        error: String,
        description: String,
    ): BrowserResponse = response(request, "error" to error, "error_description" to description)

    /** With `state` and `iss` (RFC 9207), or all of it as a JWT (JARM §2.1). */
    private fun response(
        request: CheckedRequest,
        vararg own: Pair<String, String?>,
    ): BrowserResponse {
        val members = own.toList() + ("state" to request.parameters["state"])
        val mode = request.responseMode.takeIf { it in RESPONSE_MODES } ?: "query"
        val named = members.mapNotNull { (name, value) -> value?.let { name to it } }
        if (!mode.endsWith("jwt")) {
            val all = named + ("iss" to server.issuer)
            return BrowserResponse(request.redirectUri, mode, Parameters.of(*all.toTypedArray()))
        }
        val claims =
            jsonOf(*named.toTypedArray()) +
                jsonOf(
                    "iss" to server.issuer,
                    "aud" to request.client.clientId,
                    "exp" to server.now.plus(server.settings.codeLifetime),
                )
        val jwt = server.sealed(request.client, "authorization", JsonObject(claims))
        return BrowserResponse(request.redirectUri, mode, Parameters.of("response" to jwt))
    }

    private companion object {
        /** Marks the parameters of a request object. */
        const val SIGNED = "\u0000signed"
        val PUSHED_LIFETIME: Duration = Duration.ofSeconds(60)
        val SECRETS = listOf("client_secret", "client_assertion", "client_assertion_type")
        val RESPONSE_TYPES = setOf(setOf("code"), setOf("id_token"), setOf("code", "id_token"))
        val CHALLENGE = Regex("[A-Za-z0-9_-]{43}")
        val LOOPBACK = Regex("""^(http://(?:127\.0\.0\.1|\[::1]))(?::\d+)?(/.*)?$""")
    }
}

/** The claims of a request object of [client] as parameters (RFC 9101 §6). */
internal fun requestObject(
    server: Server,
    client: TestClient,
    compact: String,
    isReplayChecked: Boolean,
): Parameters {
    fun refused(description: String): Nothing = refuse("invalid_request_object", "the request object: $description")
    val jws = Jws.parse(compact) ?: refused("it is no JWT")
    val id = client.clientId
    if (client.keys.isEmpty()) refused("the server has no key of client '$id': client('$id') { jwks(key.publicJwk) }")
    if (!jws.isSignedBy(client.keys)) refused("its signature is of no key of client '$id'")
    val claims = jws.claims
    if (claims.text("iss") != id) refused("its iss must be '$id'")
    if (!server.isOwnAudience(claims.texts("aud"))) refused("its aud must be ${server.issuer}")
    if (claims.text("client_id")?.let { it == id } == false) refused("its client_id must be '$id'")
    if ("request" in claims || "request_uri" in claims) refused("it must not have request or request_uri")
    if (isReplayChecked) assertionFault(server, jws, requiresExp = false)?.let { refused(it) }
    val own = claims.filterKeys { it !in JWT_CLAIMS }
    val entries = own.flatMap { (name, value) -> values(name, value).map { name to it } }
    return Parameters.of(*entries.toTypedArray()).with("client_id", id)
}

private val JWT_CLAIMS = setOf("iss", "aud", "exp", "iat", "nbf", "jti", "sub")

private fun values(
    name: String,
    value: JsonElement,
): List<String> =
    when {
        value is JsonPrimitive -> listOf(value.content)
        value is JsonArray && name == "resource" -> value.filterIsInstance<JsonPrimitive>().map { it.content }
        else -> listOf(value.toString())
    }
