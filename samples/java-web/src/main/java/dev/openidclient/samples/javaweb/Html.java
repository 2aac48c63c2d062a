package dev.openidclient.samples.javaweb;

import java.util.Arrays;

/** Builds a piece of HTML: templates are ours, and every value is escaped, except one that is such a piece itself. */
final class Html {
    private final StringBuilder text = new StringBuilder();

    /** Adds {@code template}, its {@code %s} replaced by {@code values}. */
    Html add(String template, Object... values) {
        text.append(
                String.format(template, Arrays.stream(values).map(Html::escaped).toArray()));
        return this;
    }

    Html add(Html piece) {
        text.append(piece);
        return this;
    }

    private static String escaped(Object value) {
        if (value instanceof Html) {
            return value.toString();
        }
        return String.valueOf(value)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
