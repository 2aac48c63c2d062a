package dev.openidclient.signin

import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration

/** The settings of [PendingAuthorizations]. Read once, when they are made. */
@OpenIdClientDsl
public class PendingAuthorizationsSettings internal constructor() {
    /**
     * How long an entry is kept. The client that checks the callback has a setting of the same name, which holds too.
     * Default 1 hour.
     */
    @set:JvmSynthetic // Java has the function
    public var pendingAuthorizationLifetime: Duration = Duration.ofHours(1)

    /** Sets [pendingAuthorizationLifetime] and returns these settings: for Java. */
    public fun pendingAuthorizationLifetime(pendingAuthorizationLifetime: Duration): PendingAuthorizationsSettings =
        apply { this.pendingAuthorizationLifetime = pendingAuthorizationLifetime }

    /** The time that one call of the store or its cipher may take; then it counts as an outage. Default 1 second. */
    @set:JvmSynthetic // Java has the function
    public var storeTimeout: Duration = Duration.ofSeconds(1)

    /** Sets [storeTimeout] and returns these settings: for Java. */
    public fun storeTimeout(storeTimeout: Duration): PendingAuthorizationsSettings =
        apply { this.storeTimeout = storeTimeout }

    /** What tells the entries of this service from those of others in the same [TokenStore]. Default empty. */
    @set:JvmSynthetic // Java has the function
    public var namespace: String = ""

    /** Sets [namespace] and returns these settings: for Java. */
    public fun namespace(namespace: String): PendingAuthorizationsSettings = apply { this.namespace = namespace }

    internal fun checked(): PendingAuthorizationsSettings {
        requirePositive("pendingAuthorizationLifetime", pendingAuthorizationLifetime)
        requirePositive("storeTimeout", storeTimeout)
        return this
    }
}

internal fun requirePositive(
    name: String,
    value: Duration,
) = require(!value.isNegative && !value.isZero) { "$name must be positive, but is $value" }
