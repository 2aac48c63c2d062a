package dev.openidclient.spring;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Puts tokens on the requests of a {@code RestClient} or {@code RestTemplate}, and sends a request once more where its
 * token, or the nonce of its proof, is refused. Every {@code RestClient.Builder} of Spring Boot has it, for the origins
 * that the properties allow; {@link #of} is for others.
 *
 * <p>The request factory below must not follow redirects: it would hand tokens on to other hosts, and nothing here sees what
 * it sends by itself. Spring Boot's does not as soon as the properties allow an origin, whatever it is made of, nor does
 * one with an SSL bundle of {@code RestClientSsl}. One of the application's own must be told: the JDK's by {@code
 * HttpClient.Redirect.NEVER}, its default; Apache's by {@code disableRedirectHandling()}, Jetty's by {@code
 * setFollowRedirects(false)}, and {@code SimpleClientHttpRequestFactory} by {@code prepareConnection}.
 *
 * <p>A request with an {@code Authorization} header of its own is left alone, and so is one to any other origin.
 */
public final class RestClientAuthorization implements ClientHttpRequestInterceptor {
    private final Function<String, Optional<AsyncResourceAccess>> accesses;

    RestClientAuthorization(Function<String, Optional<AsyncResourceAccess>> accesses) {
        this.accesses = accesses;
    }

    /** With the tokens of {@code access}, for the origins that it allows. */
    public static RestClientAuthorization of(AsyncResourceAccess access) {
        return new RestClientAuthorization(url -> access.isAllowed(url) ? Optional.of(access) : Optional.empty());
    }

    /** With the tokens of whichever of {@code clients} allows the origin of a request. */
    public static RestClientAuthorization of(OpenIdClients clients) {
        return new RestClientAuthorization(clients::accessTo);
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        String url = request.getURI().toString();
        Optional<AsyncResourceAccess> found = accesses.apply(url);
        if (found.isEmpty()
                || request.getHeaders().getFirst(org.springframework.http.HttpHeaders.AUTHORIZATION) != null) {
            return execution.execute(request, body);
        }
        AsyncResourceAccess access = found.get();
        String method = request.getMethod().name();
        ResourceAuthorization authorization = null;
        while (true) {
            authorization = awaited(access.authorize(method, url, null, authorization));
            if (authorization == null) {
                return execution.execute(request, body);
            }
            set(request, authorization.getHeaders());
            ClientHttpResponse response = execution.execute(request, body);
            if (judged(access, authorization, response) == Verdict.DELIVER) {
                return response;
            }
            discard(response);
        }
    }

    /** Spring's {@code close} reads on to the end, which may be far away; the stream's does not. */
    private static void discard(ClientHttpResponse response) throws IOException {
        try (response) {
            response.getBody().close();
        }
    }

    private static Verdict judged(
            AsyncResourceAccess access, ResourceAuthorization authorization, ClientHttpResponse response)
            throws IOException {
        try {
            HttpHeaders headers = SpringHeaders.read(response.getHeaders());
            Verdict verdict =
                    awaited(access.judge(authorization, response.getStatusCode().value(), headers));
            return verdict == null ? Verdict.DELIVER : verdict;
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    private static void set(HttpRequest request, HttpHeaders headers) {
        for (Map.Entry<String, List<String>> header : headers.toMap().entrySet()) {
            request.getHeaders().put(header.getKey(), header.getValue());
        }
    }

    private static <T> @Nullable T awaited(CompletableFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a token");
        } catch (ExecutionException e) {
            Throwable failure = AsyncErrors.unwrap(e);
            if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
    }

    @Override
    public String toString() {
        return "RestClientAuthorization";
    }
}
