package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.OAuthException;
import dev.openidclient.logout.LogoutAnswer;
import dev.openidclient.logout.LogoutRequest;
import dev.openidclient.tokenstore.ReplayCache;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server tells that sessions have ended there: without a browser, so without cookie, session and form token. */
final class BackChannelLogout {
    private static final Logger LOGGER = LoggerFactory.getLogger(BackChannelLogout.class);
    private static final int MOST_BYTES = 64 * 1024;

    private final AsyncOpenIdClient client;
    private final AsyncUserTokens tokens;
    private final ReplayCache replays;

    BackChannelLogout(AsyncOpenIdClient client, AsyncUserTokens tokens, ReplayCache replays) {
        this.client = client;
        this.tokens = tokens;
        this.replays = replays;
    }

    /** The token itself is what is trusted. Who it is about is not signed in any more, at no instance. */
    CompletableFuture<Void> answer(Context context) {
        LogoutRequest request;
        try {
            request = LogoutRequest.read(context.contentType(), bodyOf(context));
        } catch (OAuthException e) {
            send(context, refused(e));
            return CompletableFuture.completedFuture(null);
        }
        return client.verifyLogoutToken(request.getLogoutToken(), replays)
                .thenCompose(tokens::endSessions)
                .thenApply(ended -> LogoutAnswer.accepted())
                .exceptionally(failure -> {
                    if (AsyncErrors.unwrap(failure) instanceof OAuthException e) {
                        return refused(e);
                    }
                    throw new CompletionException(AsyncErrors.unwrap(failure));
                })
                .thenAccept(answer -> send(context, answer));
    }

    /** Anybody may post here: one that is longer is cut off, and so refused. */
    private static String bodyOf(Context context) {
        try {
            return new String(context.bodyInputStream().readNBytes(MOST_BYTES + 1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LogoutAnswer refused(OAuthException failure) {
        LOGGER.info("a logout was refused: {}: {}", failure.getCode(), failure.getMessage());
        return LogoutAnswer.refused(failure);
    }

    private static void send(Context context, LogoutAnswer answer) {
        answer.getHeaders().forEach(context::header);
        context.status(answer.getStatus()).result(answer.getBody());
    }
}
