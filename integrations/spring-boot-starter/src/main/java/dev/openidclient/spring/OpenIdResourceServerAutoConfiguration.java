package dev.openidclient.spring;

import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.error.OAuthException;
import dev.openidclient.event.ClientListener;
import dev.openidclient.tokenstore.ReplayCache;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.security.web.AuthenticationEntryPoint;

/** The receiving side: a resource server of properties, and a filter for it. */
@AutoConfiguration(after = OpenIdClientAutoConfiguration.class)
@ConditionalOnWebApplication
public class OpenIdResourceServerAutoConfiguration {
    private static final String PREFIX = OpenIdClientProperties.PREFIX + ".resource-server";
    /** Where Spring Security's chains stand: before the filters of the application, any of which may answer. */
    private static final int ORDER = -100;

    private static final String OWN_FILTER = "openIdAccessTokenFilter";
    private static final String CHAINS = "springSecurityFilterChain";

    private static FilterRegistrationBean<AccessTokenFilter> standing(
            AccessTokenFilter filter, AsyncResourceServer server, OpenIdClientProperties properties) {
        FilterRegistrationBean<AccessTokenFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(ORDER);
        ResourcePaths.of(properties.getResourceServer()).forEach(registration::addUrlPatterns);
        // what a controller that answers later refuses comes with another dispatch
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        // where challenges point, whatever the paths are
        registration.addUrlPatterns(server.getMetadataPath());
        return registration;
    }

    /** First: the others ask whether it is there. */
    @Configuration(proxyBeanMethods = false)
    @Order(1)
    static class Server {
        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        @Conditional(OnResourceServer.class)
        AsyncResourceServer openIdResourceServer(
                OpenIdClientProperties properties,
                ObjectProvider<ClientListener> listeners,
                ObjectProvider<ResourceServerCustomizer> customizers,
                ObjectProvider<ReplayCache> replayCaches) {
            ResourceServerProperties server = properties.getResourceServer();
            String resource = server.getResource();
            List<ResourceServerCustomizer> custom = customizers.orderedStream().toList();
            if (resource == null || resource.isBlank()) {
                throw missing("resource", "the https URL of this API, as \"aud\" of its tokens has it");
            }
            if (server.getIssuer().isEmpty() && custom.isEmpty()) {
                throw missing(
                        "issuer",
                        "the authorization servers whose tokens are taken, as https://as.example.com, or name them in"
                                + " a bean of ResourceServerCustomizer");
            }
            try {
                return AsyncResourceServer.create(resource, settings -> {
                    server.getIssuer().forEach(settings::issuer);
                    if (!server.getAudience().isEmpty()) {
                        settings.audience(server.getAudience().toArray(String[]::new));
                    }
                    if (!server.getOrigins().isEmpty()) {
                        settings.origins(server.getOrigins().toArray(String[]::new));
                    }
                    if (server.isDpop()) {
                        settings.dpop(dpop -> dpop.replayCache(replayCaches.getIfUnique()));
                    }
                    if (server.isRequireSenderConstrained()) {
                        settings.requireSenderConstrained();
                    }
                    if (server.isAllowInsecureRequests()) {
                        settings.connection(connection -> connection.allowInsecureRequests());
                    }
                    List<ClientListener> all = listeners.orderedStream().toList();
                    if (!all.isEmpty()) {
                        settings.connection(connection -> all.forEach(connection::listener));
                    }
                    custom.forEach(customizer -> customizer.customize(settings));
                });
            } catch (IllegalArgumentException | OAuthException e) {
                throw new InvalidPropertyException(
                        PREFIX,
                        "cannot be used: " + e.getMessage(),
                        "Set " + PREFIX + ".resource to the https URL of this API, and " + PREFIX
                                + ".issuer to those of authorization servers; for tests " + PREFIX
                                + ".allow-insecure-requests=true permits http.",
                        e);
            }
        }

        private static InvalidPropertyException missing(String property, String advice) {
            String name = PREFIX + "." + property;
            return new InvalidPropertyException(name, "is missing", "Set " + name + " to " + advice + ".", null);
        }
    }

    /** Without Spring Security: the filter stands before everything that the paths name. */
    @Configuration(proxyBeanMethods = false)
    @Order(2)
    @ConditionalOnBean(AsyncResourceServer.class)
    @ConditionalOnClass(Filter.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnMissingClass("org.springframework.security.web.AuthenticationEntryPoint")
    static class Alone {
        @Bean
        @ConditionalOnMissingBean(
                name = OWN_FILTER,
                value = AccessTokenFilter.class,
                parameterizedContainer = FilterRegistrationBean.class)
        FilterRegistrationBean<AccessTokenFilter> openIdAccessTokenFilter(
                AsyncResourceServer server, OpenIdClientProperties properties) {
            return standing(AccessTokenFilter.of(server), server, properties);
        }
    }

    /**
     * With it: the filter is for a chain of the application's, and stands nowhere else; but as without it where there is no
     * chain, for then nobody else would ask for a token.
     */
    @Configuration(proxyBeanMethods = false)
    @Order(2)
    @ConditionalOnBean(AsyncResourceServer.class)
    @ConditionalOnClass({Filter.class, AuthenticationEntryPoint.class})
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class BesideSpringSecurity {
        @Bean
        @ConditionalOnMissingBean
        AccessTokenFilter openIdAccessTokenFilter(AsyncResourceServer server, BeanFactory beans) {
            return beans.containsBean(CHAINS) ? AccessTokenFilter.authenticating(server) : AccessTokenFilter.of(server);
        }

        @Bean
        @ConditionalOnSingleCandidate(AccessTokenFilter.class)
        FilterRegistrationBean<AccessTokenFilter> openIdAccessTokenFilterRegistration(
                AccessTokenFilter filter,
                AsyncResourceServer server,
                OpenIdClientProperties properties,
                BeanFactory beans) {
            if (beans.containsBean(CHAINS)) {
                ResourcePaths.requireUnset(properties.getResourceServer());
            }
            if (!filter.isAuthenticating() && beans.containsBean(OWN_FILTER)) {
                return standing(filter, server, properties);
            }
            // the application's own that answers itself stands where Spring Boot puts it
            FilterRegistrationBean<AccessTokenFilter> registration = new FilterRegistrationBean<>(
                    filter.isAuthenticating() ? filter : AccessTokenFilter.authenticating(server));
            registration.setEnabled(false);
            return registration;
        }

        @Bean
        @ConditionalOnMissingBean
        AccessTokenEntryPoint openIdAccessTokenEntryPoint(AsyncResourceServer server) {
            return new AccessTokenEntryPoint(server);
        }
    }

    /** In a reactive application the filter stands before all that the paths name, with Spring Security or without. */
    @Configuration(proxyBeanMethods = false)
    @Order(2)
    @ConditionalOnBean(AsyncResourceServer.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {
        @Bean
        @ConditionalOnMissingBean
        AccessTokenWebFilter openIdAccessTokenWebFilter(AsyncResourceServer server, OpenIdClientProperties properties) {
            return AccessTokenWebFilter.of(
                    server, ResourcePaths.of(properties.getResourceServer()).toArray(String[]::new));
        }
    }

    /**
     * Where any of its properties is set: one that sets the issuer alone has to hear what is missing, and not to be open to
     * everybody.
     */
    static final class OnResourceServer extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean isBound = Binder.get(context.getEnvironment())
                    .bind(PREFIX, Bindable.of(ResourceServerProperties.class))
                    .isBound();
            return new ConditionOutcome(isBound, isBound ? PREFIX + " is set" : "nothing of " + PREFIX + " is set");
        }
    }
}
