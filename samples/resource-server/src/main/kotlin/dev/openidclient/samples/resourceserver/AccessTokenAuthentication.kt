package dev.openidclient.samples.resourceserver

import dev.openidclient.error.OAuthException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.log
import io.ktor.server.auth.AuthenticationConfig
import io.ktor.server.auth.AuthenticationContext
import io.ktor.server.auth.AuthenticationFailedCause
import io.ktor.server.auth.AuthenticationProvider
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get

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
    application.log.info(failure.message) // why: the answer says less
    add(refused?.headers.orEmpty())
    respond(refused?.status?.let(HttpStatusCode::fromValue) ?: HttpStatusCode.ServiceUnavailable)
}

/** What [server] says of itself, where its challenges point: beside `authenticate(name) { … }`, not in it. */
fun Route.resourceMetadata(server: ResourceServer) =
    get(server.metadataPath) {
        call.add(server.metadataHeaders - "content-type")
        call.respondText(server.metadata.toString(), ContentType.Application.Json)
    }

private fun requestOf(call: ApplicationCall): ResourceRequest {
    val local = call.request.local // what a proxy says is judged by the settings of the resource server
    val headers = call.request.headers
    val url = "${local.scheme}://${headers["Host"].orEmpty()}${local.uri}"
    val all = headers.names().distinctBy(String::lowercase).associateWith { headers.getAll(it).orEmpty() }
    return ResourceRequest.of(local.method.value, url, all, peer = local.remoteAddress)
}

private fun ApplicationCall.add(headers: Map<String, List<String>>) {
    for ((name, values) in headers.filterKeys { response.headers[it] == null }) {
        for (value in values) response.header(name, value)
    }
}
