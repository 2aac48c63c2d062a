@file:JvmName("OkHttpAuthorization")

package dev.openidclient.okhttp

import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.TokenSource
import okhttp3.OkHttpClient
import okhttp3.Request

/**
 * Puts access tokens on the requests to the origins that [access] allows, and sends a request once more where its token
 * is refused, or a DPoP nonce is wanted. To be called **last**: interceptors that were added before it see a call as
 * one, those for the network none of its headers.
 *
 * ```kotlin
 * val api = OkHttpClient.Builder().authorize(access).build()
 * ```
 *
 * Each send has a token that is usable then and, where that is bound to a key, a DPoP proof of its own: also each hop of
 * a redirect, and what OkHttp repeats after a lost connection. A hop to another origin has neither. A request that
 * has an `authorization` header is left alone, and so are those of an [OkHttpTransport] with this client.
 *
 * Where there is no token, nothing is sent, and the call fails with an `IOException` whose cause is what
 * [TokenSource.token] threw. Waiting for a token blocks OkHttp's thread, and ends when the call is cancelled or its
 * `callTimeout` is up. A body that is one-shot or duplex is not sent again: the 401 is delivered, and the next request
 * has another token. An answer that is not delivered is closed before the next send.
 *
 * Two interceptors do it, not an `Authenticator`, which OkHttp asks at hosts of redirects too. Where the client of the
 * tokens sends through an [OkHttpTransport], that one needs a `Dispatcher` of its own, as [OkHttpTransport.open] has:
 * on a shared one its request waits for calls that wait for it. With Retrofit this is the `OkHttpClient` that it is
 * given. The page `docs/calling-apis.md` shows both.
 */
public fun OkHttpClient.Builder.authorize(access: ResourceAccess): OkHttpClient.Builder =
    addInterceptor(Judging(access)).addNetworkInterceptor(Attaching(access))

/**
 * Takes the token of this request from [source]; to the origins that [authorize] allows, and no others. It is the tag of
 * the type [TokenSource]: with Retrofit, a parameter `@Tag tokens: TokenSource`.
 */
public fun Request.Builder.tokens(source: TokenSource): Request.Builder = tag(TokenSource::class, source)

/** Sends this request without a token, wherever it goes. */
public fun Request.Builder.withoutTokens(): Request.Builder = tag(WithoutTokens::class, WithoutTokens)

/** The tag of a request that is to have no token. */
internal object WithoutTokens
