package dev.openidclient.resourceserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.shownUrl
import java.security.cert.X509Certificate

/**
 * A request as a `ResourceServer` judges it: what a framework has of it, in no framework's types. Its body is not looked
 * at. Immutable; `toString` shows neither token nor query.
 */
public class ResourceRequest
    @JvmOverloads
    constructor(
        /** The HTTP method as it came: `GET`. */
        public val method: String,
        /**
         * The URL that the client asked for, with scheme and host as the client knows them; where a proxy stands in
         * between, what this process sees of it, and the settings say how the other is found. A framework takes the host
         * from the header `Host`, which is the sender's to write.
         */
        public val url: String,
        /** All headers, with every value of each: `HttpHeaders.received(…)`, which refuses nothing that a sender writes. */
        public val headers: HttpHeaders,
        /** The client's certificate of the TLS session, or of a header that the program trusts; null: none. */
        public val clientCertificate: X509Certificate? = null,
        /** The address of whoever opened the connection, as `10.0.0.7`; null: not known, so nobody whom it trusts. */
        public val peer: String? = null,
    ) {
        override fun toString(): String = "ResourceRequest($method ${shownUrl(url)}, $headers)"

        public companion object {
            /** The same from the headers of a framework's map: for Java. Names that come in several spellings are one. */
            @JvmStatic
            @JvmOverloads
            public fun of(
                method: String,
                url: String,
                headers: Map<String, List<String>>,
                clientCertificate: X509Certificate? = null,
                peer: String? = null,
            ): ResourceRequest = ResourceRequest(method, url, HttpHeaders.received(headers), clientCertificate, peer)
        }
    }
