package dev.openidclient.spring;

import dev.openidclient.event.ClientListener;
import java.util.LinkedHashMap;
import java.util.Map;
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
            ObjectProvider<OpenIdClientCustomizer> customizers) {
        ClientFactory factory = new ClientFactory(
                resources,
                bundles.getIfAvailable(),
                listeners.orderedStream().toList(),
                customizers.orderedStream().toList());
        Map<String, OpenIdClients.Entry> entries = new LinkedHashMap<>();
        try {
            properties.getClients().forEach((name, client) -> entries.put(name, factory.make(name, client)));
        } catch (RuntimeException e) {
            new OpenIdClients(entries).close();
            throw e;
        }
        return new OpenIdClients(entries);
    }
}
