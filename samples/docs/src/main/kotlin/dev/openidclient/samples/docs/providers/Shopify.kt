package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import java.security.MessageDigest
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

// region client
private val SHOP = Regex("[a-z0-9][a-z0-9-]*\\.myshopify\\.com")

/** Each shop is a server of its own; [shop] comes from the browser, so it is checked. */
fun shopifyClient(
    shop: String,
    secret: String,
    http: HttpTransport, // one for all shops
): OpenIdClient {
    require(SHOP.matches(shop)) { "no domain of a shop" } // the client secret goes there
    val server =
        AuthorizationServerMetadata.parse(
            """
            {
              "issuer": "https://$shop",
              "authorization_endpoint": "https://$shop/admin/oauth/authorize",
              "token_endpoint": "https://$shop/admin/oauth/access_token"
            }
            """,
        )
    return OpenIdClient(server, "0123456789abcdef0123456789abcdef") {
        clientSecret(secret)
        assumeBearer() // no answer has a token_type
        transport = http
    }
}
// endregion

// region sign-in
fun beginShopify(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/shopify")
        scope("read_products,write_orders") // with commas, so one text
    }

/** The callback is signed with the client secret, in place of `iss`. */
fun isSignedByShopify(
    callbackUrl: String,
    secret: String,
): Boolean {
    val query = Parameters.parse(callbackUrl.substringAfter('?', ""))
    val signed = query.without("hmac").toMap().mapValues { it.value.first() }.toSortedMap()
    val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secret.encodeToByteArray(), algorithm)) }
    val expected = mac.doFinal(Parameters.of(signed).encode().encodeToByteArray())
    val hex = expected.joinToString("") { "%02x".format(it) }
    return MessageDigest.isEqual(hex.encodeToByteArray(), query["hmac"].orEmpty().encodeToByteArray())
}

suspend fun finishShopify(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse =
    client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending)) {
        parameter("expiring", "1") // an offline token that expires, with a refresh token
    }
// endregion

// region api

/** The Admin API wants the token in a header of its own. */
suspend fun shopName(
    shop: String,
    tokens: TokenResponse,
    http: HttpTransport,
): HttpResponse =
    http.send(
        HttpRequest(
            "POST",
            "https://$shop/admin/api/2026-01/graphql.json",
            HttpHeaders.of("x-shopify-access-token" to tokens.accessToken),
            HttpBody.json("""{"query":"{ shop { name } }"}"""),
        ),
    )
// endregion
