package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata

private val GONE = setOf(404, 410)

/** Whoever may learn from an operation that the metadata of its server are out of date. */
internal class MetadataDoubt {
    /** Is asked to look, unless the metadata that are known by now are others than the ones that are doubted. */
    @Volatile
    var onDoubt: (isDoubted: (AuthorizationServerMetadata) -> Boolean) -> Unit = {}

    /** An endpoint of [server] has answered with [status]. */
    fun answered(
        status: Int,
        server: AuthorizationServerMetadata,
    ) {
        if (status in GONE) onDoubt { it === server }
    }

    /** The keys at [jwksUri], of however many versions of the metadata, did not fit, or could not be downloaded. */
    fun keysFailed(
        failure: OAuthException,
        jwksUri: String?,
    ) {
        val isGone = failure is InvalidResponseException && failure.status in GONE
        if (isGone || failure.code == ErrorCode.KEY_SELECTION_FAILED) onDoubt { text(it["jwks_uri"]) == jwksUri }
    }
}
