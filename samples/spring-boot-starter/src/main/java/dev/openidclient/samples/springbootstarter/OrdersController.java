package dev.openidclient.samples.springbootstarter;

import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.spring.AccessTokenFilter;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/** The API, behind access tokens. */
// region controller
@RestController
public class OrdersController {
    @GetMapping("/api/orders")
    String orders(@RequestAttribute(AccessTokenFilter.ACCESS) GrantedAccess access) {
        access.requireScopes("orders:read");
        return "orders for " + access.getClientId() + " by " + access.getTokenType();
    }

    @DeleteMapping("/api/orders")
    void cancel(@RequestAttribute(AccessTokenFilter.ACCESS) GrantedAccess access) {
        access.requireScopes("orders:write"); // else 403, and the answer says what is missing
    }
}
// endregion
