package dev.openidclient.tampering

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.integration.Application
import dev.openidclient.integration.InteropIssuer
import dev.openidclient.integration.OidcProvider
import dev.openidclient.integration.reaching
import dev.openidclient.integration.received
import dev.openidclient.integration.registeredAs
import dev.openidclient.samples.server.Callback
import kotlinx.coroutines.runBlocking
import java.net.URI

/** The part of a flow that is played again, with the tampering. */
internal typealias Act = suspend Stage.() -> Any?

/**
 * A flow of the client [client] that goes through the proxy once with the genuine server, which is recorded, and then
 * any number of times from the recording. [genuine] does what comes first (the browser) and returns the rest.
 */
internal class Flow(
    val name: String,
    val client: String,
    private val configure: ClientSettings.() -> Unit = {},
    private val profile: () -> InteropIssuer = { OidcProvider.everything },
    private val prepare: Map<Endpoint, Edit> = emptyMap(),
    private val genuine: suspend Stage.() -> Act,
) {
    private class Recorded(
        val recording: Recording,
        val act: Act,
    )

    private val recorded: Recorded by lazy { runBlocking { record() } }

    val issuer: InteropIssuer get() = profile()

    private suspend fun record(): Recorded {
        val recording = Recording(prepare)
        val run = TamperingProxy.add(recording)
        try {
            val stage = Stage(this, run, isGenuine = true) { it.also { recording.secrets.addAll(it) } }
            val act = stage.genuine()
            recording.restart()
            stage.act()
            return Recorded(recording, act)
        } finally {
            TamperingProxy.remove(run)
        }
    }

    /** The flow once more, with [tampering], [through] that transport or the usual one. The recording is made first. */
    fun played(
        tampering: Tampering,
        through: HttpTransport? = null,
    ): Played {
        val replay = Replay(recorded.recording, tampering)
        val run = TamperingProxy.add(replay)
        val stage =
            Stage(this, run, isGenuine = false, through) { genuine ->
                val brought = tampering.callback?.invoke(genuine) ?: genuine
                if (brought != genuine) replay.tampered()
                brought.also(replay.secrets::addAll)
            }
        return Played(replay, stage, run, recorded.act)
    }

    /** Makes [settings] those of the registered client, whose requests go out as [run]. */
    fun configure(
        settings: ClientSettings,
        run: String,
        through: HttpTransport?,
    ) {
        settings.registeredAs(issuer.client(client), issuer.url)
        settings.sendingAs(run, through)
        settings.nonRepudiationChecks()
        settings.configure()
    }

    override fun toString(): String = name
}

/** A flow that is played with a tampering; [close] it. */
internal class Played(
    /** What the proxy sees. */
    val replay: Replay,
    val stage: Stage,
    private val run: String,
    private val act: Act,
) : AutoCloseable {
    suspend fun act(): Any? = stage.act()

    override fun close() = TamperingProxy.remove(run)
}

private fun ClientSettings.sendingAs(
    run: String,
    through: HttpTransport?,
) {
    val direct = requireNotNull(through ?: transport)
    transport = HttpTransport { request -> direct.send(request.withHeader(TamperingProxy.RUN, run)) }
}

/** Where a flow plays: everything goes through the proxy under the name [run]. */
internal class Stage(
    private val flow: Flow,
    private val run: String,
    /** False where the recording is played. */
    val isGenuine: Boolean,
    private val through: HttpTransport? = null,
    private val bring: (Parameters) -> Parameters,
) {
    val issuer: InteropIssuer get() = flow.issuer

    /** The issuer's address at the proxy. */
    val address: String = TamperingProxy.origin + URI(flow.issuer.url).path

    /** The metadata at the proxy; they name the genuine issuer. */
    val document: String = "$address/.well-known/openid-configuration"

    /** Makes [settings] those of a client whose requests belong to this run. */
    fun reaching(settings: ClientSettings) = flow.configure(settings, run, through)

    /** The same for a client that nobody registered yet. */
    fun reachingUnregistered(settings: ClientSettings) {
        settings.reaching(issuer.url)
        settings.sendingAs(run, through)
    }

    suspend fun open(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
        OpenIdClient.discover(document, flow.client) {
            flow.configure(this, run, through)
            configure()
        }

    fun browse(url: String): Callback = OidcProvider.browser().signIn(url, Application.CALLBACK)

    /** What the browser brings back, after the tampering. */
    fun brought(callback: Callback): AuthorizationCallback {
        val url = callback.url()
        val form = callback.formBody()
        return when {
            form != null -> AuthorizationCallback.formPost(url, bring(Parameters.parse(form)))
            '#' in url -> received(Callback(replaced(url, '#'), null))
            else -> received(Callback(replaced(url, '?'), null))
        }
    }

    private fun replaced(
        url: String,
        delimiter: Char,
    ): String =
        url.substringBefore(delimiter) + delimiter + bring(Parameters.parse(url.substringAfter(delimiter))).encode()
}
