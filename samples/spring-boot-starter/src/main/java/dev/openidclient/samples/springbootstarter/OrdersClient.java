package dev.openidclient.samples.springbootstarter;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Calls the API: nothing of tokens is here. */
// region client
@Component
public class OrdersClient {
    private final RestClient api;

    OrdersClient(RestClient.Builder builder, @Value("${api}") String url) {
        this.api = builder.baseUrl(url).build();
    }

    /** What the API answers. */
    public String orders() {
        return api.get().uri("/api/orders").retrieve().body(String.class);
    }
}
// endregion
