package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.clientauth.ClientAuthentication;
import dev.openidclient.clientauth.ClientAuthenticationRequest;
import java.util.concurrent.CompletionStage;

/**
 * How the client proves to the authorization server who it is: a {@link ClientAuthentication} for Java. Its {@code
 * toString} must not show the secret.
 *
 * <pre>{@code
 * AsyncClientAuthentication signed = request -> keyService.sign(assertion(request))
 *         .thenAccept(jwt -> request.parameter("client_assertion", jwt));
 * settings.authentication(AsyncClientAuthentication.toAuthentication(signed));
 * }</pre>
 *
 * <p>The page {@code docs/client-credentials.md} says which authentication to take.
 */
@FunctionalInterface
public interface AsyncClientAuthentication {
    /**
     * Adds parameters and headers to {@code request} until the stage completes; its value is not looked at. Called once
     * for every request to an endpoint that wants the client authenticated, from many threads at once; must not block.
     *
     * <p>Where the stage fails, the operation fails with the same exception. Where the call is cancelled, the stage is
     * told so by {@code cancel(true)} if it is a {@link java.util.concurrent.Future}. The {@code timeout} setting does
     * not bound it.
     */
    CompletionStage<?> authenticate(ClientAuthenticationRequest request);

    /** {@code authentication} as the {@code authentication} setting takes it. */
    static ClientAuthentication toAuthentication(AsyncClientAuthentication authentication) {
        requireNonNull(authentication, "authentication");
        return (request, continuation) -> AwaitedStage.awaitCompletion(
                authentication.authenticate(request), "the client authentication", continuation);
    }
}
