package dev.openidclient.spring;

import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.tokensource.TokenSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.AnnotationMetadata;

/** A bean of each kind for each client that the properties name, unless the application has one of that name. */
final class ClientBeans implements ImportBeanDefinitionRegistrar, EnvironmentAware, BeanFactoryAware {
    private static final String KNOWN =
            "issuer, client-id, client-secret, authentication, key, key-algorithm, key-id, scope, resource, parameters,"
                    + " allow, map-origin, discovery-algorithm, metadata-lifetime, timeout, allow-insecure-requests, dpop.key,"
                    + " dpop.key-algorithm and tls.bundle";

    private static final String KNOWN_OF_SERVER =
            "resource, issuer, audience, origins, paths, dpop, require-sender-constrained and allow-insecure-requests";

    private static final String KNOWN_OF_STORE = "type, keys, active-key, namespace, table and replay-table";

    @SuppressWarnings("NullAway.Init")
    private Environment environment;

    @SuppressWarnings("NullAway.Init")
    private BeanFactory beans;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beans = beanFactory;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
        OpenIdClientProperties properties = bound(environment);
        properties.getClients().forEach((name, client) -> {
            register(registry, name, "Client", AsyncDiscoveredClient.class, it -> it.client(name));
            register(registry, name, "Tokens", AsyncTokenSource.class, it -> it.tokens(name));
            register(
                    registry,
                    name,
                    "TokenSource",
                    TokenSource.class,
                    it -> AsyncTokenSource.toTokenSource(it.tokens(name)));
            if (!client.getAllow().isEmpty()) {
                register(
                        registry,
                        name,
                        "Access",
                        AsyncResourceAccess.class,
                        it -> it.access(name).orElseThrow());
            }
        });
    }

    private <T> void register(
            BeanDefinitionRegistry registry, String name, String kind, Class<T> type, Function<OpenIdClients, T> bean) {
        String beanName = name + kind;
        if (registry.containsBeanDefinition(beanName)) {
            return;
        }
        RootBeanDefinition definition =
                new RootBeanDefinition(type, () -> bean.apply(beans.getBean(OpenIdClients.class)));
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        // OpenIdClients closes what it has made
        definition.setDestroyMethodName("");
        registry.registerBeanDefinition(beanName, definition);
    }

    /** The properties; one that there is not is a failure, whose message does not show its value. */
    static OpenIdClientProperties bound(Environment environment) {
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, ClientBeans::isStrict);
        try {
            return Binder.get(environment)
                    .bind(OpenIdClientProperties.PREFIX, Bindable.of(OpenIdClientProperties.class), strict)
                    .orElseGet(OpenIdClientProperties::new);
        } catch (BindException e) {
            if (e.getCause() instanceof UnboundConfigurationPropertiesException unknown) {
                throw unknown(unknown.getUnboundProperties());
            }
            throw misfit(e);
        }
    }

    /** Variables of the environment are also set by others: Kubernetes does for a service that is called openid-client. */
    private static boolean isStrict(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
    }

    /** Without its cause, whose message has the value, and so has what Spring Boot prints of it. */
    private static InvalidPropertyException misfit(BindException failure) {
        String name = failure.getName().toString();
        Class<?> type = failure.getTarget().getType().resolve(Object.class);
        String advice;
        if (type.isEnum()) {
            advice = "Set it to one of "
                    + Stream.of(type.getEnumConstants())
                            .map(it -> it.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(", "));
        } else if (type == Duration.class) {
            advice = "Set it to a time, as 30s";
        } else if (type == boolean.class || type == Boolean.class) {
            advice = "Set it to true or false";
        } else {
            advice = "It has properties below it, as " + name + ".<name>";
        }
        return new InvalidPropertyException(name, "has a value that does not fit", advice + ".", null);
    }

    private static InvalidPropertyException unknown(Set<ConfigurationProperty> properties) {
        TreeSet<String> names =
                properties.stream().map(it -> it.getName().toString()).collect(Collectors.toCollection(TreeSet::new));
        return new InvalidPropertyException(
                String.join(", ", names),
                "is not known",
                "Of a client there are " + KNOWN + "; of resource-server " + KNOWN_OF_SERVER + "; of store "
                        + KNOWN_OF_STORE + ".",
                null);
    }
}
