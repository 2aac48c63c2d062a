package dev.openidclient.async;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.openidclient.contract.AuthorizedCaller;
import dev.openidclient.contract.CallerAnswer;
import dev.openidclient.contract.CallerRequest;
import dev.openidclient.contract.CallerSetup;
import dev.openidclient.contract.ResourceAccessContract;
import dev.openidclient.http.HttpHeaders;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AuthorizedHttpClientContractTest extends ResourceAccessContract {
    @Override
    public AuthorizedCaller newCaller(CallerSetup setup) {
        return new Caller(setup);
    }

    @Override
    public boolean getFollowsRedirects() {
        return false;
    }

    @Override
    public boolean getHasBodiesOfOneUse() {
        return false;
    }

    @TestFactory
    Stream<DynamicTest> keepsTheContract() {
        return checks().stream().map(check -> dynamicTest(check.getName(), check::run));
    }

    private static final class Caller implements AuthorizedCaller {
        private final ExecutorService reading = Executors.newCachedThreadPool();
        private final AuthorizedHttpClient client;

        Caller(CallerSetup setup) {
            HttpClient plain = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(setup.getProxy()))
                    .build();
            client = AuthorizedHttpClient.of(AsyncResourceAccess.from(setup.getAccess()), plain);
        }

        @Override
        public <T> CompletableFuture<T> send(CallerRequest request, Function<CallerAnswer, T> read) {
            var sent = client(request).sendAsync(requestOf(request), BodyHandlers.ofInputStream());
            var result = sent.thenApplyAsync(
                    answer -> read.apply(new CallerAnswer(
                            answer.statusCode(),
                            HttpHeaders.received(answer.headers().map()),
                            answer.body())),
                    reading);
            result.whenComplete((answer, failure) -> sent.cancel(true));
            return result;
        }

        private HttpClient client(CallerRequest request) {
            var tokens = request.getTokens();
            return tokens == null ? client : client.withTokens(AsyncTokenSource.from(tokens));
        }

        private static HttpRequest requestOf(CallerRequest request) {
            byte[] body = request.getBody();
            var builder = HttpRequest.newBuilder(URI.create(request.getUrl()))
                    .method(
                            request.getMethod(),
                            body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            request.getHeaders()
                    .toMap()
                    .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
            return builder.build();
        }

        @Override
        public void close() {
            reading.shutdown();
        }
    }
}
