package dev.openidclient.tokensource

import dev.openidclient.http.Parameters
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.token.TokenRequestBuilder
import java.nio.ByteBuffer

/** The parameters that [configure] names, fixed once for all requests of a source; [owned] are its grant's own. */
internal fun formOf(
    owned: Set<String>,
    configure: TokenRequestBuilder.() -> Unit,
): Parameters = TokenRequestBuilder(owned).apply(configure).parameters

/** Adds [form] to a request. */
internal fun TokenRequestBuilder.addAll(form: Parameters) {
    for ((name, values) in form.toMap()) for (value in values) add(name, value)
}

/** The same for each two forms that ask for the same: the order of the scopes does not count. */
internal fun keyOf(form: Parameters): String =
    form
        .toMap()
        .toSortedMap()
        .mapValues { (name, values) -> if (name == "scope") values.flatMap { it.split(' ') }.sorted() else values }
        .entries
        .joinToString("&") { (name, values) -> values.joinToString("&") { Parameters.of(name to it).encode() } }

/** A hash of [parts] from which none of them can be told, and that no other parts have. */
internal fun digestOf(vararg parts: String?): String {
    val digest = Jca.digest("SHA-256")
    for (part in parts) {
        val bytes = part?.encodeToByteArray()
        digest.update(ByteBuffer.allocate(Int.SIZE_BYTES).putInt(bytes?.size ?: -1).array())
        bytes?.let(digest::update)
    }
    return Base64Url.encode(digest.digest())
}
