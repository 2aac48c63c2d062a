package dev.openidclient.samples.springbootstarter;

import static dev.openidclient.samples.springbootstarter.Application.requireRefused;
import static dev.openidclient.samples.springbootstarter.Application.requireThat;

import dev.openidclient.spring.OpenIdClients;
import dev.openidclient.testserver.TestAuthorizationServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.springframework.boot.SpringBootVersion;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Starts the application while its authorization server is down, looks at it from outside, and ends with a failure where
 * anything is not as it should be.
 */
public final class StarterProgram {
    private static final int THREADS = 50;
    private static final int CALLS_OF_EACH = 10;

    private final Application application;

    private StarterProgram(Application application) {
        this.application = application;
    }

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        try (var application = new Application(Shop.class, args)) {
            var program = new StarterProgram(application);
            program.withoutServer();
            try (var server = TestAuthorizationServer.of(settings ->
                            settings.client("app", Application.SECRET).jwtAccessTokens())
                    .listen(application.issuerPort)) {
                program.manyThreads(server);
                program.callers();
                program.bearer(server);
                if (List.of(args).contains("--kotlin")) {
                    program.kotlin();
                }
            }
            program.operations();
        }
        System.out.println("Spring Boot " + SpringBootVersion.getVersion() + " on Java "
                + Runtime.version().feature() + ": the starter works");
    }

    private void withoutServer() {
        requireThat(health().contains("\"status\":\"UP\""), "up before anybody asks for a token", health());
        var page = application.answer("/shop");
        requireThat(page.statusCode() == 503, "an error page without a token", page.statusCode(), page.body());
        requireThat(page.body().contains("\"status\":503"), "a problem", page.body());
        requireThat(health().contains("\"status\":\"DOWN\""), "down without a token", health());
    }

    /** All at once, as soon as the server is there: nobody starts anything anew. */
    private void manyThreads(TestAuthorizationServer server) throws InterruptedException, ExecutionException {
        OrdersClient orders = application.bean(OrdersClient.class);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            calls.add(threads.submit(() -> {
                for (int attempts = 0; fails(orders) && attempts < 100; attempts++) {
                    Thread.sleep(100); // it asks again by itself, after a second
                }
                for (int call = 0; call < CALLS_OF_EACH; call++) {
                    requireThat(orders.orders().equals("orders for app by DPoP"), "what the API answers");
                }
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        threads.shutdown();
        requireThat(
                server.getTokenEndpoint().getRequestCount() == 1, "one token request for all", server.getRequests());
    }

    private void callers() {
        requireRefused(application.answer("/api/orders"), 401, "Bearer");
        requireRefused(application.answer("/api/orders"), 401, "DPoP algs=");
        requireRefused(application.answer("/api/orders", "Bearer not-a-token"), 401, "error=\"invalid_token\"");
        String stolen = application
                .bean(OpenIdClients.class)
                .tokens("orders")
                .token()
                .join()
                .getAccessToken();
        requireRefused(application.answer("/api/orders", "Bearer " + stolen), 401, "error=\"invalid_token\"");
        requireRefused(application.answer("/api/orders", "DPoP " + stolen), 401, "error=\"invalid_dpop_proof\"");
        RestClient client = client(application.api);
        try {
            client.delete().uri("/api/orders").retrieve().toBodilessEntity();
            throw new IllegalStateException("an order is cancelled without its scope");
        } catch (HttpClientErrorException.Forbidden e) {
            String challenge = String.valueOf(e.getResponseHeaders());
            requireThat(
                    challenge.contains("insufficient_scope") && challenge.contains("orders:write"),
                    "what is missing",
                    challenge);
        }
        var metadata = application.answer("/.well-known/oauth-protected-resource");
        requireThat(metadata.body().contains("\"https://api.example.com\""), "metadata", metadata.body());
    }

    private void bearer(TestAuthorizationServer server) {
        String answer = client(application.bearerApi)
                .get()
                .uri("/api/orders")
                .retrieve()
                .body(String.class);
        requireThat("orders for app by Bearer".equals(answer), "a bearer token", answer);
        requireThat(server.getIssuedAccessTokens() == 2, "a token for each client");
        WebClient reactive = application
                .bean(WebClient.Builder.class)
                .baseUrl(application.api)
                .build();
        String other = reactive.get()
                .uri("/api/orders")
                .retrieve()
                .bodyToMono(String.class)
                .block();
        requireThat("orders for app by DPoP".equals(other), "a WebClient", other);
    }

    private void kotlin() {
        RestClient client = client(application.api);
        String stock = client.get().uri("/api/stock").retrieve().body(String.class);
        requireThat("stock: orders for app by DPoP".equals(stock), "a suspend function answers", stock);
        String token = client.get().uri("/api/deliveries").retrieve().body(String.class);
        requireThat("there".equals(token), "a token source in Kotlin", token);
    }

    /** While the server is away again. */
    private void operations() {
        requireThat(health().contains("\"status\":\"UP\""), "up with a usable token", health());
        String metrics = application.answer("/actuator/prometheus").body();
        double served = sum(metrics, "oauth_client_token_served_total\\{[^}]*}");
        requireThat(served >= THREADS * CALLS_OF_EACH, "tokens are counted", served);
        double left = sum(metrics, "oauth_client_token_seconds_left\\{[^}]*source=\"orders\"[^}]*}");
        requireThat(left > 3000 && left <= 3600, "seconds left", left);
        double failed = sum(metrics, "oauth_client_operation_seconds_count\\{[^}]*error_type=\"OAUTH_[^}]*}");
        requireThat(failed >= 1, "the failed discovery is counted", metrics);
        for (String endpoint : List.of("env", "configprops", "health", "prometheus")) {
            var shown = application.answer("/actuator/" + endpoint);
            requireThat(shown.statusCode() == 200, endpoint, shown.statusCode());
            requireThat(!shown.body().contains(Application.SECRET), "no secret in " + endpoint);
        }
    }

    private RestClient client(String origin) {
        return application.bean(RestClient.Builder.class).baseUrl(origin).build();
    }

    private String health() {
        return application.answer("/actuator/health").body();
    }

    private static boolean fails(OrdersClient orders) {
        try {
            orders.orders();
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    /** Of all samples whose name and tags match. */
    private static double sum(String metrics, String series) {
        return Pattern.compile("(?m)^" + series + " (\\S+)$")
                .matcher(metrics)
                .results()
                .mapToDouble(it -> Double.parseDouble(it.group(1)))
                .sum();
    }
}
