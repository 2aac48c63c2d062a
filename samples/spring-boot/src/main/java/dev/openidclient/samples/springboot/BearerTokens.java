package dev.openidclient.samples.springboot;

import dev.openidclient.token.TokenResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

// region interceptor
/** Puts the token of a service on each request of a {@code RestClient}. */
public final class BearerTokens implements ClientHttpRequestInterceptor {
    private final Supplier<CompletableFuture<TokenResponse>> tokens;
    private final Consumer<TokenResponse> refused; // told which ones the API answered with 401

    public BearerTokens(Supplier<CompletableFuture<TokenResponse>> tokens, Consumer<TokenResponse> refused) {
        this.tokens = tokens;
        this.refused = refused;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        var sent = tokens.get().join();
        request.getHeaders().setBearerAuth(sent.getAccessToken());
        var response = execution.execute(request, body);
        if (response.getStatusCode().value() == 401) refused.accept(sent);
        return response;
    }
}
// endregion
