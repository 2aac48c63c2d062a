package dev.openidclient.samples.javaweb.small;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.http.Parameters;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeServerTest {
    private final FakeServer server = new FakeServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private Javalin application;
    private String url;

    @BeforeEach
    void start() {
        application = new SmallWebApp(server.client(), "http://127.0.0.1").start(0);
        url = "http://127.0.0.1:" + application.port();
    }

    @AfterEach
    void stop() {
        application.stop();
    }

    @Test
    void aPersonWhoComesBackWithACodeIsSignedIn() throws Exception {
        var login = get("/login", "");
        var request = Parameters.parse(URI.create(location(login)).getRawQuery());
        var idToken = FakeServer.idToken(request.get("nonce"), "alice");
        server.answer(200, """
                {"access_token": "a", "token_type": "Bearer", "id_token": "%s"}""".formatted(idToken));

        var callback = get("/callback?code=c&state=" + request.get("state"), cookie(login));

        assertTrue(location(callback).endsWith("/"), location(callback));
        assertEquals("c", server.requests.get(0).getBody().getParameters().get("code"));
    }

    @Test
    void aCallbackOfAnotherSignInIsRefusedAndNothingIsSent() throws Exception {
        var callback = get("/callback?code=c&state=another", cookie(get("/login", "")));

        assertEquals(400, callback.statusCode());
        assertTrue(server.requests.isEmpty());
    }

    @Test
    void whenTheServerDoesNotAnswerThePersonMayBeginAgain() throws Exception {
        var login = get("/login", "");
        var request = Parameters.parse(URI.create(location(login)).getRawQuery());
        server.fail(new IOException("connection reset"));

        var callback = get("/callback?code=c&state=" + request.get("state"), cookie(login));

        assertEquals(400, callback.statusCode());
        assertTrue(callback.body().contains("Begin again"), callback.body());
    }

    private HttpResponse<String> get(String path, String cookie) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + path)).header("Cookie", cookie);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String location(HttpResponse<?> response) {
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String cookie(HttpResponse<?> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }
}
