package dev.openidclient.ktor

import io.ktor.client.plugins.api.ClientPlugin
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.SendingRequest
import io.ktor.client.plugins.api.createClientPlugin

/**
 * Puts access tokens on the requests to allowed origins, and sends a request once more where its token is refused: a
 * plugin for a Ktor `HttpClient` of any engine.
 *
 * ```kotlin
 * val api = HttpClient {
 *     install(OAuth) { client = oauth; tokens = orders; allow("https://api.example.com") }
 * }
 * api.get("https://api.example.com/orders")
 * ```
 *
 * Each send has a token that is usable then and, where that is bound to a key, a DPoP proof of its own: also each
 * attempt of `HttpRequestRetry` and each hop of a redirect, in whatever order the plugins are installed. A hop to another
 * origin has neither. Where there is no token, nothing is sent, and the exception of the
 * [TokenSource][dev.openidclient.tokensource.TokenSource] reaches the caller.
 *
 * A 401 that refuses the token, or asks for a DPoP nonce, is not the caller's unless it comes again
 * ([ResourceAccess.judge][dev.openidclient.resource.ResourceAccess.judge] says when): `expectSuccess` does not see it, and
 * each further send counts for `maxSendCount` of `HttpSend`. Requests whose body is a stream are not sent again, unless
 * they are [repeatable]; for the next request there is another token all the same.
 *
 * Requests that have an `authorization` header, as of the plugin `Auth`, are left alone, and so are those of the library
 * itself that come through the same client. Throws [IllegalArgumentException] where the client is made, if a setting is
 * missing. The page `docs/ktor.md` shows it.
 */
public val OAuth: ClientPlugin<OAuthSettings> =
    createClientPlugin("OAuth", ::OAuthSettings) {
        val requests = AuthorizedRequests(pluginConfig.build())
        on(SendingRequest) { request, _ -> requests.authorize(request) }
        on(Send) { request -> requests.send(request, ::proceed) }
    }
