package dev.openidclient.samples.springboot;

import static dev.openidclient.samples.stubserver.SignIns.await;
import static dev.openidclient.samples.stubserver.SignIns.requireEqual;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.TransportException;
import dev.openidclient.samples.stubserver.StubServer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.CommandLineRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The application starts while a server is down, and has its tokens soon after it comes. */
@Configuration(proxyBeanMethods = false)
class LateServer {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Bean(destroyMethod = "close") // sends nothing: the application starts, whether its server is there or not
    AsyncDiscoveredClient lateClient(
            @Value("${late.issuer}") String issuer,
            @Value("${openid.client-id}") String clientId,
            @Value("${openid.client-secret}") String clientSecret) {
        return AsyncOpenIdClient.lazily(
                issuer,
                clientId,
                settings -> settings.authentication(new ClientSecretBasic(clientSecret))
                        .allowInsecureRequests()); // a server without TLS, on this machine
    }

    @Bean(destroyMethod = "close")
    AsyncClientCredentialsTokens lateTokens(AsyncDiscoveredClient lateClient) {
        return AsyncClientCredentialsTokens.of(lateClient);
    }

    @Bean
    CommandLineRunner comesLate(
            AsyncDiscoveredClient client, AsyncClientCredentialsTokens tokens, @Value("${late.port}") int port) {
        return arguments -> {
            requireEqual("UNUSED", client.state().toString());
            requireToldThatItIsDown(tokens.source(), client.getIssuer());
            try (var server = new StubServer(port)) {
                requireEqual(server.issuer(), client.getIssuer());
                requireEqual("s1", tokenInTheEnd(tokens.source()));
                requireEqual("FRESH", client.state().toString());
            }
        };
    }

    private static void requireToldThatItIsDown(AsyncTokenSource tokens, String issuer) {
        var failure = AsyncErrors.unwrap(
                tokens.token().handle((token, thrown) -> thrown).join());
        if (!(failure instanceof TransportException)
                || !failure.getMessage()
                        .startsWith("no connection for GET " + issuer + "/.well-known/openid-configuration")) {
            throw new IllegalStateException("expected to be told that the server is down", failure);
        }
        System.out.println("Started while its server is down: " + failure.getMessage());
    }

    /** Nobody starts anything anew: the library asks again by itself. */
    private static String tokenInTheEnd(AsyncTokenSource tokens) throws InterruptedException {
        var end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return await(tokens.token()).getAccessToken();
            } catch (CompletionException e) {
                if (Instant.now().isAfter(end)) throw e;
                Thread.sleep(PAUSE.toMillis());
            }
        }
    }
}
