package dev.openidclient.samples.javaweb;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Requests with the cookie that the test chooses, and no redirect followed. */
final class RawRequests {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RawRequests() {}

    static HttpResponse<String> get(String url, String cookie) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElseThrow();
    }

    /** The last {@code Set-Cookie}. */
    static String setCookie(HttpResponse<String> response) {
        List<String> cookies = response.headers().allValues("Set-Cookie");
        return cookies.get(cookies.size() - 1);
    }

    /** What a browser would send back of the last {@code Set-Cookie}. */
    static String cookie(HttpResponse<String> response) {
        return setCookie(response).replaceFirst(";.*", "");
    }
}
