package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

private const val SHOP = "example.myshopify.com"
private const val TOKEN = "https://$SHOP/admin/oauth/access_token"
private const val SECRET = "shpss_0123456789abcdef"

private fun shopify() = ScriptedProvider("https://$SHOP", "0123456789abcdef0123456789abcdef")

/** No `token_type`; the scopes are separated by commas. */
private fun tokens(number: Int) =
    json(
        "access_token" to "shpat_$number",
        "expires_in" to 3600,
        "refresh_token" to "shprt_$number",
        "refresh_token_expires_in" to 7776000,
        "scope" to "read_products,write_orders",
    )

/** What Shopify adds to the callback, and signs. */
private fun signed(request: AuthorizationRequest): String {
    val url = request.callback("shop" to SHOP, "timestamp" to "1337178173", "host" to "YWRtaW4")
    val text =
        url.query
            .toMap()
            .mapValues {
                it.value.first()
            }.toSortedMap()
            .entries
            .joinToString("&") { "${it.key}=${it.value}" }
    val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(SECRET.encodeToByteArray(), "HmacSHA256")) }
    return "$url&hmac=${mac.doFinal(text.encodeToByteArray()).joinToString("") { "%02x".format(it) }}"
}

class ShopifySpec :
    FunSpec({
        test("an installation goes from the request to the tokens, which are refreshed, without a token_type") {
            val shopify = shopify().answer(TOKEN, tokens(1)).answer(TOKEN, tokens(2))
            val client = shopifyClient(SHOP, SECRET, shopify)
            val request = beginShopify(client)
            request.url shouldStartWith "https://$SHOP/admin/oauth/authorize?"
            request.url.query["scope"] shouldBe "read_products,write_orders"
            val callback = signed(request)
            isSignedByShopify(callback, SECRET) shouldBe true
            val tokens = finishShopify(client, callback, request.pending.encode())

            tokens.tokenType shouldBe "bearer"
            tokens.scope shouldBe "read_products,write_orders"
            shopify.formTo(TOKEN)["expiring"] shouldBe "1"
            client.refreshTokenGrant(tokens).refreshToken shouldBe "shprt_2"
        }

        test("a callback that was changed, or that nobody signed, is not Shopify's") {
            val request = beginShopify(shopifyClient(SHOP, SECRET, shopify()))
            val callback = signed(request)

            isSignedByShopify(callback.replace("timestamp=1", "timestamp=2"), SECRET) shouldBe false
            isSignedByShopify(callback, "another") shouldBe false
            isSignedByShopify(request.callback("shop" to SHOP), SECRET) shouldBe false
            isSignedByShopify("https://rp.example.com/callback/shopify", SECRET) shouldBe false
        }

        for (shop in listOf(
            "evil.example.com",
            "example.myshopify.com.evil.example.com",
            "evil.example.com/x.myshopify.com",
            "",
        )) {
            test("the client secret does not go to \"$shop\"") {
                shouldThrow<IllegalArgumentException> { shopifyClient(shop, SECRET, shopify()) }
                shouldThrow<IllegalArgumentException> { Shopify.client(shop, SECRET, shopify()) }
            }
        }

        test("the answer for a person is kept whole") {
            val person = json("id" to 902541635, "email" to "jane@example.com", "email_verified" to true)
            val online =
                json(
                    "access_token" to "shpua",
                    "scope" to "write_orders",
                    "expires_in" to 86399,
                    "associated_user" to person,
                )
            val client = shopifyClient(SHOP, SECRET, shopify().answer(TOKEN, online))
            val request = beginShopify(client)
            val tokens = finishShopify(client, signed(request), request.pending.encode())

            (tokens.toMap()["associated_user"] as Map<*, *>)["id"] shouldBe 902541635L
        }

        test("a code that was used is invalid_request") {
            val refusal =
                json(
                    "error" to "invalid_request",
                    "error_description" to "The authorization code was not found or was already used",
                )
            val client = shopifyClient(SHOP, SECRET, shopify().answer(TOKEN, refusal, 400))
            val request = beginShopify(client)

            shouldThrow<ResponseBodyException> { finishShopify(client, signed(request), request.pending.encode()) }
                .error shouldBe "invalid_request"
        }

        test("the API gets the token in its own header") {
            val api = "https://$SHOP/admin/api/2026-01/graphql.json"
            val shopify =
                shopify().answer(TOKEN, tokens(1)).answer(
                    api,
                    json("data" to json("shop" to json("name" to "Example"))),
                )
            val client = shopifyClient(SHOP, SECRET, shopify)
            val request = beginShopify(client)
            val tokens = finishShopify(client, signed(request), request.pending.encode())

            shopName(SHOP, tokens, shopify).bodyText() shouldContain "Example"
            shopify.lastTo(api).headers["x-shopify-access-token"] shouldBe "shpat_1"
            shopify.lastTo(api).headers["authorization"].shouldBeNull()
            val inJava = Shopify.shopName(SHOP, tokens)
            inJava.uri().toString() shouldBe api
            inJava.method() shouldBe "POST"
            inJava.headers().map()["x-shopify-access-token"] shouldBe listOf("shpat_1")
            inJava.headers().map()["authorization"].shouldBeNull()
        }

        test("in Java the same goes from the request to the tokens") {
            val shopify = shopify().answer(TOKEN, tokens(1))
            val client = Shopify.client(SHOP, SECRET, shopify)
            val request = Shopify.begin(client)
            val callback = signed(request)

            Shopify.isSignedByShopify(callback, SECRET) shouldBe true
            Shopify.isSignedByShopify(callback, "another") shouldBe false
            Shopify.finish(client, callback, request.pending.encode()).join().accessToken shouldBe "shpat_1"
            client.close()
        }
    })
