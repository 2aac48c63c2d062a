package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
 * manages and the JDK's HTTP client. It ends with a failure where anything of it cannot be loaded or does not work.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({SignInController.class, OrdersService.class})
public class SignInProgram {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CALLBACK = "http://127.0.0.1/callback";

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        try (var server = new StubServer()) {
            var port = freePort(); // the redirect URI names it before the application has it
            var application = new SpringApplication(SignInProgram.class);
            application.setDefaultProperties(Map.of(
                    "openid.issuer",
                    server.issuer(),
                    "openid.client-id",
                    "spring-boot",
                    "openid.client-secret",
                    "secret",
                    "openid.redirect-uri",
                    "http://127.0.0.1:" + port + "/callback",
                    "orders.url",
                    server.issuer() + "/orders",
                    "logging.level.root",
                    "warn",
                    "server.address",
                    "127.0.0.1",
                    "server.port",
                    String.valueOf(port)));
            var client = new AtomicReference<AsyncOpenIdClient>();
            application.addInitializers(context -> context.addApplicationListener((ContextClosedEvent closed) ->
                    client.set(closed.getApplicationContext().getBean(AsyncOpenIdClient.class))));
            application.run(args).close();
            requireClosed(client.get());
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
            AsyncOpenIdClient service,
            @Value("${openid.issuer}") String issuer,
            @Value("http://127.0.0.1:${server.port}") String url) {
        return arguments -> {
            var key = SigningKey.generate("ES256");
            try (var client = client(issuer, key)) {
                requireEqual("alice", await(deviceFlow(client)));
                requireEqual("alice", await(codeFlow(client)));
            }
            var browser = HttpClient.newBuilder()
                    .cookieHandler(new CookieManager())
                    .followRedirects(HttpClient.Redirect.ALWAYS)
                    .build();
            requireEqual("200 Sign in at /login", get(browser, url + "/"));
            requireEqual("200 Hello alice", get(browser, url + "/login"));
            requireEqual("200 Hello alice", get(browser, url + "/callback?code=replayed&state=unknown"));
            requireEqual("200 Hello alice", get(browser, url + "/"));
            requireEqual("400 Please sign in again.", deniedIn(url, "another state"));
            requireEqual("400 You did not agree.", deniedIn(url, null));
            requireEqual("orders", orders.orders());
            requireEqual("orders", orders.orders());
            requireEqual("orders", ordersByRestClient(issuer, new BearerTokens(orders::tokens, refused -> {})));
            requireRefusalTold(issuer, service);
            System.out.println("Spring Boot " + SpringBootVersion.getVersion() + ", Kotlin " + KotlinVersion.CURRENT
                    + ": alice is signed in, by a device and in a browser, and has the orders");
        };
    }

    /** What the pages answer to a person who did not agree, or to whoever says so of {@code state}. */
    private static String deniedIn(String url, String state) throws IOException, InterruptedException {
        var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        var login =
                browser.send(HttpRequest.newBuilder(URI.create(url + "/login")).build(), BodyHandlers.discarding());
        var query = StubServer.form(
                URI.create(login.headers().firstValue("location").orElseThrow()).getRawQuery());
        return get(
                browser,
                "%s/callback?error=access_denied&state=%s&iss=%s"
                        .formatted(
                                url,
                                URLEncoder.encode(state == null ? query.get("state") : state, StandardCharsets.UTF_8),
                                URLEncoder.encode(issuerOf(login), StandardCharsets.UTF_8)));
    }

    private static String issuerOf(HttpResponse<?> login) {
        var location = login.headers().firstValue("location").orElseThrow();
        return location.substring(0, location.indexOf("/authorize"));
    }

    private static String get(HttpClient browser, String url) throws IOException, InterruptedException {
        var answer = browser.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static void requireEqual(String expected, String actual) {
        if (!expected.equals(actual)) throw new IllegalStateException("expected " + expected + ", got " + actual);
    }

    private static String ordersByRestClient(String issuer, BearerTokens tokens) {
        var api =
                RestClient.builder().baseUrl(issuer).requestInterceptor(tokens).build();
        return api.get().uri("/orders").retrieve().body(String.class);
    }

    /** The API wants the first token of a service: another one is refused, and whoever keeps it hears of that. */
    private static void requireRefusalTold(String issuer, AsyncOpenIdClient service) {
        var other = await(service.clientCredentialsGrant());
        var refused = new AtomicReference<TokenResponse>();
        try {
            ordersByRestClient(issuer, new BearerTokens(() -> CompletableFuture.completedFuture(other), refused::set));
            throw new IllegalStateException("expected a refusal");
        } catch (HttpClientErrorException.Unauthorized expected) {
            requireEqual(other.getAccessToken(), refused.get().getAccessToken());
        }
    }

    /** The application has closed its client, and a client that is closed sends nothing. */
    private static void requireClosed(AsyncOpenIdClient client) {
        var failure = client.clientCredentialsGrant()
                .handle((tokens, thrown) -> thrown)
                .join();
        requireEqual("the client is closed", AsyncErrors.unwrap(failure).getMessage());
    }

    private static AsyncOpenIdClient client(String issuer, SigningKey key) {
        return await(AsyncOpenIdClient.discover(
                issuer,
                "spring-boot",
                settings -> settings.authentication(new PrivateKeyJwt(key))
                        .engine(HttpEngine.JAVA)
                        .nonRepudiationChecks()
                        .allowInsecureRequests()));
    }

    private static CompletableFuture<String> deviceFlow(AsyncOpenIdClient client) {
        return client.deviceAuthorization(request -> request.scope("openid"))
                .thenCompose(client::deviceCodeGrant)
                .thenCompose(client::userInfo)
                .thenApply(user -> user.getSubject());
    }

    private static CompletableFuture<String> codeFlow(AsyncOpenIdClient client) {
        var request = client.authorizationRequest(r -> r.redirectUri(CALLBACK).scope("openid"));
        return browse(request.getUrl())
                .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()))
                .thenApply(tokens -> tokens.getClaims().getSubject());
    }

    /** Where the server sends the browser. */
    private static CompletableFuture<String> browse(String url) {
        return HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .thenApply(answer -> answer.headers().firstValue("location").orElseThrow());
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
