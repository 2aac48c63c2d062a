package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncClientSource;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AuthorizedHttpClient;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

public final class HttpCalls {
    private HttpCalls() {}

    /** One for the program: whose tokens go to which hosts, and to no others. */
    public static AsyncResourceAccess ordersAccess(AsyncClientSource client, AsyncTokenSource tokens) {
        return AsyncResourceAccess.of(client, tokens, settings -> settings.allow("https://api.example.com"));
    }

    /** An {@code HttpClient} like any other, whose requests have a token; the given one must not follow redirects. */
    public static HttpClient withTokens(AsyncResourceAccess access, HttpClient http) {
        return AuthorizedHttpClient.of(access, http);
    }

    /** Sends with a token, and once more where that is refused. The body of the answer is the caller's to close. */
    public static CompletableFuture<HttpResponse<InputStream>> send(HttpClient authorized, HttpRequest request) {
        return authorized.sendAsync(request, BodyHandlers.ofInputStream());
    }
}
