package dev.openidclient.agent

import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata

/** Asks whoever may know the client of a server that nothing else is known of, as the person in front of the program. */
public fun interface ClientQuestion {
    /**
     * What this program is at [server]: its `client_id`, and `client_secret` where it has one; null where nobody knows.
     * [server] may be anybody's: show its issuer to the person. Asked once for all who need it at the time. What it
     * throws reaches those who do.
     */
    public suspend fun ask(server: AuthorizationServerMetadata): ClientMetadata?
}
