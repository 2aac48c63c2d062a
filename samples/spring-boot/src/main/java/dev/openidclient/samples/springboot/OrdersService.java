package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.http.HttpResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/** Calls an API in the application's own name. */
// region service
@Service
public class OrdersService implements AutoCloseable {
    private final AsyncOpenIdClient client;
    private final String url;
    private final AsyncClientCredentialsTokens service;
    private final AsyncTokenSource tokens;

    OrdersService(AsyncOpenIdClient client, @Value("${orders.url}") String url) {
        this.client = client;
        this.url = url;
        this.service = AsyncClientCredentialsTokens.of(client);
        this.tokens = service.source(request -> request.scope("orders:read"));
    }

    public String orders() {
        return tokens.token()
                .thenCompose(issued -> client.resource(url, issued))
                .thenApply(HttpResponse::bodyText)
                .join();
    }

    /** Always a usable token: one for all callers, renewed in time. */
    AsyncTokenSource tokens() {
        return tokens;
    }

    @Override
    public void close() {
        service.close();
    }
}
// endregion
