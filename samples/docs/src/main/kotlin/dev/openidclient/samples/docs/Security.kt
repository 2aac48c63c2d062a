package dev.openidclient.samples.docs

import dev.openidclient.token.TokenResponse
import org.slf4j.Logger

/** What a log may have, and what it must not. */
fun printed(
    tokens: TokenResponse,
    log: Logger,
) {
    // region printed
    log.info("{}", tokens) // shows no token
    log.info("{}", tokens.accessToken) // the token itself: never
    // endregion
}
