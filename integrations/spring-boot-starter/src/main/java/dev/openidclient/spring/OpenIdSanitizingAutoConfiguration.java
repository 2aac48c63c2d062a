package dev.openidclient.spring;

import java.util.Locale;
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
    SanitizingFunction openIdSanitizingFunction() {
        return data -> isSecret(data.getKey()) ? data.withSanitizedValue() : data;
    }

    /** Of a property in whatever way it is written: kebab case, camel case, or as a variable of the environment. */
    static boolean isSecret(String key) {
        String plain = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return plain.startsWith("openidclient") && (plain.endsWith("clientsecret") || plain.endsWith("key"));
    }
}
