package dev.openidclient.fuzz

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.JsonMembers
import dev.openidclient.registration.register
import dev.openidclient.resource.resource
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.userinfo.userInfoWithoutSubjectCheck
import java.time.Duration

private val dpop = Dpop(SigningKey.generate())

private val metadata =
    serverMetadata(
        "introspection_endpoint" to json("\"$ISSUER/introspection\""),
        "revocation_endpoint" to json("\"$ISSUER/revocation\""),
        "device_authorization_endpoint" to json("\"$ISSUER/device\""),
        "backchannel_authentication_endpoint" to json("\"$ISSUER/ciba\""),
        "pushed_authorization_request_endpoint" to json("\"$ISSUER/par\""),
    )

/** Operations, whose input is the server's answer: the status, then fields, an empty line, and the body. */
internal val ANSWER_TARGETS =
    listOf(
        answerTarget("token-answer") { client ->
            val tokens = client.refreshTokenGrant("tGzv3JOkF0XG5Qx2TlKWIA")
            readAll(tokens)
            tokens.claims?.let(::readAll)
            tokens.claims?.confirmation?.let(::readAll)
            tokens.authorizationDetails?.forEach(::readAll)
        },
        answerTarget("dpop-answer") { client -> readAll(client.withDpop(dpop).clientCredentialsGrant()) },
        answerTarget("introspection-answer") { client ->
            val answer = client.introspect("mF_9.B5f-4.1JqM")
            readAll(answer)
            answer.confirmation?.let(::readAll)
        },
        answerTarget("userinfo-answer") { client ->
            val user = client.userInfoWithoutSubjectCheck("mF_9.B5f-4.1JqM")
            readAll(user)
            user.address?.let(::readAll)
        },
        answerTarget("revocation-answer") { client -> client.revoke("mF_9.B5f-4.1JqM") },
        answerTarget("device-answer") { client -> readAll(client.deviceAuthorization()) },
        answerTarget("ciba-answer") { client -> readAll(client.backchannelAuthentication { loginHint("a") }) },
        answerTarget("par-answer") { client -> client.push(client.authorizationRequest { redirectUri(REDIRECT_URI) }) },
        answerTarget("jwks-answer") { client -> client.jwks.verify(token()) },
        answerTarget("resource-answer") { client -> client.resource("https://api.example.com/a", "mF_9.B5f-4.1JqM") },
        FuzzTarget("discovery-answer", secrets = ::secretsOfAnswer) { text ->
            val client = OpenIdClient.discover(ISSUER, CLIENT_ID) { fixed(transport(text)) }
            readAll(client.server)
            client.server.mtlsEndpointAliases?.let(::readAll)
            client.authorizationRequest { redirectUri(REDIRECT_URI) }
        },
        FuzzTarget("registration-answer", secrets = ::secretsOfAnswer) { text ->
            val known = """200${"\n\n"}{"issuer":"$ISSUER","registration_endpoint":"$ISSUER/register"}"""
            val answers = HttpTransport { answer(if (it.method == "GET") known else text) }
            val client =
                OpenIdClient.register(ISSUER) {
                    redirectUris(REDIRECT_URI)
                    settings { fixed(answers) }
                }
            readAll(client.metadata)
        },
    )

private fun answerTarget(
    name: String,
    operation: suspend (OpenIdClient) -> Unit,
) = FuzzTarget(name, secrets = ::secretsOfAnswer) { text ->
    operation(OpenIdClient(metadata, CLIENT_ID) { fixed(transport(text)) })
}

private fun ClientSettings.fixed(given: HttpTransport) {
    transport = given
    clock = FIXED_CLOCK
    timeout = Duration.ZERO
}

private fun transport(text: String) = HttpTransport { answer(text) }

private fun answer(text: String): HttpResponse {
    val head = text.substringBefore("\n\n").lines()
    val fields = head.drop(1).groupBy({ it.substringBefore(':') }, { it.substringAfter(':', "").trim() })
    val body = text.substringAfter("\n\n", "").encodeToByteArray()
    return HttpResponse(head.first().toIntOrNull() ?: 200, HttpHeaders.received(fields.entries), body)
}

private fun secretsOfAnswer(text: String): List<String> = secretMembers(text.substringAfter("\n\n", ""))
