package dev.openidclient.samples.resourceserver

import dev.openidclient.error.OAuthException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.auth.AuthenticationConfig
import io.ktor.server.auth.AuthenticationContext
import io.ktor.server.auth.AuthenticationFailedCause
import io.ktor.server.auth.AuthenticationProvider
import io.ktor.server.request.httpMethod
import io.ktor.server.request.uri
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.util.toMap

/** `authenticate(name) { … }` is for requests that [server] takes and that are granted what [needs] demands. */
fun AuthenticationConfig.accessToken(
    name: String,
    server: ResourceServer,
    needs: GrantedAccess.() -> Unit = {},
) = register(AccessTokenAuthentication(name, server, needs))

private class AccessTokenAuthentication(
    name: String,
    private val server: ResourceServer,
    private val needs: GrantedAccess.() -> Unit,
) : AuthenticationProvider(object : Config(name) {}) {
    override suspend fun onAuthenticate(context: AuthenticationContext) {
        try {
            val access = server.authorize(requestOf(context.call)).apply(needs)
            context.call.add(access.responseHeaders)
            context.principal(name, access) // call.principal<GrantedAccess>() in the route
        } catch (e: OAuthException) {
            context.challenge(this, AuthenticationFailedCause.InvalidCredentials) { challenge, call ->
                call.refuse(e)
                challenge.complete()
            }
        }
    }
}

/** The answer to a request that is refused; what is not its sender's fault, as keys out of reach, is a 503. */
suspend fun ApplicationCall.refuse(failure: OAuthException) {
    val refused = failure as? RequestRefusedException
    add(refused?.headers.orEmpty())
    respond(refused?.status?.let(HttpStatusCode::fromValue) ?: HttpStatusCode.ServiceUnavailable)
}

private fun requestOf(call: ApplicationCall): ResourceRequest {
    val local = call.request.local // what a proxy says is judged by the settings of the resource server
    val url = "${local.scheme}://${local.serverHost}:${local.serverPort}${call.request.uri}"
    val headers = call.request.headers.toMap()
    return ResourceRequest.of(call.request.httpMethod.value, url, headers, peer = local.remoteAddress)
}

private fun ApplicationCall.add(headers: Map<String, List<String>>) {
    for ((name, values) in headers) for (value in values) response.header(name, value)
}
