package dev.openidclient.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The HTTP clients of Spring Boot follow no redirects as soon as a client has {@code allow}: an engine that followed them
 * by itself would hand tokens on to other hosts. All else of {@link HttpClientSettings}, and what builds the clients, stays
 * the application's: timeouts, an SSL bundle, a factory, a connector.
 */
@AutoConfiguration(
        afterName = "org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration",
        beforeName = {
            "org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration",
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration",
            "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration",
            "org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration"
        })
@ConditionalOnClass(HttpClientSettings.class)
public class OpenIdHttpClientAutoConfiguration {
    private static final String GROUPS = "spring.http.serviceclient";

    @Bean
    static BeanPostProcessor openIdRedirects(Environment environment) {
        return new Redirects(environment);
    }

    /** Where Spring Boot's own configuration of them is left out: without a bean there are defaults, which follow. */
    @Bean
    @ConditionalOnMissingBean
    HttpClientSettings openIdHttpClientSettings() {
        return HttpClientSettings.defaults();
    }

    /** Also what of Spring Boot's takes the settings from the bean, as {@code RestClientSsl}, follows none then. */
    private static final class Redirects implements BeanPostProcessor {
        private final Environment environment;

        Redirects(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!(bean instanceof HttpClientSettings settings)) {
                return bean;
            }
            OpenIdClientProperties properties = ClientBeans.bound(environment);
            if (!properties.hasAllowed()) {
                return bean;
            }
            checkGroups();
            return settings.withRedirects(HttpRedirects.DONT_FOLLOW);
        }

        /**
         * What a group of HTTP service clients says of redirects itself counts more than the settings. Its base URL says
         * nothing: methods with a URI, and group configurers, go elsewhere.
         */
        private void checkGroups() {
            Binder.get(environment)
                    .bind(GROUPS, Bindable.mapOf(String.class, Group.class))
                    .orElseGet(Map::of)
                    .forEach((name, group) -> {
                        HttpRedirects redirects = group.redirects();
                        if (redirects != null && redirects != HttpRedirects.DONT_FOLLOW) {
                            String property = GROUPS + "." + name + ".redirects";
                            throw new InvalidPropertyException(
                                    property,
                                    "lets requests with tokens follow redirects, which hands them on to other hosts",
                                    "Set " + property + " to dont-follow, or leave it out.",
                                    null);
                        }
                    });
        }
    }

    record Group(@Nullable HttpRedirects redirects) {}
}
