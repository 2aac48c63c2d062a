package dev.openidclient.samples.springboot;

import static dev.openidclient.samples.stubserver.SignIns.await;
import static dev.openidclient.samples.stubserver.SignIns.requireClosed;
import static dev.openidclient.samples.stubserver.SignIns.requireEqual;
import static dev.openidclient.samples.stubserver.SignIns.requireSignInPages;

import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.samples.stubserver.SignIns;
import dev.openidclient.samples.stubserver.StubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kotlin.KotlinVersion;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * A Spring Boot application that signs in, with the versions of Kotlin, coroutines and serialization that Spring Boot
 * manages and the JDK's HTTP client, and starts while another server is down. It ends with a failure where anything of it
 * cannot be loaded or does not work.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({SignInController.class, OrdersService.class, AfterMigration.class, LateServer.class})
public class SignInProgram {
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        try (var server = new StubServer()) {
            var port = freePort(); // the redirect URI names it before the application has it
            var latePort = freePort(); // nobody listens there yet
            var application = new SpringApplication(SignInProgram.class);
            application.setDefaultProperties(Map.ofEntries(
                    Map.entry("openid.issuer", server.issuer()),
                    Map.entry("openid.client-id", StubServer.CLIENT_ID),
                    Map.entry("openid.client-secret", "secret"),
                    Map.entry("openid.redirect-uri", "http://127.0.0.1:" + port + "/callback"),
                    Map.entry("orders.url", server.issuer() + "/orders"),
                    Map.entry("orders.base-url", server.issuer()),
                    Map.entry("late.issuer", "http://127.0.0.1:" + latePort),
                    Map.entry("late.port", String.valueOf(latePort)),
                    Map.entry("logging.level.root", "warn"),
                    Map.entry("server.address", "127.0.0.1"),
                    Map.entry("server.port", String.valueOf(port))));
            var client = new AtomicReference<AsyncOpenIdClient>();
            var lateClient = new AtomicReference<AsyncDiscoveredClient>();
            application.addInitializers(context -> context.addApplicationListener((ContextClosedEvent closed) -> {
                client.set(closed.getApplicationContext().getBean(AsyncOpenIdClient.class));
                lateClient.set(closed.getApplicationContext().getBean(AsyncDiscoveredClient.class));
            }));
            application.run(args).close();
            requireClosed(client.get());
            requireClosed(lateClient.get());
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** As in {@link OpenIdClientConfiguration}, but for a server without TLS. */
    @Bean(destroyMethod = "close")
    AsyncOpenIdClient openIdClient(
            @Value("${openid.issuer}") String issuer,
            @Value("${openid.client-id}") String clientId,
            @Value("${openid.client-secret}") String clientSecret) {
        return await(AsyncOpenIdClient.discover(
                issuer,
                clientId,
                settings -> settings.authentication(new ClientSecretBasic(clientSecret))
                        .allowInsecureRequests()));
    }

    @Bean
    CommandLineRunner signIn(
            OrdersService orders,
            RestClient restClient,
            AsyncOpenIdClient service,
            @Value("${openid.issuer}") String issuer,
            @Value("http://127.0.0.1:${server.port}") String url) {
        return arguments -> {
            SignIns.requireAlice(issuer);
            requireSignInPages(url);
            requireEqual("orders", orders.orders());
            requireEqual("orders", orders.orders());
            requireEqual("orders", ordersBy(restClient));
            requireRefusalTold(issuer, service);
            System.out.println("Spring Boot " + SpringBootVersion.getVersion() + ", Kotlin " + KotlinVersion.CURRENT
                    + ": alice is signed in, by a device and in a browser, and has the orders");
        };
    }

    private static String ordersBy(RestClient api) {
        return api.get().uri("/orders").retrieve().body(String.class);
    }

    /** The API wants the first token of a service: another one is refused, and its source hears of that. */
    private static void requireRefusalTold(String issuer, AsyncOpenIdClient service) {
        var other = await(service.clientCredentialsGrant());
        try (var tokens = AsyncTokenSource.of(() -> CompletableFuture.completedFuture(other))) {
            var refused = RestClient.builder()
                    .baseUrl(issuer)
                    .requestInterceptor(new BearerTokens(tokens))
                    .build();
            try {
                ordersBy(refused);
                throw new IllegalStateException("expected a refusal");
            } catch (HttpClientErrorException.Unauthorized expected) {
                requireEqual("EXPIRED", tokens.state().toString());
            }
        }
    }
}
