package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** The Java blocks of the README. {@code DocsSpec} compares the two. */
final class Readme {
    /** The person's session in an application. */
    interface StoredSession {
        void store(String pending);

        /** What was stored, which is removed. */
        String take();
    }

    private final StoredSession session;
    private final Logger log;
    private final Consumer<String> redirect;

    Readme(StoredSession session, Logger log, Consumer<String> redirect) {
        this.session = session;
        this.log = log;
        this.redirect = redirect;
    }

    void signIn(String secret, String callbackUrl) {
        // region sign-in
        var client = AsyncOpenIdClient.discover(
                        "https://as.example.com",
                        "s6BhdRkqt3",
                        settings -> settings.authentication(new ClientSecretBasic(secret)))
                .join();

        // GET /login
        var request = client.authorizationRequest(r -> r // PKCE, state and nonce are made inside
                .redirectUri("https://rp.example.com/callback")
                .scope("openid", "email"));
        session.store(request.getPending().encode());
        redirect.accept(request.getUrl());

        // GET /callback
        client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(session.take()))
                .thenCompose(client::userInfo)
                .thenAccept(user -> log.info("signed in: {}", user.getSubject()));
        // endregion
    }
}
