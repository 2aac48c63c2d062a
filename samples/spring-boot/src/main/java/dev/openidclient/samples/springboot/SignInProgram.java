package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.jose.SigningKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kotlin.KotlinVersion;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.annotation.Bean;

/**
 * A Spring Boot application that signs in, with the versions of Kotlin, coroutines and serialization that Spring Boot
 * manages and the JDK's HTTP client. It ends with a failure where anything of it cannot be loaded or does not work.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
public class SignInProgram {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CALLBACK = "http://127.0.0.1/callback";

    public static void main(String[] args) {
        SpringApplication.run(SignInProgram.class, args);
    }

    @Bean
    CommandLineRunner signIn() {
        return arguments -> {
            var key = SigningKey.generate("ES256");
            try (var server = new StubServer();
                    var client = client(server, key)) {
                var device = await(deviceFlow(client));
                var person = await(codeFlow(client));
                if (!person.equals(device)) throw new IllegalStateException(person + " is not " + device);
                System.out.println("Spring Boot " + SpringBootVersion.getVersion() + ", Kotlin " + KotlinVersion.CURRENT
                        + ": " + person + " is signed in, by a device and in a browser");
            }
        };
    }

    private static AsyncOpenIdClient client(StubServer server, SigningKey key) {
        return await(AsyncOpenIdClient.discover(
                server.issuer(),
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
