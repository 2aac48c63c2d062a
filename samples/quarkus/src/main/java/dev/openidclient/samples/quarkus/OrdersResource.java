package dev.openidclient.samples.quarkus;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Calls an API in the application's own name. */
// region orders
@Path("/orders")
public class OrdersResource {
    private final AsyncOpenIdClient client;
    private final String url;

    public OrdersResource(AsyncOpenIdClient client, @ConfigProperty(name = "orders.url") String url) {
        this.client = client;
        this.url = url;
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public CompletionStage<String> orders() { // on the event loop, which must not wait
        return client.clientCredentialsGrant(request -> request.scope("orders:read"))
                .thenCompose(tokens -> client.resource(url, tokens))
                .thenApply(HttpResponse::bodyText);
    }
}
// endregion
