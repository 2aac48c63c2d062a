package dev.openidclient.spring;

import dev.openidclient.redis.RedisReplayCache;
import dev.openidclient.redis.RedisTokenStore;
import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.TokenStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.ListableBeanFactory;
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

    private CompletableFuture<StatefulConnection<String, String>> connection;
    private boolean isClosed;

    RedisSharedStore(LettuceConnectionFactory factory) {
        this.factory = factory;
        // the first connection takes longer than an entry may
        this.connection = CompletableFuture.supplyAsync(this::connect, RedisSharedStore::start);
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
        return new RedisSharedStore(lettuce);
    }

    /** Once it is there Lettuce keeps it; an attempt that failed is repeated. */
    private synchronized CompletableFuture<StatefulConnection<String, String>> connection() {
        if (isClosed) {
            return CompletableFuture.failedFuture(new RedisException("the application is closed"));
        }
        if (connection.isCompletedExceptionally()) {
            connection = CompletableFuture.supplyAsync(this::connect, RedisSharedStore::start);
        }
        return connection;
    }

    /** A connection may take long, and those who wait for it must not block. */
    private static void start(Runnable work) {
        Thread thread = new Thread(work, "openid-client-redis");
        thread.setDaemon(true);
        thread.start();
    }

    private StatefulConnection<String, String> connect() {
        Object client;
        try {
            client = factory.getRequiredNativeClient();
        } catch (IllegalStateException e) {
            throw new RedisException("the connection factory is not started", e);
        }
        if (client instanceof RedisClusterClient cluster) {
            return cluster.connect(StringCodec.UTF8);
        }
        return ((RedisClient) client).connect(StringCodec.UTF8);
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
        // one that is being made ends with its client
        if (connection.isDone()
                && !connection.isCompletedExceptionally()
                && connection.join().isOpen()) {
            connection.join().close();
        }
    }
}
