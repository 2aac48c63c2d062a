package dev.openidclient.spring;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** What {@code application.properties} says of clients. A property that there is not fails the start. */
@ConfigurationProperties(OpenIdClientProperties.PREFIX)
public class OpenIdClientProperties {
    static final String PREFIX = "openid-client";

    /** The clients, by names of your own. */
    private final Map<String, ClientProperties> clients = new LinkedHashMap<>();

    @NestedConfigurationProperty
    private final ResourceServerProperties resourceServer = new ResourceServerProperties();

    @NestedConfigurationProperty
    private final StoreProperties store = new StoreProperties();

    public Map<String, ClientProperties> getClients() {
        return clients;
    }

    public ResourceServerProperties getResourceServer() {
        return resourceServer;
    }

    public StoreProperties getStore() {
        return store;
    }

    /** Whether tokens go anywhere by themselves. */
    boolean hasAllowed() {
        return clients.values().stream().anyMatch(client -> !client.getAllow().isEmpty());
    }

    /** Whether {@code url} is at a host to which tokens go, or none can be told in it. */
    boolean isHostAllowed(String url) {
        String host = URI.create(url).getHost();
        return host == null
                || clients.values().stream()
                        .flatMap(client -> client.getAllow().stream())
                        .map(origin -> URI.create(origin).getHost())
                        .anyMatch(allowed -> allowed == null || allowed.equalsIgnoreCase(host));
    }

    @Override
    public String toString() {
        return "OpenIdClientProperties(" + clients.keySet() + ")";
    }
}
