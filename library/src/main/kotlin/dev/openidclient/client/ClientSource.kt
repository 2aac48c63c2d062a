package dev.openidclient.client

/**
 * Where the client comes from, each time that one is needed: always the same one, as an [OpenIdClient] is of itself, or
 * one whose metadata is only discovered now, or was discovered anew.
 */
public fun interface ClientSource {
    /** The client to use now; [dev.openidclient.error.OAuthException] where there is none yet. */
    public suspend fun client(): OpenIdClient
}
