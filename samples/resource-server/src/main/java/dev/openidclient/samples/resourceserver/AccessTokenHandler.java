package dev.openidclient.samples.resourceserver;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.resourceserver.GrantedAccess;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.function.Consumer;

/** For {@code routes.before("/orders*", …)}: lets requests through that a resource server takes; no thread waits. */
public final class AccessTokenHandler implements Handler {
    /** The attribute of a context that has its {@link GrantedAccess}. */
    public static final String ACCESS = AccessTokenFilter.ACCESS;

    private final AsyncResourceServer server;
    private final Consumer<GrantedAccess> needs;

    /** {@code needs} demands what all operations behind the handler need, as {@code it -> it.requireScopes("orders")}. */
    public AccessTokenHandler(AsyncResourceServer server, Consumer<GrantedAccess> needs) {
        this.server = server;
        this.needs = needs;
    }

    /** What the server says of itself: for {@code routes.get(server.getMetadataPath(), …)}. */
    public static Handler metadata(AsyncResourceServer server) {
        return context -> {
            AccessTokenFilter.add(context.res(), server.getMetadataHeaders());
            context.contentType("application/json").result(server.getMetadata().toString());
        };
    }

    @Override
    public void handle(Context context) {
        context.future(() -> server.authorize(ServletRequests.read(context.req()))
                .thenAccept(access -> {
                    needs.accept(access);
                    AccessTokenFilter.add(context.res(), access.getResponseHeaders());
                    context.attribute(ACCESS, access);
                })
                .exceptionally(failure -> {
                    AccessTokenFilter.refuse(context.res(), AsyncErrors.unwrap(failure));
                    context.skipRemainingHandlers();
                    return null;
                }));
    }
}
