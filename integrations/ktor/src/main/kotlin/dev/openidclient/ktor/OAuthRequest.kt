package dev.openidclient.ktor

import dev.openidclient.tokensource.TokenSource
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.content.OutgoingContent
import io.ktor.util.AttributeKey
import io.ktor.util.Attributes

private val SOURCE = AttributeKey<TokenSource>("dev.openidclient.tokens")
private val WITHOUT = AttributeKey<Unit>("dev.openidclient.withoutTokens")
private val REPEATABLE = AttributeKey<Unit>("dev.openidclient.repeatable")

/** `KtorTransport` puts it on each request of the library. */
private val OWN = AttributeKey<Unit>("dev.openidclient.own")

/** Takes the token of this request from [source]; to the origins that the plugin [OAuth] allows, and no others. */
public fun HttpRequestBuilder.tokens(source: TokenSource) {
    attributes.remove(WITHOUT)
    attributes.put(SOURCE, source)
}

/** Sends this request without a token of the plugin [OAuth], wherever it goes. */
public fun HttpRequestBuilder.withoutTokens() {
    attributes.remove(SOURCE)
    attributes.put(WITHOUT, Unit)
}

/**
 * Says that the body of this request can be written a second time, as of a file that is opened for each send, so that
 * the plugin [OAuth] may send it again. Bodies in memory (text, bytes, forms) are so without a word.
 */
public fun HttpRequestBuilder.repeatable(): Unit = attributes.put(REPEATABLE, Unit)

/** Null: that of the plugin. */
internal val Attributes.ownSource: TokenSource? get() = getOrNull(SOURCE)

internal val Attributes.isWithoutTokens: Boolean get() = WITHOUT in this || OWN in this

/** A body that is there whenever it is asked for; a handshake has none. */
internal fun isRepeatable(
    content: OutgoingContent,
    attributes: Attributes,
): Boolean =
    when (content) {
        is OutgoingContent.NoContent, is OutgoingContent.ByteArrayContent, is OutgoingContent.ProtocolUpgrade -> true
        is OutgoingContent.ContentWrapper -> isRepeatable(content.delegate(), attributes)
        else -> REPEATABLE in attributes
    }
