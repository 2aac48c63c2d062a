package dev.openidclient.opentelemetry;

import dev.openidclient.event.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes as the semantic conventions of OpenTelemetry name them. */
final class Conventions {
    static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> OPERATION = AttributeKey.stringKey("oauth.operation");

    /** What {@link Outcome#getError} says of one that is not registered. */
    private static final String OTHER = "other";

    /** Part of a normal course: the client goes on. */
    private static final Set<String> STEPS = Set.of("use_dpop_nonce", "authorization_pending", "slow_down");

    private Conventions() {}

    /** The registered error of the answer, else the code of the failure; null where there is none. */
    static @Nullable String errorType(Outcome outcome) {
        String error = outcome.getError();
        return error == null || error.equals(OTHER) ? outcome.getErrorCode() : error;
    }

    static boolean isFailure(@Nullable String errorType) {
        return errorType != null && !STEPS.contains(errorType);
    }
}
