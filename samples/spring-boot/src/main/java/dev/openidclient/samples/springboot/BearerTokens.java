package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncTokenSource;
import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

// region interceptor
/** Puts the token of a service on each request of a {@code RestClient}. */
public final class BearerTokens implements ClientHttpRequestInterceptor {
    private final AsyncTokenSource tokens;

    public BearerTokens(AsyncTokenSource tokens) {
        this.tokens = tokens;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        var sent = tokens.token().join();
        request.getHeaders().setBearerAuth(sent.getAccessToken());
        var response = execution.execute(request, body);
        if (response.getStatusCode().value() == 401) tokens.invalidate(sent); // the next call has another one
        return response;
    }
}
// endregion
