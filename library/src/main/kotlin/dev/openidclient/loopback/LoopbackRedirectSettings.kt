package dev.openidclient.loopback

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.isLoopback
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.signin.requirePositive
import java.time.Duration

/** The settings of a [LoopbackRedirect]. Read once, when it is made. */
@OpenIdClientDsl
public class LoopbackRedirectSettings internal constructor() {
    /**
     * The port, for a server that takes no other than the registered one. Default 0: any free one, as a server must
     * take it ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
     */
    @set:JvmSynthetic // Java has the function
    public var port: Int = 0

    /** Sets [port] and returns these settings: for Java. */
    public fun port(port: Int): LoopbackRedirectSettings = apply { this.port = port }

    /** The path of the redirect URI, exactly as it is registered. Default `/callback`. */
    @set:JvmSynthetic // Java has the function
    public var path: String = "/callback"

    /** Sets [path] and returns these settings: for Java. */
    public fun path(path: String): LoopbackRedirectSettings = apply { this.path = path }

    /** The host of the redirect URI, exactly as it is registered. Default [LoopbackHost.IPV4]. */
    @set:JvmSynthetic // Java has the function
    public var host: LoopbackHost = LoopbackHost.IPV4

    /** Sets [host] and returns these settings: for Java. */
    public fun host(host: LoopbackHost): LoopbackRedirectSettings = apply { this.host = host }

    /** The time that a person has for the sign-in. Default 5 minutes. */
    @set:JvmSynthetic // Java has the function
    public var timeout: Duration = Duration.ofMinutes(DEFAULT_MINUTES)

    /** Sets [timeout] and returns these settings: for Java. */
    public fun timeout(timeout: Duration): LoopbackRedirectSettings = apply { this.timeout = timeout }

    private var completion = LoopbackAnswer.completed()

    /**
     * The page that the browser shows when the callback has come, whole, as HTML in UTF-8. It cannot know whether the
     * sign-in will succeed: the answer of the server is checked afterwards. Its `style` elements apply; no script runs,
     * and nothing is loaded, neither an image nor a font nor a style sheet. Default: a plain page in English, which
     * says that the window may be closed.
     */
    public fun completionPage(html: String): LoopbackRedirectSettings =
        apply {
            require(html.isNotBlank()) { "completionPage(…) needs a page, but it is empty" }
            completion = LoopbackAnswer.page(LoopbackAnswer.OK, html)
        }

    /**
     * Sends the browser on to [url] when the callback has come, in place of a page: `https`, or `http` on this machine.
     * Nothing of the callback goes there.
     */
    public fun completionRedirect(url: String): LoopbackRedirectSettings =
        apply {
            val parsed = AbsoluteUrl.parse(url)
            require(parsed?.scheme == "https" || (parsed?.scheme == "http" && isLoopback(parsed.host))) {
                "completionRedirect(…) must be an https URL, or http on this machine, but is \"${printable(url)}\""
            }
            completion = LoopbackAnswer.redirect(parsed.toString())
        }

    internal fun rules(): LoopbackRules {
        require(port in 0..HIGHEST_PORT) { "port must be 0 to $HIGHEST_PORT, but is $port" }
        require(path.startsWith("/") && AbsoluteUrl.parse(ORIGIN + path)?.withoutQueryAndFragment == ORIGIN + path) {
            "path must be the path of a URL, as /callback, without a query, but is \"${printable(path)}\""
        }
        requirePositive("timeout", timeout)
        return LoopbackRules(host, port, path, timeout, completion)
    }

    private companion object {
        const val DEFAULT_MINUTES = 5L
        const val HIGHEST_PORT = 65_535
        const val ORIGIN = "http://127.0.0.1"
    }
}

/** [LoopbackRedirectSettings], checked and fixed. */
internal class LoopbackRules(
    val host: LoopbackHost,
    /** 0: any free one. */
    val port: Int,
    val path: String,
    val timeout: Duration,
    val completion: LoopbackAnswer,
)
