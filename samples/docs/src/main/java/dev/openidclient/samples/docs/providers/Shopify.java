package dev.openidclient.samples.docs.providers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.http.Parameters;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.token.TokenResponse;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The Java blocks of the page about Shopify. */
public final class Shopify {
    private Shopify() {}

    // region client
    /** Each shop is a server of its own; {@code shop} comes from the browser, so it is checked. */
    public static AsyncOpenIdClient client(String shop, String secret, HttpTransport http) {
        if (!shop.matches("[a-z0-9][a-z0-9-]*\\.myshopify\\.com")) { // the client secret goes there
            throw new IllegalArgumentException("no domain of a shop");
        }
        var server = AuthorizationServerMetadata.parse("""
            {
              "issuer": "https://{shop}",
              "authorization_endpoint": "https://{shop}/admin/oauth/authorize",
              "token_endpoint": "https://{shop}/admin/oauth/access_token"
            }
            """.replace("{shop}", shop));
        return AsyncOpenIdClient.create(
                server,
                "0123456789abcdef0123456789abcdef",
                settings -> settings.clientSecret(secret).transport(http).assumeBearer()); // no answer has a token_type
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/shopify")
                .scope("read_products,write_orders")); // with commas, so one text
    }

    /** The callback is signed with the client secret, in place of {@code iss}. */
    public static boolean isSignedByShopify(String callbackUrl, String secret) throws GeneralSecurityException {
        var query = Parameters.parse(callbackUrl.substring(callbackUrl.indexOf('?') + 1));
        var signed = new TreeMap<String, String>();
        query.without("hmac").toMap().forEach((name, values) -> signed.put(name, values.get(0)));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        var expected = mac.doFinal(Parameters.of(signed).encode().getBytes(UTF_8));
        var received = Optional.ofNullable(query.get("hmac")).orElse("");
        return MessageDigest.isEqual(HexFormat.of().formatHex(expected).getBytes(UTF_8), received.getBytes(UTF_8));
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(
                callbackUrl,
                PendingAuthorization.decode(pending),
                request -> request.parameter("expiring", "1")); // an offline token that expires, with a refresh token
    }
    // endregion

    // region api
    /** For the HTTP client that you have. The access token is not in Authorization, but in a header of its own. */
    public static HttpRequest shopName(String shop, TokenResponse tokens) {
        return HttpRequest.newBuilder(URI.create("https://" + shop + "/admin/api/2026-01/graphql.json"))
                .header("x-shopify-access-token", tokens.getAccessToken())
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\":\"{ shop { name } }\"}"))
                .build();
    }
    // endregion
}
