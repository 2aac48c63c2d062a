package dev.openidclient.samples.cli;

import dev.openidclient.async.AsyncLoopbackRedirect;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenStore;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.async.OpenBrowser;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.TokenCipher;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;

/** What the commands do. One for each run of the program; what is to last is in the token file. */
final class Cli implements AutoCloseable {
    /** There is one person, and so one session. */
    private static final String SESSION = "me";

    /** What tokens are asked for; {@code offline_access} is how many servers want to be asked for a refresh token. */
    private static final String[] SCOPE = {"openid", "email", "offline_access"};

    private final AsyncOpenIdClient client;
    private final AsyncUserTokens sessions;
    private final PrintStream out;

    Cli(Config config, Clock clock, PrintStream out) throws IOException {
        OwnFiles.createDirectory(config.directory());
        TokenCipher cipher = TokenCipher.of(KeyFile.of(config.directory()));
        TokenFile file = new TokenFile(config.directory().resolve("tokens"), clock);
        this.out = out;
        client = AsyncOpenIdClient.discover(config.issuer(), config.clientId(), settings -> {
                    settings.clock(clock);
                    if (config.isLocal()) {
                        settings.allowInsecureRequests();
                    }
                })
                .join(); // no secret: what is in a program that people have is known to them
        sessions = AsyncUserTokens.of(client, settings -> settings.store(AsyncTokenStore.toTokenStore(file), cipher));
    }

    /** Signs in with the browser of this machine, which {@code browser} opens. */
    void loginWithBrowser(OpenBrowser browser) throws IOException {
        try (var redirect = AsyncLoopbackRedirect.open(browser)) {
            var request = client.authorizationRequest(
                    r -> r.redirectUri(redirect.getUri()).scope(SCOPE));
            keep(redirect.await(request)
                    .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()))
                    .join());
        }
    }

    /** Signs in with another device: over ssh, in a container. */
    void loginWithDevice() {
        var device = client.deviceAuthorization(r -> r.scope(SCOPE)).join();
        out.printf("On any device open %s and enter %s%n", device.getVerificationUri(), device.getUserCode());
        keep(client.deviceCodeGrant(device).join());
    }

    private void keep(TokenResponse tokens) {
        sessions.put(SESSION, tokens).join();
        var claims = tokens.getClaims();
        out.println("Signed in as " + (claims == null ? "somebody" : claims.getSubject()));
    }

    // region whoami
    /** Says who is signed in, as the server knows them now. */
    void whoami() {
        var user = sessions.source(SESSION)
                .token() // a fresh one, and what a refresh brings is in the file
                .thenCompose(client::userInfo)
                .join();
        out.println("You are " + user.getSubject() + (user.getEmail() == null ? "" : ", " + user.getEmail()));
    }
    // endregion

    // region logout
    /** Forgets the tokens, and makes the server forget them. */
    void logout() {
        sessions.revoke(SESSION).join();
        out.println("Signed out");
    }
    // endregion

    @Override
    public void close() {
        sessions.closeAsync().join();
        client.close();
    }
}
