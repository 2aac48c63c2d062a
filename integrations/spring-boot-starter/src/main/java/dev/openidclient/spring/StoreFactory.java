package dev.openidclient.spring;

import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Makes the store and its cipher of the properties, and says which of them is wrong. */
final class StoreFactory {
    private static final String PREFIX = OpenIdClientProperties.PREFIX + ".store";
    private static final String REDIS_MODULE = "dev.openidclient.redis.RedisTokenStore";
    private static final String JDBC_MODULE = "dev.openidclient.jdbc.JdbcTokenStore";
    private static final String SPRING_DATA_REDIS = "org.springframework.data.redis.connection.RedisConnectionFactory";
    private static final String KEY_ADVICE =
            "32 random bytes in base64, the same in all instances: \"openssl rand -base64 32\" makes them";

    private final StoreProperties properties;

    StoreFactory(StoreProperties properties) {
        this.properties = properties;
    }

    /** The key that seals comes first. */
    TokenCipher cipher() {
        Map<String, String> keys = properties.getKeys();
        String active = active(keys);
        List<StoreKey> made = new ArrayList<>();
        made.add(key(active, keys.get(active)));
        keys.forEach((id, key) -> {
            if (!id.equals(active)) {
                made.add(key(id, key));
            }
        });
        return TokenCipher.of(made);
    }

    private String active(Map<String, String> keys) {
        String active = properties.getActiveKey();
        String advice = "the id of the key that seals, one of " + keys.keySet();
        if (active == null && keys.size() > 1) {
            throw wrong("active-key", "is missing, as there are several keys", advice, null);
        }
        if (active != null && !keys.containsKey(active)) {
            throw wrong("active-key", "names none of the keys", advice, null);
        }
        return active != null ? active : keys.keySet().iterator().next();
    }

    private static StoreKey key(String id, @Nullable String key) {
        String property = "keys." + id;
        if (key == null || key.isBlank()) {
            throw wrong(property, "is missing", KEY_ADVICE, null);
        }
        if (key.startsWith("${") && key.endsWith("}")) {
            throw wrong(property, "names a property or variable that is not set", KEY_ADVICE, null);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.trim());
        } catch (IllegalArgumentException e) {
            // its message shows a character of the key
            throw wrong(property, "is no base64", KEY_ADVICE, null);
        }
        try {
            return new StoreKey(id, bytes);
        } catch (IllegalArgumentException e) {
            throw wrong(property, "is wrong: " + e.getMessage(), KEY_ADVICE, e);
        }
    }

    /** Of the Redis or the database among {@code beans}. */
    SharedStore store(ListableBeanFactory beans, @Nullable ClassLoader loader) {
        if (properties.getKeys().isEmpty()) {
            throw wrong(
                    "keys",
                    "are missing",
                    "a key by an id of your own, as " + PREFIX + ".keys.main: " + KEY_ADVICE,
                    null);
        }
        boolean isRedisThere = has(beans, loader, REDIS_MODULE, SPRING_DATA_REDIS);
        boolean isDatabaseThere = has(beans, loader, JDBC_MODULE, DataSource.class.getName());
        return type(isRedisThere, isDatabaseThere) == StoreProperties.Type.REDIS
                ? redis(beans, loader)
                : new JdbcSharedStore(dataSource(beans, loader), properties);
    }

    private StoreProperties.Type type(boolean isRedisThere, boolean isDatabaseThere) {
        StoreProperties.Type type = properties.getType();
        if (type != null) {
            return type;
        }
        if (isRedisThere && isDatabaseThere) {
            throw wrong("type", "is missing, as there are Redis and a database", "redis or jdbc", null);
        }
        if (!isRedisThere && !isDatabaseThere) {
            throw wrong(
                    "type",
                    "is missing, and there is nothing that it could be by itself",
                    "redis, with openid-client-redis and Spring Data Redis; to jdbc, with openid-client-jdbc and a"
                            + " DataSource; or to none",
                    null);
        }
        return isRedisThere ? StoreProperties.Type.REDIS : StoreProperties.Type.JDBC;
    }

    private static boolean has(ListableBeanFactory beans, @Nullable ClassLoader loader, String module, String type) {
        return ClassUtils.isPresent(module, loader)
                && ClassUtils.isPresent(type, loader)
                && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
                                        beans, ClassUtils.resolveClassName(type, loader), true, false)
                                .length
                        > 0;
    }

    private static SharedStore redis(ListableBeanFactory beans, @Nullable ClassLoader loader) {
        if (!ClassUtils.isPresent(REDIS_MODULE, loader)) {
            throw lacking(
                    "redis",
                    "openid-client-redis is not on the class path",
                    "Add dev.openidclient:openid-client-redis");
        }
        if (!ClassUtils.isPresent(SPRING_DATA_REDIS, loader)) {
            throw lacking(
                    "redis",
                    "Spring Data Redis is not on the class path",
                    "Add org.springframework.boot:spring-boot-starter-data-redis");
        }
        return RedisSharedStore.of(beans);
    }

    private static DataSource dataSource(ListableBeanFactory beans, @Nullable ClassLoader loader) {
        if (!ClassUtils.isPresent(JDBC_MODULE, loader)) {
            throw lacking(
                    "jdbc", "openid-client-jdbc is not on the class path", "Add dev.openidclient:openid-client-jdbc");
        }
        DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (only == null) {
            throw lacking(
                    "jdbc",
                    "there is no DataSource, or there are several",
                    "Set spring.datasource.url, or mark one DataSource with @Primary");
        }
        return only;
    }

    static InvalidPropertyException lacking(String type, String what, String advice) {
        return new InvalidPropertyException(PREFIX + ".type", "is " + type + ", but " + what, advice + ".", null);
    }

    static InvalidPropertyException wrong(String property, String what, String advice, @Nullable Throwable cause) {
        String name = PREFIX + "." + property;
        return new InvalidPropertyException(name, what, "Set " + name + " to " + advice + ".", cause);
    }
}
