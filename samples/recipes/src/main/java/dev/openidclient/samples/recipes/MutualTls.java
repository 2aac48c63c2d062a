package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.TlsClientAuth;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;

public final class MutualTls {
    private MutualTls() {}

    /**
     * The certificate of the TLS connection authenticates the client, and a server that is set to do so binds the
     * tokens to it (RFC 8705 §3): the API checks that, the client cannot see it. {@code keyStore} has one key entry,
     * whose certificate is registered ({@code tls_client_auth}, {@code self_signed_tls_client_auth}). Requests go to the
     * server's endpoints for mutual TLS where it has them (RFC 8705 §5).
     */
    public static CompletableFuture<AsyncOpenIdClient> clientWithCertificate(
            String issuer, String clientId, KeyStore keyStore, char[] password) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(TlsClientAuth.INSTANCE);
            settings.tls(tls -> tls.keyStore(keyStore, password)); // or pem(text)
        });
    }
}
