package dev.openidclient.testserver

import dev.openidclient.http.Parameters
import java.security.MessageDigest
import java.time.Duration
import java.time.Instant
import java.util.Base64
import javax.security.auth.x500.X500Principal

private const val ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

internal const val INVALID_CLIENT = "invalid_client"

/** Who sends a request, and by which method that was shown. */
internal class AuthenticatedClient(
    val client: TestClient,
    val method: String,
) {
    val id: String get() = client.clientId
}

/** Finds out which client sends a request, and whether it is that one (RFC 6749 §2.3, RFC 7523 §3, RFC 8705 §2). */
internal class ClientAuthenticationCheck(
    private val server: Server,
) {
    fun authenticate(
        exchange: Exchange,
        form: Parameters,
    ): AuthenticatedClient {
        val basic = basicCredentials(exchange)
        val id = clientId(form, basic)
        val client = server.clients.find(id) ?: refuseClient(exchange, unknown(id))
        val shown = shownMethod(exchange, form, client, basic?.second)
        val allowed = client.authenticationMethod
        if (allowed != null && shown != allowed && isRegistered(client)) {
            refuseClient(exchange, "client '$id' is registered for $allowed, but came with $shown")
        }
        if (shown == NONE && client.isConfidential) {
            refuseClient(exchange, "client '$id' must authenticate, but came without anything that shows who it is")
        }
        return AuthenticatedClient(client, shown)
    }

    private fun unknown(id: String) =
        "client '$id' is not registered at the test server, which knows ${server.clients.describe()}"

    private fun isRegistered(client: TestClient) = server.clients.isRegistered(client.clientId)

    private fun basicCredentials(exchange: Exchange): Pair<String, String>? {
        val header = exchange.request.headers["authorization"]?.takeIf { it.startsWith("Basic ") } ?: return null
        val text =
            try {
                Base64.getDecoder().decode(header.removePrefix("Basic ")).decodeToString()
            } catch (_: IllegalArgumentException) {
                refuseClient(exchange, "the Authorization header is not Base64")
            }
        // RFC 6749 §2.3.1: each is form-encoded
        return decoded(text.substringBefore(':')) to decoded(text.substringAfter(':', ""))
    }

    private fun decoded(text: String) = Parameters.parse("v=$text")["v"].orEmpty()

    private fun clientId(
        form: Parameters,
        basic: Pair<String, String>?,
    ): String {
        val named = form["client_id"]
        if (basic != null && named != null && basic.first != named) {
            throw Refusal(
                INVALID_CLIENT,
                "the client_id is '$named', but the Authorization header names '${basic.first}'",
            )
        }
        val ways = listOf("client_secret", "client_assertion").count { it in form } + if (basic == null) 0 else 1
        // RFC 6749 §2.3
        if (ways > 1) invalidRequest("a client must authenticate in one way only, but did so in $ways")
        return basic?.first
            ?: named
            ?: form["client_assertion"]?.let { Jws.parse(it)?.claims?.text("sub") }
            ?: throw Refusal(INVALID_CLIENT, "the request names no client: client_id is absent", UNAUTHORIZED)
    }

    private fun shownMethod(
        exchange: Exchange,
        form: Parameters,
        client: TestClient,
        basicSecret: String?,
    ): String {
        val secret = form["client_secret"]
        val assertion = form["client_assertion"]
        return when {
            basicSecret != null -> "client_secret_basic".also { checkSecret(exchange, client, basicSecret) }
            secret != null -> "client_secret_post".also { checkSecret(exchange, client, secret) }
            assertion != null -> checkAssertion(exchange, form, client, assertion)
            client.authenticationMethod in TLS_METHODS -> checkCertificate(exchange, client)
            else -> NONE
        }
    }

    private fun checkSecret(
        exchange: Exchange,
        client: TestClient,
        secret: String,
    ) {
        val own = client.secret
        if (own == null && !isRegistered(client)) return
        if (own == null) refuseClient(exchange, "client '${client.clientId}' has no client_secret, but sent one")
        if (!MessageDigest.isEqual(own.encodeToByteArray(), secret.encodeToByteArray())) {
            refuseClient(exchange, "the client_secret is not the one of client '${client.clientId}'")
        }
        val end = client.metadata.number("client_secret_expires_at")?.takeIf { it > 0 }
        if (end != null && end <= server.now.epochSecond) {
            refuseClient(exchange, "the client_secret of client '${client.clientId}' has ended")
        }
    }

    private fun checkAssertion(
        exchange: Exchange,
        form: Parameters,
        client: TestClient,
        assertion: String,
    ): String {
        if (form["client_assertion_type"] != ASSERTION_TYPE) {
            refuseClient(exchange, "client_assertion_type must be $ASSERTION_TYPE")
        }
        val jws = Jws.parse(assertion) ?: refuseClient(exchange, "the client assertion is no JWT")
        val method = if (jws.algorithm.startsWith("HS")) "client_secret_jwt" else "private_key_jwt"
        checkSignature(exchange, jws, client)
        val id = client.clientId
        if (jws.claims.text("iss") != id) refuseClient(exchange, "iss of the client assertion must be '$id'")
        if (jws.claims.text("sub") != id) refuseClient(exchange, "sub of the client assertion must be '$id'")
        val audience = jws.claims.texts("aud")
        if (!server.isOwnAudience(audience) && exchange.url !in audience) {
            refuseClient(exchange, "aud of the client assertion must be ${server.issuer}, but is $audience")
        }
        assertionFault(server, jws, requiresJti = true)?.let { refuseClient(exchange, "the client assertion: $it") }
        return method
    }

    private fun checkSignature(
        exchange: Exchange,
        jws: Jws,
        client: TestClient,
    ) {
        val id = client.clientId
        val secret = client.secret
        val isSigned =
            if (jws.algorithm.startsWith("HS")) {
                secret
                    ?: refuseClient(
                        exchange,
                        "client '$id' has no client_secret that its assertion could be signed with",
                    )
                jws.isSignedWith(secret)
            } else {
                if (client.keys.isEmpty()) {
                    refuseClient(
                        exchange,
                        "the server has no key of client '$id': client('$id') { jwks(key.publicJwk) }",
                    )
                }
                jws.isSignedBy(client.keys)
            }
        if (!isSigned) refuseClient(exchange, "the signature of the client assertion is of no key of client '$id'")
        val required = client.metadata.text("token_endpoint_auth_signing_alg")
        if (required != null && !Jca.isSame(required, jws.algorithm)) {
            refuseClient(exchange, "the client assertion must be signed with $required, but is with ${jws.algorithm}")
        }
    }

    private fun checkCertificate(
        exchange: Exchange,
        client: TestClient,
    ): String {
        val method = client.authenticationMethod.orEmpty()
        val certificate =
            exchange.certificate ?: refuseClient(exchange, "$method needs a client certificate, but none came")
        if (method == TLS) {
            val subject = client.metadata.text("tls_client_auth_subject_dn")
            val own = certificate.subjectX500Principal
            if (subject == null || X500Principal(subject) != own) {
                refuseClient(
                    exchange,
                    "the client certificate is of '$own', but tls_client_auth_subject_dn is '$subject'",
                )
            }
        } else if (client.keys.none { Jca.publicKey(it)?.encoded.contentEquals(certificate.publicKey.encoded) }) {
            refuseClient(exchange, "the client certificate is of no key in the jwks of client '${client.clientId}'")
        }
        return method
    }

    private fun refuseClient(
        exchange: Exchange,
        description: String,
    ): Nothing {
        // RFC 6749 §5.2: 401 with a challenge for who used the header
        val usedHeader = "authorization" in exchange.request.headers
        val challenge = if (usedHeader) listOf("www-authenticate" to "Basic realm=\"test\"") else emptyList()
        throw Refusal(INVALID_CLIENT, description, UNAUTHORIZED, challenge)
    }

    internal companion object {
        const val NONE = "none"
        const val TLS = "tls_client_auth"
        val TLS_METHODS = setOf(TLS, "self_signed_tls_client_auth")
    }
}

/** How far the clocks of client and server may be apart. */
internal val TOLERANCE: Duration = Duration.ofSeconds(10)

private val LONGEST_ASSERTION = Duration.ofHours(1)

/** What is wrong with the times and the `jti` of [jws], in words; null: nothing. */
internal fun assertionFault(
    server: Server,
    jws: Jws,
    requiresJti: Boolean = false,
    requiresExp: Boolean = true,
): String? {
    val now = server.now
    val end = jws.claims.number("exp")?.let(Instant::ofEpochSecond)
    val soon = now.plus(TOLERANCE).epochSecond
    return when {
        end == null && requiresExp -> "exp is absent"
        end != null && end <= now -> "it expired at $end, and it is $now"
        end != null && end > now.plus(LONGEST_ASSERTION).plus(TOLERANCE) -> "it lives longer than an hour"
        jws.claims.number("iat").let { it != null && it > soon } -> "iat is in the future"
        jws.claims.number("nbf").let { it != null && it > soon } -> "nbf is in the future"
        else -> replayFault(server, jws, requiresJti, end ?: now.plus(LONGEST_ASSERTION))
    }
}

private fun replayFault(
    server: Server,
    jws: Jws,
    requiresJti: Boolean,
    end: Instant,
): String? {
    val jti = jws.claims.text("jti") ?: return if (requiresJti) "jti is absent" else null
    val isNew = server.seenJti.add("${jws.claims.text("iss")} $jti", end, server.now)
    return if (isNew) null else "its jti came before"
}
