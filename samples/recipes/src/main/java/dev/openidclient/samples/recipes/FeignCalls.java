package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import feign.Client;
import feign.Request;
import feign.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

public final class FeignCalls {
    private FeignCalls() {}

    /**
     * For {@code Feign.builder().client(…)}: each send has a token and a DPoP proof of its own, also an attempt of
     * Feign's {@code Retryer}. A {@code RequestInterceptor} could not do it, for it sees no answer. A redirect is an
     * answer: the given client would take the token along to whatever host it names.
     */
    public static Client client(AsyncResourceAccess access, Client http) {
        return (request, options) -> {
            var alone = withoutRedirects(options);
            boolean isAuthorized = request.headers().keySet().stream().anyMatch("authorization"::equalsIgnoreCase);
            return isAuthorized ? http.execute(request, alone) : send(access, http, request, alone, null);
        };
    }

    private static Response send(
            AsyncResourceAccess access, Client http, Request it, Request.Options options, ResourceAuthorization after)
            throws IOException {
        var authorization = waitFor(access.authorize(it.httpMethod().name(), it.url(), null, after));
        if (authorization == null) {
            return http.execute(it, options);
        }
        var headers = new HashMap<>(it.headers());
        headers.putAll(authorization.getHeaders().toMap());
        // bodies are in memory, so they can be sent again
        var sent = Request.create(it.httpMethod(), it.url(), headers, it.body(), it.charset(), it.requestTemplate());
        Response answer = http.execute(sent, options);
        var received = new HashMap<String, List<String>>();
        answer.headers().forEach((name, values) -> received.put(name, new ArrayList<>(values)));
        if (waitFor(access.judge(authorization, answer.status(), HttpHeaders.received(received))) == Verdict.DELIVER) {
            // what Feign tells about an answer shows its request: that of the caller, without the token
            return answer.toBuilder().request(it).build();
        }
        answer.close();
        return send(access, http, it, options, authorization);
    }

    private static Request.Options withoutRedirects(Request.Options it) {
        return new Request.Options(
                it.connectTimeout(), it.connectTimeoutUnit(), it.readTimeout(), it.readTimeoutUnit(), false);
    }

    private static <T> T waitFor(CompletableFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a token was awaited");
        } catch (ExecutionException e) {
            throw AsyncErrors.unwrap(e) instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }
}
