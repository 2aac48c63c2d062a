package dev.openidclient.spring;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Keeps secrets and keys out of {@code /actuator/env} and {@code /actuator/configprops}, whatever those show else. */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public class OpenIdSanitizingAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "openIdSanitizingFunction")
    SanitizingFunction openIdSanitizingFunction(ObjectProvider<OpenIdClientProperties> properties) {
        return data -> {
            boolean isSecret = isSecret(data.getKey()) || hasSecret(data.getValue(), properties.getIfAvailable());
            return isSecret ? data.withSanitizedValue() : data;
        };
    }

    /** The variable that a property is taken from has a name that nobody knows here. */
    private static boolean hasSecret(@Nullable Object value, @Nullable OpenIdClientProperties properties) {
        if (value == null || properties == null) {
            return false;
        }
        String text = value.toString();
        Stream<@Nullable String> ofClients = properties.getClients().values().stream()
                .flatMap(client -> Stream.of(
                        client.getClientSecret(),
                        pem(client.getKey()),
                        pem(client.getDpop().getKey())));
        return Stream.concat(ofClients, properties.getStore().getKeys().values().stream())
                .anyMatch(secret -> secret != null && !secret.isBlank() && text.contains(secret));
    }

    /** Where it is the key itself, and no location of one. */
    private static @Nullable String pem(@Nullable String key) {
        return key != null && key.contains("-----BEGIN") ? key : null;
    }

    /** Of a property in whatever way it is written: kebab case, camel case, or as a variable of the environment. */
    static boolean isSecret(String key) {
        String plain = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (plain.startsWith("springsslbundle")) {
            return plain.endsWith("privatekey") || plain.endsWith("password");
        }
        return plain.startsWith("openidclient")
                && !plain.equals("openidclientstoreactivekey")
                && (plain.endsWith("clientsecret")
                        || plain.endsWith("key")
                        || plain.startsWith("openidclientstorekeys"));
    }
}
