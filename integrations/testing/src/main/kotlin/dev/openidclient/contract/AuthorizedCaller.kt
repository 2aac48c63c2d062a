package dev.openidclient.contract

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.TokenSource
import java.io.InputStream
import java.net.InetSocketAddress
import java.util.concurrent.CompletableFuture
import java.util.function.Function

/** An HTTP client with [ResourceAccess], as [ResourceAccessContract] calls it. Closed after its check. */
public interface AuthorizedCaller : AutoCloseable {
    /**
     * Sends [request] and completes with what [read] makes of the answer that is delivered: a redirect is followed
     * where the client follows them. [read] blocks while it reads the body, so it is called on a thread that may. Fails
     * as the client does. Cancelling the future ends the call, as far as the client can.
     */
    public fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T>

    override fun close() {}
}

/** What an [AuthorizedCaller] is made of. */
public class CallerSetup internal constructor(
    /** Who gets tokens, and which. */
    public val access: ResourceAccess,
    /** The HTTP proxy that **every** request of the client goes through: it stands for all hosts, which do not exist. */
    public val proxy: InetSocketAddress,
) {
    override fun toString(): String = "CallerSetup($access, $proxy)"
}

/** A request of the program. */
public class CallerRequest internal constructor(
    public val method: String,
    public val url: String,
    /** Of the program itself. */
    public val headers: HttpHeaders = HttpHeaders.EMPTY,
    /** Null: there is none. Of the type `application/octet-stream`. */
    public val body: ByteArray? = null,
    /** Whether the body is to be given to the client as a stream that can be sent only once. */
    public val isBodyOfOneUse: Boolean = false,
    /** In place of the tokens of [CallerSetup.access]; null: those. */
    public val tokens: TokenSource? = null,
) {
    override fun toString(): String = "CallerRequest($method ${url.substringBefore('?')})"
}

/** What the client delivers. */
public class CallerAnswer(
    public val status: Int,
    public val headers: HttpHeaders,
    /** As it arrives, so that its first bytes are there before its last ones. */
    public val body: InputStream,
) {
    override fun toString(): String = "CallerAnswer($status)"
}
