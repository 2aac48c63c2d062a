package dev.openidclient.samples.springbootstarter

import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.spring.AccessTokenFilter
import dev.openidclient.tokensource.TokenSource
import org.springframework.beans.factory.annotation.Qualifier
import org.springframework.beans.factory.annotation.Value
import org.springframework.stereotype.Service
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RequestAttribute
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.web.reactive.function.client.awaitBody

// region stock

/** Takes the token of its caller, and calls another API with its own: no thread waits. */
@RestController
class StockController(
    builder: WebClient.Builder,
    @Value("\${api}") url: String,
) {
    private val api = builder.baseUrl(url).build()

    @GetMapping("/api/stock")
    suspend fun stock(
        @RequestAttribute(AccessTokenFilter.ACCESS) access: GrantedAccess,
    ): String {
        access.requireScopes("orders:read")
        return "stock: " + api.get().uri("/api/orders").retrieve().awaitBody<String>()
    }
}
// endregion

// region deliveries

/** A token for what no HTTP client of Spring's sends: a message, a stream, a call of gRPC. */
@Service
class Deliveries(
    @param:Qualifier("reports") private val tokens: TokenSource,
) {
    /** The one that all share, renewed in time. */
    suspend fun token(): String = tokens.token().accessToken
}
// endregion

/** Shows that there is one, and not which. */
@RestController
class DeliveriesController(
    private val deliveries: Deliveries,
) {
    @GetMapping("/api/deliveries")
    suspend fun isThere(): String = if (deliveries.token().isEmpty()) "none" else "there"
}
