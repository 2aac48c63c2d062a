package dev.openidclient.samples.micronaut;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpResponse;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.concurrent.CompletableFuture;

/** Calls an API in the application's own name. */
// region orders
@Controller
class OrdersController {
    private final AsyncOpenIdClient client;
    private final String url;

    OrdersController(AsyncOpenIdClient client, @Value("${orders.url}") String url) {
        this.client = client;
        this.url = url;
    }

    @Get(value = "/orders", produces = MediaType.TEXT_PLAIN)
    CompletableFuture<String> orders() { // on the event loop, which must not wait
        return client.clientCredentialsGrant(request -> request.scope("orders:read"))
                .thenCompose(tokens -> client.resource(url, tokens))
                .thenApply(HttpResponse::bodyText);
    }
}
// endregion
