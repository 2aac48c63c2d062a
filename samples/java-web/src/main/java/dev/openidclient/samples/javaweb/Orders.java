package dev.openidclient.samples.javaweb;

import dev.openidclient.token.TokenResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The protected API that the access token is for. */
final class Orders {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String url;
    // no redirect is followed: the access token goes to the API and nowhere else
    private final HttpClient http = HttpClient.newHttpClient();

    Orders(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    CompletableFuture<HttpResponse<String>> read(TokenResponse tokens) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + tokens.getAccessToken())
                .timeout(TIMEOUT)
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }
}
