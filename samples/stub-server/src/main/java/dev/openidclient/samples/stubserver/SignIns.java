package dev.openidclient.samples.stubserver;

import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.jose.SigningKey;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is tried on the versions of Kotlin, coroutines and serialization that a framework manages, with the JDK's HTTP
 * client. It fails where anything of it cannot be loaded or does not work.
 */
public final class SignIns {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CALLBACK = "http://127.0.0.1/callback";

    private SignIns() {}

    /** Alice signs in at {@code issuer}, by a device and in a browser. */
    public static void requireAlice(String issuer) {
        try (var client = client(issuer, SigningKey.generate("ES256"))) {
            requireEqual("alice", await(deviceFlow(client)));
            requireEqual("alice", await(codeFlow(client)));
        }
    }

    /** Alice signs in through {@code /login}, {@code /callback} and {@code /} of an application at {@code url}. */
    public static void requireSignInPages(String url) throws IOException, InterruptedException {
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
    }

    /** The application has closed its client, and a client that is closed sends nothing. */
    public static void requireClosed(AsyncOpenIdClient client) {
        var failure = client.clientCredentialsGrant()
                .handle((tokens, thrown) -> thrown)
                .join();
        requireEqual("the client is closed", AsyncErrors.unwrap(failure).getMessage());
    }

    /** The same of a client that was to be discovered later. */
    public static void requireClosed(AsyncDiscoveredClient client) {
        var failure = client.client().handle((any, thrown) -> thrown).join();
        requireEqual(
                "the discovered client is closed", AsyncErrors.unwrap(failure).getMessage());
    }

    /** The status and the body of an answer. */
    public static String get(HttpClient browser, String url) throws IOException, InterruptedException {
        var answer = browser.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    public static void requireEqual(String expected, String actual) {
        if (!expected.equals(actual)) throw new IllegalStateException("expected " + expected + ", got " + actual);
    }

    public static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
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

    private static AsyncOpenIdClient client(String issuer, SigningKey key) {
        return await(AsyncOpenIdClient.discover(
                issuer,
                StubServer.CLIENT_ID,
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
}
