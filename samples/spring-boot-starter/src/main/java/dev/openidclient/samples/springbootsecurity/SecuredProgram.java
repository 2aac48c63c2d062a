package dev.openidclient.samples.springbootsecurity;

import static dev.openidclient.samples.springbootstarter.Application.requireRefused;
import static dev.openidclient.samples.springbootstarter.Application.requireThat;

import dev.openidclient.samples.springbootstarter.Application;
import dev.openidclient.samples.springbootstarter.OrdersClient;
import dev.openidclient.samples.springbootstarter.OrdersController;
import dev.openidclient.samples.springbootstarter.ShopController;
import dev.openidclient.testserver.TestAuthorizationServer;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/** The same API behind a chain of Spring Security. */
@SpringBootApplication(proxyBeanMethods = false)
@Import({OrdersClient.class, OrdersController.class, ShopController.class})
public class SecuredProgram {
    public static void main(String[] args) {
        try (var application = new Application(SecuredProgram.class, "--spring.profiles.active=secured");
                var server = TestAuthorizationServer.of(settings ->
                                settings.client("app", Application.SECRET).jwtAccessTokens())
                        .listen(application.issuerPort)) {
            requireRefused(application.answer("/api/orders"), 401, "Bearer");
            requireRefused(application.answer("/api/orders", "Bearer not-a-token"), 401, "error=\"invalid_token\"");
            var shop = application.answer("/shop");
            requireThat(shop.statusCode() == 200, "what everybody may see", shop.statusCode(), shop.body());
            requireThat(shop.body().equals("orders for app by DPoP"), "by DPoP", shop.body());

            RestClient client = application
                    .bean(RestClient.Builder.class)
                    .baseUrl(application.bearerApi)
                    .build();
            String orders = client.get().uri("/api/orders").retrieve().body(String.class);
            requireThat("orders for app by Bearer".equals(orders), "a token has the authority of its scope", orders);
            requireForbidden(client);
            requireThat(server.getIssuedAccessTokens() == 2, "a token for each client");
        }
        System.out.println("Spring Boot " + SpringBootVersion.getVersion() + " on Java "
                + Runtime.version().feature() + ": the starter works in a chain of Spring Security");
    }

    private static void requireForbidden(RestClient client) {
        try {
            client.delete().uri("/api/orders").retrieve().toBodilessEntity();
        } catch (HttpClientErrorException.Forbidden e) {
            return;
        }
        throw new IllegalStateException("an order is cancelled without the authority of its scope");
    }
}
