package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncMcpAccess;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.AuthorizationRequiredException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public abstract class Agents {
    private final AuthorizationHandler browser;

    protected Agents(AuthorizationHandler browser) {
        this.browser = browser;
    }

    public AsyncMcpAccess mcp() {
        // region mcp
        var mcp = AsyncMcpAccess.of(
                "https://mcp.example.com/mcp",
                settings -> settings.metadataDocument(
                                "https://app.example.com/oauth/client.json") // where the server takes such documents
                        .register(client -> client.clientName("My agent")) // where it does not
                        .authorize(browser)); // as AsyncLoopbackRedirect.authorization(url -> openBrowser(url))
        // endregion
        return mcp;
    }

    // region send
    static CompletableFuture<HttpResponse> call(AsyncMcpAccess mcp, String message) {
        return mcp.send(request -> request.method("POST")
                .body(HttpBody.json(message))
                .header("accept", "application/json, text/event-stream"));
    }
    // endregion

    public AsyncMcpAccess given(SigningKey key) {
        // region registered
        return AsyncMcpAccess.of(
                "https://mcp.example.com/mcp",
                settings -> settings.registered(
                                "https://as.example.com",
                                "my-agent",
                                client -> client.authentication(new PrivateKeyJwt(key)))
                        .clientCredentials());
        // endregion
    }

    /** Of one person's browser session. */
    public interface Session {
        String takePending();

        void keepPending(String pending);
    }

    // region web
    static CompletableFuture<String> answer(AsyncMcpAccess mcp, Session session, String message) {
        return call(mcp, message).thenApply(HttpResponse::bodyText).exceptionallyCompose(failure -> {
            if (AsyncErrors.unwrap(failure) instanceof AuthorizationRequiredException e) {
                session.keepPending(e.getPending()); // in this person's session, nowhere else
                return CompletableFuture.completedFuture("redirect:" + e.getUrl());
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    static CompletableFuture<Void> callback(AsyncMcpAccess mcp, Session session, String callbackUrl) {
        return mcp.complete(callbackUrl, session.takePending()); // which removes it
    }
    // endregion
}
