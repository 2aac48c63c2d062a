package dev.openidclient.authorization

/**
 * Sends a person to the authorization server and brings what comes back: what a program without a web page of its own
 * has for a sign-in, as the browser of this machine, or a desktop's own window.
 *
 * Called once for each sign-in; one that cannot have two at a time keeps the second one waiting.
 */
public fun interface AuthorizationHandler {
    /**
     * Makes the request with [begin], which is called once, with the redirect URI at which this handler receives the
     * callback; sends the person to the `url` of that request; and returns the callback as it came. Nothing of the
     * callback need be checked here: the code exchange checks `state`, `iss` and all the rest.
     *
     * What [begin] throws is thrown on. A person who does not come back within a time is an `OAuthException`; one who
     * refuses is a callback, with `error`. Cancellation ends the waiting at once.
     */
    public suspend fun authorize(begin: suspend (redirectUri: String) -> AuthorizationRequest): AuthorizationCallback
}
