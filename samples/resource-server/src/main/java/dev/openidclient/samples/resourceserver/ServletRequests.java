package dev.openidclient.samples.resourceserver;

import dev.openidclient.resourceserver.ResourceRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a resource server judges of a servlet's request. */
final class ServletRequests {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private ServletRequests() {}

    static ResourceRequest read(HttpServletRequest request) {
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        Collections.list(request.getHeaderNames())
                .forEach(name -> headers.put(name, Collections.list(request.getHeaders(name))));
        X509Certificate[] chain = (X509Certificate[]) request.getAttribute(CERTIFICATES);
        X509Certificate certificate = chain == null || chain.length == 0 ? null : chain[0];
        String url = request.getRequestURL() + query;
        return ResourceRequest.of(request.getMethod(), url, headers, certificate, request.getRemoteAddr());
    }
}
