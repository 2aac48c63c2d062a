package dev.openidclient.samples.javaweb.small;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives the answers that a test puts in, in their order, and keeps what was asked. */
final class FakeServer implements AsyncHttpTransport {
    final List<HttpRequest> requests = new ArrayList<>();
    private final Queue<CompletableFuture<HttpResponse>> answers = new ConcurrentLinkedQueue<>();

    void answer(int status, String json) {
        var headers = HttpHeaders.of(Map.of("content-type", List.of("application/json")));
        var response = new HttpResponse(status, headers, json.getBytes(StandardCharsets.UTF_8));
        answers.add(CompletableFuture.completedFuture(response));
    }

    void fail(Exception failure) {
        answers.add(CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletionStage<HttpResponse> send(HttpRequest request) {
        requests.add(request);
        if (answers.isEmpty()) throw new IllegalStateException("no answer is left for " + request);
        return answers.remove();
    }

    /** A client of this server; nothing is sent for it. */
    AsyncOpenIdClient client() {
        var server = AuthorizationServerMetadata.parse(METADATA);
        return AsyncOpenIdClient.create(
                server,
                "s6BhdRkqt3",
                settings -> settings.transport(AsyncHttpTransport.toTransport(this))
                        .clock(Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    private static final Instant NOW = Instant.parse("2027-01-15T12:00:00Z");
    private static final String METADATA = """
            {"issuer": "https://as.example.com",
             "authorization_endpoint": "https://as.example.com/authorize",
             "token_endpoint": "https://as.example.com/token",
             "userinfo_endpoint": "https://as.example.com/userinfo"}""";

    /** An ID Token. From the token endpoint its signature is not verified, so it has none. */
    static String idToken(String nonce, String subject) {
        long now = NOW.getEpochSecond();
        String claims = """
                {"iss": "https://as.example.com", "aud": "s6BhdRkqt3", "sub": "%s", "iat": %d, "exp": %d, "nonce": "%s"}""".formatted(subject, now, now + 300, nonce);
        return Stream.of("{\"alg\":\"RS256\"}", claims, "no signature")
                .map(it -> it.getBytes(StandardCharsets.UTF_8))
                .map(Base64.getUrlEncoder().withoutPadding()::encodeToString)
                .collect(Collectors.joining("."));
    }
}
