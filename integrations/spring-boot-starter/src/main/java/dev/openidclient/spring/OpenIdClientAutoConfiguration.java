package dev.openidclient.spring;

import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.event.ClientListener;
import dev.openidclient.tokensource.ClientCredentialsSettings;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ResourceLoader;

/** The clients that the properties name. */
@AutoConfiguration(after = SslAutoConfiguration.class)
@EnableConfigurationProperties(OpenIdClientProperties.class)
@Import(ClientBeans.class)
public class OpenIdClientAutoConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    OpenIdClients openIdClients(
            OpenIdClientProperties properties,
            ResourceLoader resources,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<ClientListener> listeners,
            ObjectProvider<OpenIdClientCustomizer> customizers,
            ObjectProvider<TokenStore> stores,
            ObjectProvider<TokenCipher> ciphers) {
        ClientFactory factory = new ClientFactory(
                resources,
                bundles.getIfAvailable(),
                listeners.orderedStream().toList(),
                customizers.orderedStream().toList(),
                sharing(properties.getStore(), stores, ciphers));
        Map<String, OpenIdClients.Entry> entries = new LinkedHashMap<>();
        try {
            properties.getClients().forEach((name, client) -> {
                entries.put(name, factory.make(name, client));
                checkOrigins(name, client, entries);
            });
        } catch (RuntimeException e) {
            new OpenIdClients(entries).close();
            throw e;
        }
        return new OpenIdClients(entries);
    }

    /** A request has the token of one client. */
    private static void checkOrigins(String name, ClientProperties client, Map<String, OpenIdClients.Entry> entries) {
        entries.forEach((other, entry) -> {
            AsyncResourceAccess access = entry.access;
            if (!other.equals(name)
                    && access != null
                    && client.getAllow().stream().anyMatch(access::isAllowed)) {
                String property = OpenIdClientProperties.PREFIX + ".clients." + name + ".allow";
                throw new InvalidPropertyException(
                        property,
                        "names an origin that client \"" + other + "\" has already",
                        "Name it with one of them; where both call it, put the tokens of the other one on by yourself.",
                        null);
            }
        });
    }

    /** A store without a cipher is for something else. */
    private static Consumer<ClientCredentialsSettings> sharing(
            StoreProperties properties, ObjectProvider<TokenStore> stores, ObjectProvider<TokenCipher> ciphers) {
        TokenStore store = stores.getIfUnique();
        TokenCipher cipher = ciphers.getIfUnique();
        if (store == null || cipher == null || properties.getType() == StoreProperties.Type.NONE) {
            return settings -> {};
        }
        return settings -> settings.store(store, cipher).namespace(properties.getNamespace());
    }
}
