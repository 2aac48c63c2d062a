package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientAuthentication;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Microsoft Entra ID. */
public final class EntraId {
    private static final String CLIENT = "11111111-2222-4333-8444-555555555555";

    private EntraId() {}

    // region single-tenant
    public static CompletableFuture<AsyncOpenIdClient> client(String tenantId, String secret, HttpTransport http) {
        var issuer = "https://login.microsoftonline.com/" + tenantId + "/v2.0"; // with its UUID
        return AsyncOpenIdClient.discover(
                issuer, CLIENT, settings -> settings.clientSecret(secret).transport(http));
    }
    // endregion

    // region multi-tenant
    public static CompletableFuture<AsyncOpenIdClient> forAllTenants(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://login.microsoftonline.com/organizations/v2.0",
                CLIENT,
                settings -> settings.clientSecret(secret)
                        .nonRepudiationChecks() // verifies the signature too, with a key that is the tenant's
                        .transport(http));
    }

    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/microsoft")
                .scope("openid", "profile", "email", "offline_access"));
    }

    /** Empty: somebody of a tenant that is no customer. */
    public static CompletableFuture<Optional<TokenResponse>> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending, Set<String> customers) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
                .thenApply(tokens -> {
                    // the person is tid and oid together, never the e-mail address
                    var tenant = String.valueOf(tokens.getClaims().toMap().get("tid"));
                    return Optional.of(tokens).filter(t -> customers.contains(tenant));
                });
    }
    // endregion

    // region b2c
    public static CompletableFuture<AsyncOpenIdClient> b2c(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_sign_in/v2.0",
                CLIENT,
                settings -> settings.clientSecret(secret)
                        .transport(http)
                        .acceptRefreshedAuthTime()); // a refreshed ID Token has another auth_time
    }

    public static AuthorizationRequest beginB2c(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/b2c")
                .scope("openid", "offline_access", client.getClientId())); // without it no access token comes
    }
    // endregion

    // region certificate
    /** For {@code authentication}: a certificate that is registered with the app, in place of a secret. */
    public static ClientAuthentication certificate(String tenantId, X509Certificate certificate, SigningKey ps256) {
        return new PrivateKeyJwt(
                ps256.withCertificates(List.of(certificate)), // names it as x5t#S256
                assertion -> assertion
                        .header("typ", "JWT")
                        .claim("aud", "https://login.microsoftonline.com/" + tenantId + "/oauth2/v2.0/token"));
    }

    /** A service without a person. */
    public static CompletableFuture<TokenResponse> graphTokens(AsyncOpenIdClient client) {
        return client.clientCredentialsGrant(request -> request.scope("https://graph.microsoft.com/.default"));
    }
    // endregion
}
