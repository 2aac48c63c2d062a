package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** Where a scope is too coarse: access to do exactly this, once. Such a request is best pushed, it is long. */
suspend fun beginPayment(
    client: OpenIdClient,
    api: String,
    amount: String,
    creditor: String,
): AuthorizationRequest {
    val payment =
        AuthorizationDetail("payment_initiation") {
            actions("initiate")
            member(
                "instructedAmount",
                buildJsonObject {
                    put("currency", "EUR")
                    put("amount", amount)
                },
            )
            member("creditorName", creditor)
        }
    return client.push(
        client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid")
            authorizationDetails(payment)
            resource(api) // whose tokens carry the details; some servers want it, some know it from the type
        },
    )
}

/** The person may have agreed to less, or to another account: look at what was granted, not at what was asked for. */
fun grantedPayments(tokens: TokenResponse): List<AuthorizationDetail> =
    tokens.authorizationDetails.orEmpty().filter { it.type == "payment_initiation" }
