package dev.openidclient.http

/**
 * An [HttpTransport] with resources of its own, as [HttpEngine.open] makes it. Clients that it is given to do not close
 * it; who opened it does, when they are done. A call in flight or afterwards ends with a
 * [dev.openidclient.error.TransportException].
 */
public interface CloseableHttpTransport :
    HttpTransport,
    AutoCloseable {
    override fun close()
}

/** What is made here, for one client or for several. */
internal interface OwnTransport : CloseableHttpTransport {
    /** Whether it offers nothing but what RFC 9325 §4.2 recommends. */
    val offersOnlyRecommendedSuites: Boolean

    /** Whether it presents a client certificate where a server asks for one. */
    val presentsCertificate: Boolean
}
