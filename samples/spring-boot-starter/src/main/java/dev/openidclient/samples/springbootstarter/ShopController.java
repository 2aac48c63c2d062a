package dev.openidclient.samples.springbootstarter;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A page for everybody, which needs the API. */
@RestController
public class ShopController {
    private final OrdersClient orders;

    ShopController(OrdersClient orders) {
        this.orders = orders;
    }

    @GetMapping("/shop")
    String shop() {
        return orders.orders();
    }
}
