package dev.openidclient.benchmarks.jose

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.resource.resource
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.verifyIdToken
import kotlinx.coroutines.runBlocking
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/** The library's work, through its public API. */
class LibraryOperations(
    private val case: Case,
) {
    /** The text of an ID Token to its claims; the key was downloaded before. */
    fun validateIdToken(): () -> Any? {
        val client = client()
        return { immediately { client.verifyIdToken(case.signed.idToken, Case.NONCE) } }
    }

    /** A whole call of a protected resource, with its proof, by a transport that answers at once. */
    fun dpopCall(): () -> Any? {
        val client = client().withDpop(Dpop(case.signingKey))
        return { immediately { client.resource(Case.RESOURCE, Case.ACCESS_TOKEN) } }
    }

    /** The assertion alone: what `private_key_jwt` adds to a request. */
    fun assertion(): () -> Any? {
        val authentication = PrivateKeyJwt(case.signingKey)
        val request = requestOf(authentication)
        return { immediately { authentication.authenticate(request) }.let { request } }
    }

    /** The request that a grant hands to the client's authentication. */
    private fun requestOf(authentication: ClientAuthentication): ClientAuthenticationRequest {
        var handed: ClientAuthenticationRequest? = null
        val client =
            client {
                this.authentication =
                    ClientAuthentication {
                        handed = it
                        authentication.authenticate(it)
                    }
            }
        runBlocking { client.clientCredentialsGrant() }
        return checkNotNull(handed)
    }

    private fun client(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
        OpenIdClient(StubIssuer.metadata, Case.CLIENT_ID) {
            metadata { idTokenSignedResponseAlg(case.algorithm) }
            transport = StubIssuer(case)
            configure()
        }
}

/** Runs [block], which never waits, without what starting and awaiting a coroutine costs. */
internal fun <T> immediately(block: suspend () -> T): T {
    val result = block.startCoroutineUninterceptedOrReturn(Continuation(EmptyCoroutineContext) { })
    check(result !== COROUTINE_SUSPENDED) { "it waits, so only its beginning would be measured" }
    @Suppress("UNCHECKED_CAST") // what startCoroutineUninterceptedOrReturn promises
    return result as T
}
