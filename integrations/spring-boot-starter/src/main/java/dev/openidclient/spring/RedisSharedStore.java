package dev.openidclient.spring;

import dev.openidclient.redis.RedisReplayCache;
import dev.openidclient.redis.RedisTokenStore;
import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.TokenStore;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import java.lang.reflect.InaccessibleObjectException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * In the Redis, or the cluster, that Spring Boot's client of Lettuce knows: its addresses, credentials, TLS and timeouts.
 * One connection of its own, made while the application starts, which waits for nothing; where Redis is away it is made when
 * an entry is asked for.
 */
final class RedisSharedStore implements SharedStore {
    private final LettuceConnectionFactory factory;
    private final TokenStore tokens = RedisTokenStore.connecting(this::connection);
    private final ReplayCache replays = RedisReplayCache.connecting(this::connection);

    private @Nullable AbstractRedisClient client;
    private CompletableFuture<StatefulConnection<String, String>> connection;
    private boolean isClosed;

    RedisSharedStore(LettuceConnectionFactory factory) {
        this.factory = factory;
        this.client = nativeClient(factory);
        // the first connection takes longer than an entry may
        this.connection = connecting(client);
    }

    /** Of Spring Boot's connection factory among {@code beans}. */
    static SharedStore of(ListableBeanFactory beans) {
        RedisConnectionFactory factory =
                beans.getBeanProvider(RedisConnectionFactory.class).getIfUnique();
        if (factory == null) {
            throw StoreFactory.lacking(
                    "redis",
                    "there is no RedisConnectionFactory, or there are several",
                    "Set spring.data.redis.host, or mark one RedisConnectionFactory with @Primary");
        }
        if (!(factory instanceof LettuceConnectionFactory lettuce)) {
            throw StoreFactory.lacking(
                    "redis",
                    "the RedisConnectionFactory is a " + factory.getClass().getName(),
                    "Use Lettuce, Spring Boot's default: spring.data.redis.client-type=lettuce");
        }
        if (isStatic(lettuce)) {
            throw StoreFactory.lacking(
                    "redis", "the Redis is a static master and replicas", "Make a TokenStore bean of your own");
        }
        return new RedisSharedStore(lettuce);
    }

    /** There is no public method that tells. */
    private static boolean isStatic(LettuceConnectionFactory factory) {
        try {
            return new DirectFieldAccessor(factory).getPropertyValue("configuration")
                    instanceof RedisConfiguration.StaticMasterReplicaConfiguration;
        } catch (BeansException | InaccessibleObjectException e) {
            return false;
        }
    }

    /**
     * Once it is there Lettuce keeps it; an attempt that failed is repeated. A factory that was stopped and started again
     * has another client, and the connections of the old one ended with it.
     */
    private synchronized CompletableFuture<StatefulConnection<String, String>> connection() {
        if (isClosed) {
            return CompletableFuture.failedFuture(new RedisException("the application is closed"));
        }
        AbstractRedisClient current = nativeClient(factory);
        if (current != client || connection.isCompletedExceptionally()) {
            client = current;
            connection = connecting(current);
        }
        return connection;
    }

    private static @Nullable AbstractRedisClient nativeClient(LettuceConnectionFactory factory) {
        try {
            return factory.getNativeClient();
        } catch (IllegalStateException e) {
            return null; // not started, or stopped
        }
    }

    private static CompletableFuture<StatefulConnection<String, String>> connecting(
            @Nullable AbstractRedisClient client) {
        return CompletableFuture.supplyAsync(() -> connect(client), RedisSharedStore::start);
    }

    /** A connection may take long, and those who wait for it must not block. */
    private static void start(Runnable work) {
        Thread thread = new Thread(work, "openid-client-redis");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whatever goes wrong is an outage of the store. */
    private static StatefulConnection<String, String> connect(@Nullable AbstractRedisClient client) {
        if (client == null) {
            throw new RedisException("the connection factory is not started");
        }
        try {
            return client instanceof RedisClusterClient cluster
                    ? cluster.connect(StringCodec.UTF8)
                    : ((RedisClient) client).connect(StringCodec.UTF8);
        } catch (RedisException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RedisException("Redis cannot be reached", e);
        }
    }

    @Override
    public TokenStore tokens() {
        return tokens;
    }

    @Override
    public ReplayCache replays() {
        return replays;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        AbstractRedisClient owner = client;
        var unused = connection.thenAccept(made -> {
            // a client that has ended has ended its connections, and Lettuce warns of a second time
            if (nativeClient(factory) == owner) {
                made.close();
            }
        });
    }
}
