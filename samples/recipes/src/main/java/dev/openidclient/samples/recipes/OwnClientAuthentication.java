package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncClientAuthentication;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientAuthenticationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

public final class OwnClientAuthentication {
    private OwnClientAuthentication() {}

    /** Reads the secret anew for each request, so that it may be rotated while the application runs. */
    public record SecretFromVault(Supplier<CompletionStage<String>> vault) implements AsyncClientAuthentication {
        @Override
        public CompletionStage<?> authenticate(ClientAuthenticationRequest request) {
            request.parameter("client_id", request.getClient().getClientId());
            return vault.get().thenAccept(secret -> request.parameter("client_secret", secret));
        }

        @Override
        public String toString() {
            return "SecretFromVault"; // never the secret: this text reaches logs
        }
    }

    public static CompletableFuture<AsyncOpenIdClient> clientWithRotatedSecret(
            String issuer, String clientId, Supplier<CompletionStage<String>> vault) {
        var authentication = AsyncClientAuthentication.toAuthentication(new SecretFromVault(vault));
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.authentication(authentication));
    }
}
