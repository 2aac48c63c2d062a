package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.printable

private const val CREATE = "create"

/**
 * Servers that do not know `create` may show their sign-in page, where nobody can register ([Initiating User Registration
 * via OpenID Connect §4.1](https://openid.net/specs/openid-connect-prompt-create-1_0.html#section-4.1)).
 */
internal fun OpenIdClient.requirePrompts(builder: AuthorizationRequestBuilder) {
    if (CREATE !in builder.parameters["prompt"].orEmpty().split(' ')) return
    val listed = server.promptValuesSupported ?: return
    if (CREATE in listed) return
    throw MetadataException(
        ErrorCode.MISSING_SERVER_METADATA,
        "server metadata \"prompt_values_supported\" of ${printable(server.issuer)} must have $CREATE, " +
            "but has ${listed.joinToString(transform = ::printable).ifEmpty { "none" }}: " +
            "the server lets nobody register, leave prompt(\"$CREATE\") out",
    )
}

/** An ID Token tells who somebody is, which is no other server's business. */
internal fun OpenIdClient.requireOwnIdToken(holder: IdTokenHolder) {
    require(holder.issuer == server.issuer || expectedIssuer.takes(holder.issuer)) {
        "the ID Token of the hint is of \"${printable(holder.issuer)}\", " +
            "but this is a client of \"${printable(server.issuer)}\""
    }
}
