package dev.openidclient.samples.recipes;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

public final class ApacheHttpCalls {
    private ApacheHttpCalls() {}

    /** Each send has a token and a DPoP proof of its own: also each hop of a redirect, and each attempt of a retry. */
    public static CloseableHttpClient client(AsyncResourceAccess access, HttpClientBuilder builder) {
        // inside all that repeats a request
        return builder.addExecInterceptorAfter(
                        ChainElement.PROTOCOL.name(),
                        "tokens",
                        (request, scope, chain) -> request.containsHeader("authorization")
                                ? chain.proceed(request, scope)
                                : send(access, request, scope, chain, null))
                .build();
    }

    private static ClassicHttpResponse send(
            AsyncResourceAccess access,
            ClassicHttpRequest request,
            ExecChain.Scope scope,
            ExecChain chain,
            ResourceAuthorization after)
            throws IOException, HttpException {
        // of the host that gets it, whatever the header Host says
        String url = scope.route.getTargetHost().toURI() + request.getPath();
        var authorization = waitFor(access.authorize(request.getMethod(), url, null, after));
        if (authorization == null) {
            return chain.proceed(request, scope);
        }
        var sent = ClassicRequestBuilder.copy(request);
        sent.setAbsoluteRequestUri(!request.getRequestUri().equals(request.getPath())); // through a proxy
        authorization.getHeaders().toMap().forEach((name, values) -> sent.setHeader(name, values.get(0)));
        var answer = chain.proceed(sent.build(), scope);
        var received = HttpHeaders.received(Stream.of(answer.getHeaders())
                .collect(groupingBy(Header::getName, mapping(Header::getValue, toList()))));
        boolean isRepeatable =
                request.getEntity() == null || request.getEntity().isRepeatable();
        if (waitFor(access.judge(authorization, answer.getCode(), received, isRepeatable)) == Verdict.DELIVER) {
            return answer;
        }
        scope.execRuntime.discardEndpoint(); // to close the answer would be to read it to its end
        return send(access, request, scope, chain, authorization);
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
