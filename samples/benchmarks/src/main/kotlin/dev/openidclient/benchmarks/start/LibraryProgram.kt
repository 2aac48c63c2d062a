package dev.openidclient.benchmarks.start

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpEngine
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.runBlocking

/** Finds the server, gets one token, prints it: on the library. Arguments: the issuer, the engine. */
object LibraryProgram {
    @OptIn(InsecureRequests::class)
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (issuer, chosen) = arguments
        runBlocking {
            OpenIdClient
                .discover(issuer, CLIENT_ID) {
                    clientSecret(CLIENT_SECRET)
                    engine = HttpEngine.valueOf(chosen)
                    allowInsecureRequests()
                }.use { println(it.clientCredentialsGrant().accessToken) }
        }
    }
}
