package dev.openidclient.samples.springbootstarter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** An application that is started, and looked at from outside. */
public final class Application implements AutoCloseable {
    public static final String SECRET = "a-secret-that-nobody-sees";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;

    /** Where nobody listens before the authorization server does. */
    public final int issuerPort = freePort();

    /** Where the client sends with DPoP. */
    public final String api;

    /** The same application by another name, where the other client sends bearer tokens. */
    public final String bearerApi;

    public Application(Class<?> type, String... args) {
        int port = freePort(); // the properties name it before the application has it
        this.api = "http://127.0.0.1:" + port;
        this.bearerApi = "http://localhost:" + port;
        SpringApplication application = new SpringApplication(type);
        application.setDefaultProperties(Map.of(
                "issuer", "http://127.0.0.1:" + issuerPort,
                "api", api,
                "bearer-api", bearerApi,
                "server.port", port,
                "ORDERS_CLIENT_SECRET", SECRET));
        this.context = application.run(args);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** What a request without any token is answered, or with this header. */
    public HttpResponse<String> answer(String path, String... authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path));
        for (String value : authorization) {
            request.header("Authorization", value);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(path, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    public static void requireThat(boolean isSo, String what, Object... seen) {
        if (!isSo) {
            throw new IllegalStateException("not so: " + what + " " + java.util.Arrays.toString(seen));
        }
    }

    /** Status, and a part of the challenge. */
    public static void requireRefused(HttpResponse<String> answer, int status, String challenge) {
        String challenges = String.join(", ", answer.headers().allValues("WWW-Authenticate"));
        requireThat(
                answer.statusCode() == status && challenges.contains(challenge),
                answer.request().uri() + " is refused with " + status + " and " + challenge,
                answer.statusCode(),
                challenges,
                answer.body());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no port", e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
