package dev.openidclient.samples.docs.providers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.openidclient.async.AsyncClientAuthentication;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientAuthenticationRequest;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** The Java blocks of the page about Apple. */
public final class Apple {
    private Apple() {}

    // region secret
    /** Apple's client secret is a JWT that you sign. Made for each request, so none can expire in your settings. */
    public record ClientSecret(String teamId, String keyId, PrivateKey key) implements AsyncClientAuthentication {
        private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

        @Override
        public CompletionStage<?> authenticate(ClientAuthenticationRequest request) {
            var clientId = request.getClient().getClientId();
            var now = request.getTime().getEpochSecond();
            var header = "{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(keyId);
            // Apple takes six months at the most; one request needs minutes
            var claims = "{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d,\"aud\":\"https://appleid.apple.com\",\"sub\":\"%s\"}"
                    .formatted(teamId, now, now + 300, clientId);
            var input = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
            try {
                var signature = Signature.getInstance("SHA256withECDSAinP1363Format"); // as a JWS has it, not DER
                signature.initSign(key);
                signature.update(input.getBytes(UTF_8));
                request.parameter("client_id", clientId);
                request.parameter("client_secret", input + "." + encode(signature.sign()));
                return CompletableFuture.completedFuture(null);
            } catch (GeneralSecurityException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private static String encode(byte[] bytes) {
            return BASE64URL.encodeToString(bytes);
        }

        @Override
        public String toString() {
            return "ClientSecret"; // never the key: this text reaches logs
        }
    }
    // endregion

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(
            String teamId, String keyId, PrivateKey key, HttpTransport http) {
        var secret = AsyncClientAuthentication.toAuthentication(new ClientSecret(teamId, keyId, key));
        return AsyncOpenIdClient.discover(
                "https://appleid.apple.com", // the client id is the Services ID
                "com.example.web",
                settings -> settings.authentication(secret).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/apple")
                .scope("openid", "name", "email")
                .responseMode("form_post")); // demanded where the scope has name or email
    }

    /** {@code POST /callback/apple}, with its body. */
    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String url, String body, String pending, BiConsumer<String, String> storeName) {
        var callback = AuthorizationCallback.formPost(url, body);
        return client.authorizationCodeGrant(callback, PendingAuthorization.decode(pending))
                .thenApply(tokens -> {
                    // JSON with the name, the first time only; it came through the browser and nothing signs it
                    var user = callback.getParameters().get("user");
                    if (user != null) storeName.accept(tokens.getClaims().getSubject(), user);
                    return tokens;
                });
    }
    // endregion
}
