package dev.openidclient.samples.springbootstarter;

import dev.openidclient.spring.ResourceServerCustomizer;
import dev.openidclient.testserver.TestAuthorizationServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application that calls an API with access tokens, by DPoP, and is that API itself. It starts while its authorization
 * server is down; then the program looks at it from outside, and ends with a failure where anything is not as it should be.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class StarterProgram {
    private static final String SECRET = "a-secret-that-nobody-sees";

    public static void main(String[] args) throws IOException, InterruptedException {
        int issuerPort = freePort(); // nobody listens there yet
        int apiPort = freePort(); // the properties name it before the application has it
        String issuer = "http://127.0.0.1:" + issuerPort;
        String api = "http://127.0.0.1:" + apiPort;
        SpringApplication application = new SpringApplication(StarterProgram.class);
        application.setDefaultProperties(
                Map.of("issuer", issuer, "api", api, "server.port", apiPort, "ORDERS_CLIENT_SECRET", SECRET));
        try (var context = application.run(args)) {
            OrdersClient orders = context.getBean(OrdersClient.class);
            requireThat(
                    get(api + "/actuator/health").contains("\"status\":\"UP\""), "up before anybody asks for a token");
            requireThat(fails(orders), "no token while the server is down");
            requireThat(get(api + "/actuator/health").contains("\"status\":\"DOWN\""), "down without a token");

            try (var server = TestAuthorizationServer.of(settings ->
                            settings.client("app", SECRET).jwtAccessTokens().requireDpop())
                    .listen(issuerPort)) {
                for (int i = 0; i < 100 && fails(orders); i++) { // it tries again by itself, after a second
                    Thread.sleep(100);
                }
                IntStream.range(0, 500)
                        .parallel()
                        .forEach(i ->
                                requireThat(orders.orders().equals("orders for app by DPoP"), "what the API answers"));
                requireThat(server.getIssuedAccessTokens() == 1, "one token for all calls");
            }
            requireThat(get(api + "/actuator/health").contains("\"openIdClient\""), "health of the clients");
            requireThat(get(api + "/actuator/metrics").contains("oauth.client.token.served"), "metrics");
            requireThat(!get(api + "/actuator/env").contains(SECRET), "no secret in env");
            requireThat(!get(api + "/actuator/configprops").contains(SECRET), "no secret in configprops");
            requireThat(status(api + "/api/orders") == 401, "no access without a token");
        }
        System.out.println("Spring Boot " + SpringBootVersion.getVersion() + ": the starter works");
    }

    /** The API takes tokens of a server without TLS: on this machine only. */
    @Bean
    ResourceServerCustomizer insecure() {
        return settings -> settings.connection(connection -> connection.allowInsecureRequests());
    }

    private static boolean fails(OrdersClient orders) {
        try {
            orders.orders();
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    private static String get(String url) throws IOException, InterruptedException {
        return send(url).body();
    }

    private static int status(String url) throws IOException, InterruptedException {
        return send(url).statusCode();
    }

    private static java.net.http.HttpResponse<String> send(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static void requireThat(boolean isSo, String what) {
        if (!isSo) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
