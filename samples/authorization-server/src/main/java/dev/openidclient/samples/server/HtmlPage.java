package dev.openidclient.samples.server;

import java.util.Arrays;
import org.springframework.web.util.HtmlUtils;

/** Builds one page; every value is escaped, every template is ours. */
final class HtmlPage {
    private final StringBuilder page = new StringBuilder();

    private HtmlPage(String title) {
        html("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title>", title);
        html("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html("<link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/style.css\"></head>");
        html("<body class=\"single\"><main><img src=\"/icon.svg\" alt=\"\"><h1>%s</h1>", title);
    }

    static HtmlPage titled(String title) {
        return new HtmlPage(title);
    }

    /** Adds {@code template}, its {@code %s} replaced by the escaped {@code values}. */
    HtmlPage html(String template, Object... values) {
        Object[] escaped = Arrays.stream(values)
                .map(value -> HtmlUtils.htmlEscape(value.toString()))
                .toArray();
        page.append(String.format(template, escaped));
        return this;
    }

    HtmlPage paragraph(String text) {
        return html("<p>%s</p>", text);
    }

    HtmlPage alert(String text) {
        return html("<p class=\"alert\" role=\"alert\">%s</p>", text);
    }

    HtmlPage hidden(String name, String value) {
        return html("<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
    }

    @Override
    public String toString() {
        return page + "</main></body></html>";
    }
}
