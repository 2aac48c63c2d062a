package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.http.CloseableHttpTransport;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Keycloak. */
public final class Keycloak {
    private Keycloak() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://kc.example.com/realms/shop", // at the address that the browser sees
                "web",
                settings ->
                        settings.authentication(new ClientSecretBasic(secret)).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/keycloak")
                .scope("openid", "email", "orders-api")); // a client scope of yours, with an audience mapper
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region mtls
    /** One for all clients of the program. Close it at the end. {@code keyStore} has one key entry. */
    public static CloseableHttpTransport transportWithCertificate(KeyStore keyStore, char[] password) {
        return HttpEngine.AUTOMATIC.open(settings -> settings.tls(tls -> tls.keyStore(keyStore, password)));
    }

    /** The client authenticator "X509 Certificate" of Keycloak, and tokens that are bound to the certificate. */
    public static CompletableFuture<AsyncOpenIdClient> clientWithCertificate(HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://kc.example.com/realms/shop",
                "batch",
                settings -> settings.authentication(TlsClientAuth.INSTANCE)
                        .metadata(metadata -> metadata.tlsClientCertificateBoundAccessTokens())
                        .transport(http)
                        .transportPresentsCertificate());
    }
    // endregion

    // region logout
    public static String logoutUrl(AsyncOpenIdClient client, TokenResponse tokens) {
        return client.endSessionUrl(request -> request.idTokenHint(tokens) // without it Keycloak asks the person
                .postLogoutRedirectUri("https://rp.example.com/"));
    }
    // endregion
}
