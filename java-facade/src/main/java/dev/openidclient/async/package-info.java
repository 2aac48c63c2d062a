/**
 * OAuth 2 and OpenID Connect for Java: {@link dev.openidclient.async.AsyncOpenIdClient} is the way in. Settings,
 * requests, tokens and errors are the types of the library itself. The project's {@code docs/README.md} lists a page for
 * each task, and {@code docs/versions.md} the lines of frameworks that it is tried on.
 *
 * <p>What is not marked nullable is never null, and must not be.
 */
@NullMarked
package dev.openidclient.async;

import org.jspecify.annotations.NullMarked;
