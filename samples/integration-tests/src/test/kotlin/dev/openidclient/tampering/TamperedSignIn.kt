package dev.openidclient.tampering

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.integration.signInRequest
import dev.openidclient.samples.server.Callback
import dev.openidclient.token.authorizationCodeGrant

/** A code flow with a case of the tables, for the tests in Java, which bring their own client; close it. */
class TamperedSignIn private constructor(
    private val case: Case,
) : AutoCloseable {
    private val played = flow.played(case.tampering)

    /** Where the client finds its metadata. */
    val document: String = played.stage.document

    val clientId: String = flow.client

    val pending: PendingAuthorization = requireNotNull(signIn).first

    /** What the browser brings back, after the tampering. */
    val callback: AuthorizationCallback = played.stage.brought(requireNotNull(signIn).second)

    fun configure(settings: ClientSettings) = played.stage.reaching(settings)

    /** What was not as it must be where the sign-in ended with [failure], or null. */
    fun problem(failure: Throwable?): String? = case.judge(failure, played.replay)

    override fun close() = played.close()

    companion object {
        private var signIn: Pair<PendingAuthorization, Callback>? = null

        private val flow =
            Flow("code", "basic") {
                val request = open().signInRequest()
                val callback = browse(request.url)
                signIn = request.pending to callback;
                { open().authorizationCodeGrant(brought(callback), request.pending) }
            }

        /** The case [name], as `ID Token: iss is absent`; without one, the sign-in as it should be. */
        @JvmStatic
        @JvmOverloads
        fun of(name: String? = null): TamperedSignIn =
            TamperedSignIn(
                if (name == null) {
                    Case("untampered", "code", flow, Tampering.NONE, null)
                } else {
                    cases.single { it.toString() == name }
                },
            )
    }
}
