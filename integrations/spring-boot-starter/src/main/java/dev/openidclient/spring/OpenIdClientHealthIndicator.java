package dev.openidclient.spring;

import dev.openidclient.client.DiscoveryState;
import dev.openidclient.tokensource.TokenState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * How the clients stand, as far as is known: no server is asked. Down only where the last attempt failed and there is no
 * usable token; a client that nobody has used yet is up.
 */
public final class OpenIdClientHealthIndicator extends AbstractHealthIndicator {
    private final OpenIdClients clients;

    OpenIdClientHealthIndicator(OpenIdClients clients) {
        super("the state of the clients could not be read");
        this.clients = clients;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        for (String name : clients.getNames()) {
            TokenState tokens = clients.tokens(name).state();
            DiscoveryState discovery = clients.client(name).state();
            if (isDown(tokens, discovery)) {
                builder.down();
            }
            Map<String, String> details = new LinkedHashMap<>();
            details.put("tokens", tokens.toString());
            details.put("discovery", discovery.toString());
            builder.withDetail(name, details);
        }
    }

    private static boolean isDown(TokenState tokens, DiscoveryState discovery) {
        if (tokens instanceof TokenState.Failing failing) {
            return !failing.getHasUsableToken();
        }
        boolean hasToken = tokens instanceof TokenState.Fresh || tokens instanceof TokenState.Stale;
        return !hasToken && discovery instanceof DiscoveryState.Failing failing && !failing.getHasClient();
    }
}
