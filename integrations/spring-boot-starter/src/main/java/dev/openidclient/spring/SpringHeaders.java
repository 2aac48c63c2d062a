package dev.openidclient.spring;

import dev.openidclient.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Headers of Spring's, as the library reads them. */
final class SpringHeaders {
    private SpringHeaders() {}

    static HttpHeaders read(org.springframework.http.HttpHeaders headers) {
        Map<String, List<String>> read = new LinkedHashMap<>();
        headers.forEach(read::put);
        return HttpHeaders.received(read);
    }
}
