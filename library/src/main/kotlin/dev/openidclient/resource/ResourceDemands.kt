package dev.openidclient.resource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.http.shownUrl
import dev.openidclient.jose.JwsAlgorithm

/**
 * Throws where [client] could not use a token for this resource, as its metadata say ([RFC 9728
 * §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)): before a person is asked for anything. Throws
 * [IllegalArgumentException] where the security profile of [client] refuses how the resource was found.
 */
internal fun ProtectedResource.requireUsableBy(client: OpenIdClient) {
    val profile = client.configuration.profile
    val looser = rules.looserCalls
    require(profile == null || looser.isEmpty()) {
        "${profile?.title}: ${looser.joinToString(" and ")} must not be called: the profile allows no looser check"
    }
    val dpop = client.dpop
    requireHeader(dpop)
    if (dpop == null) requireNoDpop() else requireListed(dpop)
}

/** A token that is bound to a key goes into the header whatever bearer tokens may do (RFC 9449 §7.1). */
private fun ProtectedResource.requireHeader(dpop: Dpop?) {
    val methods = metadata.bearerMethodsSupported
    if (dpop != null || methods == null || "header" in methods) return
    throw UnsupportedFeatureException(
        "the resource $shown takes bearer tokens in ${methods.joinToString().ifEmpty { "no way" }.let(::printable)} " +
            "(\"bearer_methods_supported\"), and not in the header Authorization, which alone is supported",
    ).retold(reached = Reached.NO)
}

private fun ProtectedResource.requireNoDpop() {
    if (metadata.dpopBoundAccessTokensRequired != true) return
    throw contradicted(
        "the resource $shown takes tokens only that are bound to a DPoP key (\"dpop_bound_access_tokens_required\"): " +
            "give the client a key, by withDpop(…) or as dpop of the settings",
    )
}

private fun ProtectedResource.requireListed(dpop: Dpop) {
    val listed = metadata.dpopSigningAlgValuesSupported ?: return
    val algorithm = dpop.key.algorithm.identifier
    if (listed.any { it == algorithm || JwsAlgorithm.same(it, algorithm) }) return
    throw contradicted(
        "the resource $shown takes DPoP proofs that are signed with ${printable(listed.joinToString(" or "))} " +
            "(\"dpop_signing_alg_values_supported\"), not with $algorithm: use a key for one of these",
    )
}

private val ProtectedResource.shown: String get() = "\"${shownUrl(metadata.resource)}\""

private fun contradicted(message: String): OAuthException =
    MetadataException(ErrorCode.UNSUPPORTED_OPERATION, message).retold(reached = Reached.NO)
