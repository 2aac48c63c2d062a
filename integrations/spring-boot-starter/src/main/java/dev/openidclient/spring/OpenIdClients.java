package dev.openidclient.spring;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.async.AsyncTokenSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clients that the properties {@code openid-client.clients} name. No server is asked before a client or a token is
 * needed, so the application starts while it is away.
 *
 * <p>Each of them is a bean too: of {@link AsyncDiscoveredClient}, of {@link AsyncTokenSource} (client credentials with the
 * scopes and resources of the properties) and, where origins are allowed, of {@link AsyncResourceAccess}; with the client's
 * name as its qualifier. The page {@code docs/spring-boot-starter.md} shows them.
 */
public final class OpenIdClients implements AutoCloseable {
    private final Map<String, Entry> entries;

    OpenIdClients(Map<String, Entry> entries) {
        this.entries = new LinkedHashMap<>(entries);
    }

    /** The names of the clients. */
    public Set<String> getNames() {
        return entries.keySet();
    }

    /**
     * The client {@code name}.
     *
     * @throws IllegalArgumentException where the properties name no such client
     */
    public AsyncDiscoveredClient client(String name) {
        return entry(name).client;
    }

    /** Tokens for the client {@code name} itself: always a usable one, renewed in time. */
    public AsyncTokenSource tokens(String name) {
        return entry(name).tokens;
    }

    /** Who puts these tokens on requests; empty where the client's {@code allow} names no origin. */
    public Optional<AsyncResourceAccess> access(String name) {
        return Optional.ofNullable(entry(name).access);
    }

    /** Whose tokens a request to {@code url} gets; empty: nobody's. */
    Optional<AsyncResourceAccess> accessTo(String url) {
        for (Entry entry : entries.values()) {
            if (entry.access != null && entry.access.isAllowed(url)) {
                return Optional.of(entry.access);
            }
        }
        return Optional.empty();
    }

    boolean hasAccess() {
        return entries.values().stream().anyMatch(entry -> entry.access != null);
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "openid-client.clients." + name + " is not there; there are " + entries.keySet());
        }
        return entry;
    }

    /** Ends renewals and discovery: the application is shut down. */
    @Override
    public void close() {
        entries.values().forEach(Entry::close);
    }

    @Override
    public String toString() {
        return "OpenIdClients(" + entries.keySet() + ")";
    }

    /** What there is of one client. */
    static final class Entry {
        final AsyncDiscoveredClient client;
        final AsyncTokenSource tokens;
        final @Nullable AsyncResourceAccess access;
        private final AsyncDiscoveredClient opened;
        private final AsyncClientCredentialsTokens service;

        /** {@code opened} is the one to close; {@code client} may be the same with proofs. */
        Entry(
                AsyncDiscoveredClient opened,
                AsyncDiscoveredClient client,
                AsyncClientCredentialsTokens service,
                AsyncTokenSource tokens,
                @Nullable AsyncResourceAccess access) {
            this.opened = opened;
            this.client = client;
            this.service = service;
            this.tokens = tokens;
            this.access = access;
        }

        private void close() {
            service.close();
            opened.close();
        }
    }
}
