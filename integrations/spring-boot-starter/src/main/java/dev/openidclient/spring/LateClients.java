package dev.openidclient.spring;

import dev.openidclient.async.AsyncResourceAccess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The clients, looked up when a request first needs them: a listener or a customizer of theirs may have an HTTP client of
 * Spring Boot's itself, and use it while they are made.
 */
final class LateClients {
    private final OpenIdClientProperties properties;
    private final ObjectProvider<OpenIdClients> provider;

    private volatile @Nullable OpenIdClients clients;

    LateClients(OpenIdClientProperties properties, ObjectProvider<OpenIdClients> provider) {
        this.properties = properties;
        this.provider = provider;
    }

    /** Whose tokens a request to {@code url} gets; empty: nobody's. */
    Optional<AsyncResourceAccess> accessTo(String url) {
        OpenIdClients known = clients;
        if (known == null) {
            try {
                known = provider.getObject();
            } catch (BeanCreationException e) {
                // what they need asks for this very request: it goes as it is, unless tokens belong on it
                if (properties.isHostAllowed(url)) {
                    throw e;
                }
                return Optional.empty();
            }
            clients = known;
        }
        return known.accessTo(url);
    }
}
