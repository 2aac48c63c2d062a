package dev.openidclient.http

import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException

/** Sends through [inner], but to the origins that [mapping] has for those of the URLs. */
internal class MappedTransport(
    val inner: HttpTransport,
    val mapping: OriginMapping,
) : HttpTransport {
    override suspend fun send(request: HttpRequest): HttpResponse {
        val target = mapping.targetOf(request.url) ?: return inner.send(request)
        val mapped = request.withUrl(target.origin + afterOrigin(request.url))
        try {
            return mappingIoFailures(mapped) { inner.send(mapped) }
        } catch (e: OAuthException) {
            val name = if (e is TransportException) shown(request) else request.shown
            val publicOne = if (e.request == mapped.shown) request.shown else e.request
            throw e.retold(e.text.replace(mapped.shown, name), request = publicOne)
        }
    }

    /** [request] with both names of its server, for a message about the way to it. */
    fun shown(request: HttpRequest): String {
        val target = mapping.targetOf(request.url) ?: return request.shown
        return "${request.shown} at ${target.origin} (mapOrigin)"
    }

    /** Path and query as they are written, which is not always their normal form. */
    private fun afterOrigin(url: String): String = url.substringAfter("://").dropWhile { it !in "/?#" }

    override fun toString(): String = "MappedTransport($inner)"
}

/** This, with [mapping] beside what it maps already. */
internal fun HttpTransport.mapped(mapping: OriginMapping): HttpTransport =
    when {
        mapping.isEmpty -> this
        this is MappedTransport -> MappedTransport(inner, this.mapping.and(mapping))
        else -> MappedTransport(this, mapping)
    }

/** What was opened here, behind whatever maps its origins; null: another one. */
internal val HttpTransport.opened: OwnTransport? get() = (unmapped as? OwnTransport)

private val HttpTransport.unmapped: HttpTransport get() = (this as? MappedTransport)?.inner ?: this

/** The origins that this maps. */
internal val HttpTransport.mapping: OriginMapping get() = (this as? MappedTransport)?.mapping ?: OriginMapping.NONE

/** [request] as messages about the way to its server name it. */
internal fun HttpTransport.shown(request: HttpRequest): String =
    (this as? MappedTransport)?.shown(request) ?: request.shown
