package dev.openidclient.opentelemetry;

import static java.util.Locale.ROOT;

import dev.openidclient.event.EventSource;
import dev.openidclient.event.TokenEvent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;

/** What is counted of tokens. */
final class TokenCounters {
    private static final AttributeKey<String> FROM = AttributeKey.stringKey("from");
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
    private static final AttributeKey<String> CLASS = AttributeKey.stringKey("class");
    private static final AttributeKey<String> CLIENT_ID = AttributeKey.stringKey("client.id");

    private final boolean tagsClientId;
    private final LongCounter served;
    private final LongCounter failed;
    private final LongCounter resent;
    private final LongCounter storeFailed;

    TokenCounters(Meter meter, boolean tagsClientId) {
        this.tagsClientId = tagsClientId;
        served = counter(meter, "oauth.client.token.served", "{token}", "Tokens that callers got");
        failed = counter(meter, "oauth.client.token.failed", "{failure}", "Tokens that were not obtained");
        resent = counter(meter, "oauth.client.token.resent", "{token}", "Refresh tokens that were sent once more");
        storeFailed = counter(meter, "oauth.client.store.failed", "{failure}", "Failed calls of a token store");
    }

    private static LongCounter counter(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }

    void happened(TokenEvent event) {
        EventSource source = event.getSource();
        if (event instanceof TokenEvent.Served) {
            TokenEvent.Served it = (TokenEvent.Served) event;
            AttributesBuilder which =
                    Attributes.builder().put(FROM, shown(it.getFrom())).put(STATE, shown(it.getState()));
            served.add(1, attributes(which, source));
        } else if (event instanceof TokenEvent.RefreshFailed) {
            TokenEvent.RefreshFailed it = (TokenEvent.RefreshFailed) event;
            failed.add(1, attributes(Attributes.builder().put(CLASS, shown(it.getFailure())), source));
        } else if (event instanceof TokenEvent.Resent) {
            resent.add(1, attributes(Attributes.builder(), source));
        } else if (event instanceof TokenEvent.StoreFailed || event instanceof TokenEvent.StoreWriteFailed) {
            storeFailed.add(1, attributes(Attributes.builder(), source));
        }
    }

    private Attributes attributes(AttributesBuilder which, EventSource source) {
        String clientId = source.getClientId();
        if (tagsClientId && clientId != null) {
            which.put(CLIENT_ID, clientId);
        }
        return which.build();
    }

    private static String shown(Enum<?> value) {
        return value.name().toLowerCase(ROOT);
    }
}
