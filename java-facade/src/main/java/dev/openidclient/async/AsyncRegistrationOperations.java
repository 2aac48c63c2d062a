package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;

import dev.openidclient.client.OpenIdClient;
import dev.openidclient.registration.ClientRegistration;
import dev.openidclient.registration.ClientRegistrationKt;
import dev.openidclient.registration.RegistrationBuilder;
import dev.openidclient.registration.RegistrationManagementKt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} on its own registration; {@link AsyncOpenIdClient#register(String,
 * Consumer)} makes one. What that class says of threads, cancellation and errors holds here; nothing else extends this
 * one.
 */
public abstract class AsyncRegistrationOperations extends AsyncSignInOperations {
    AsyncRegistrationOperations(OpenIdClient client, Calls calls) {
        super(client, calls);
    }

    /**
     * Where this client's registration is; null where the server named no such place, or where the client was made
     * without all that the registration answered.
     */
    public @Nullable ClientRegistration getRegistration() {
        return ClientRegistrationKt.getRegistration(client);
    }

    // ---- Its registration: RFC 7592 ----

    /**
     * Reads what the server has registered of this client now (<a
     * href="https://www.rfc-editor.org/rfc/rfc7592#section-2.1">RFC 7592 §2.1</a>) and brings the client with that:
     * <b>store its {@link AsyncOpenIdClient#getMetadata} in place of the earlier ones</b>, for the server may have
     * issued another secret and another registration access token, and then takes those only. This client keeps its own
     * values. It shares everything else with the result, and alone is to be closed, as with {@link
     * AsyncOpenIdClient#withDpop}.
     *
     * <p>Fails with {@link dev.openidclient.error.WwwAuthenticateChallengeException} where the server refuses the
     * registration access token, with {@link dev.openidclient.error.RegistrationException} where what is registered does
     * not fit the settings or protects less than this client's metadata say, with another {@link
     * dev.openidclient.error.OAuthException} where the server does not offer it, or names a place of another origin
     * than its registration endpoint, which {@code permitUrl} in the settings must permit; with {@link
     * IllegalStateException} where {@link #getRegistration} is null.
     *
     * <p>The page {@code docs/registration.md} shows it.
     */
    public CompletableFuture<AsyncOpenIdClient> readRegistration() {
        return requests.future(k -> RegistrationManagementKt.readRegistration(client, k), this::sharing);
    }

    /**
     * Registers this client anew with what {@code configure} names (<a
     * href="https://www.rfc-editor.org/rfc/rfc7592#section-2.2">RFC 7592 §2.2</a>), and brings the client with what the
     * server answers. All that it does not name stays as this client's metadata have it; {@code member(name,
     * JsonNull.INSTANCE)} takes a member away.
     *
     * <p>As for {@link #readRegistration}, <b>the metadata of the result are to be stored</b>. Fails as that does, and
     * with {@link IllegalArgumentException} before anything is sent where {@code configure} names the client id, the
     * secret or the settings, or what does not fit the settings.
     *
     * <p>The page {@code docs/registration.md} shows it.
     */
    public CompletableFuture<AsyncOpenIdClient> updateRegistration(Consumer<? super RegistrationBuilder> configure) {
        return requests.future(
                k -> RegistrationManagementKt.updateRegistration(client, dsl(configure), k), this::sharing);
    }

    /**
     * Makes the server forget this client (<a href="https://www.rfc-editor.org/rfc/rfc7592#section-2.3">RFC 7592
     * §2.3</a>): its secret and its tokens are of no use afterwards. Close it too. Fails as {@link #readRegistration}
     * does.
     *
     * <p>The page {@code docs/registration.md} shows it.
     */
    public CompletableFuture<@Nullable Void> deleteRegistration() {
        return requests.completion(k -> RegistrationManagementKt.deleteRegistration(client, k));
    }

    private AsyncOpenIdClient sharing(OpenIdClient other) {
        return AsyncOpenIdClient.handedOut(other, calls);
    }
}
