package dev.openidclient.spring;

import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.function.Predicate;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * A store of tokens for all instances, and what remembers the proofs that came, in the Redis or the database that the
 * application has: where the properties have a key for it.
 */
@AutoConfiguration(before = OpenIdClientAutoConfiguration.class)
@EnableConfigurationProperties(OpenIdClientProperties.class)
public class OpenIdStoreAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @Conditional(HasKeys.class)
    TokenCipher openIdTokenCipher(OpenIdClientProperties properties) {
        return new StoreFactory(properties.getStore()).cipher();
    }

    /** Not where the application has a store of its own: {@link #openIdTokenCipher} is for that one then. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(TokenStore.class)
    @Conditional(HasStore.class)
    SharedStore openIdSharedStore(
            OpenIdClientProperties properties, ListableBeanFactory beans, ResourceLoader resources) {
        return new StoreFactory(properties.getStore()).store(beans, resources.getClassLoader());
    }

    @Bean
    @ConditionalOnBean(SharedStore.class)
    @ConditionalOnMissingBean
    TokenStore openIdTokenStore(SharedStore store) {
        return store.tokens();
    }

    @Bean
    @ConditionalOnBean(SharedStore.class)
    @ConditionalOnMissingBean
    ReplayCache openIdReplayCache(SharedStore store) {
        return store.replays();
    }

    static final class HasKeys extends OfProperties {
        HasKeys() {
            super(store -> !store.getKeys().isEmpty());
        }
    }

    static final class HasStore extends OfProperties {
        HasStore() {
            super(store -> store.getType() == null
                    ? !store.getKeys().isEmpty()
                    : store.getType() != StoreProperties.Type.NONE);
        }
    }

    private abstract static class OfProperties implements Condition {
        private final Predicate<StoreProperties> condition;

        OfProperties(Predicate<StoreProperties> condition) {
            this.condition = condition;
        }

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return condition.test(ClientBeans.bound(context.getEnvironment()).getStore());
        }
    }
}
