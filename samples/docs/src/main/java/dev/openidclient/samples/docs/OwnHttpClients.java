package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AuthorizedHttpClient;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

public abstract class OwnHttpClients {
    private static final String URL = "https://api.example.com/orders";

    private final AsyncResourceAccess access;

    protected OwnHttpClients(AsyncResourceAccess access) {
        this.access = access;
    }

    /** An answer of your HTTP client. */
    public record Answer(int status, HttpHeaders headers) {}

    /** Sends with your HTTP client. */
    protected abstract CompletableFuture<Answer> send(String method, String url, HttpHeaders headers);

    // region by-hand
    CompletableFuture<Answer> orders(ResourceAuthorization after) {
        return access.authorize("GET", URL, null, after).thenCompose(authorization -> {
            if (authorization == null) {
                return send("GET", URL, HttpHeaders.EMPTY); // not of an allowed origin
            }
            return send("GET", URL, authorization.getHeaders())
                    .thenCompose(answer -> access.judge(authorization, answer.status(), answer.headers())
                            .thenCompose(verdict -> verdict == Verdict.DELIVER
                                    ? CompletableFuture.completedFuture(answer)
                                    : orders(authorization)));
        });
    }
    // endregion

    public static AsyncResourceAccess access(AsyncOpenIdClient client, AsyncTokenSource orders) {
        // region access
        var access = AsyncResourceAccess.of(client, orders, settings -> settings.allow("https://api.example.com"));
        // endregion
        return access;
    }

    public static CompletableFuture<HttpResponse<InputStream>> javaHttp(AsyncResourceAccess access) {
        // region java-http
        HttpClient api = AuthorizedHttpClient.of(access, HttpClient.newHttpClient());
        var request = HttpRequest.newBuilder(URI.create("https://api.example.com/orders"))
                .build();
        var answer = api.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()); // of any size
        // endregion
        return answer;
    }
}
