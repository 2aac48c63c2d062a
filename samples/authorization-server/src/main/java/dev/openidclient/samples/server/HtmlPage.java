package dev.openidclient.samples.server;

import java.util.Arrays;
import org.springframework.web.util.HtmlUtils;

/** Builds one page; every value is escaped, every template is ours. */
final class HtmlPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --accent: #2f6fed; }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center;
              font: 16px/1.5 system-ui, sans-serif; background: light-dark(#eef1f6, #14171c);
              color: light-dark(#1c2430, #e6e9ee); }
            main { box-sizing: border-box; width: min(26rem, 92vw); padding: 2rem; border-radius: 12px;
              background: light-dark(#fff, #1e232b); box-shadow: 0 8px 30px rgb(0 0 0 / .12); }
            h1 { margin: 0 0 1rem; font-size: 1.4rem; }
            label { display: block; margin-bottom: 1rem; }
            label.choice { margin-bottom: .5rem; }
            input:not([type=checkbox]) { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem;
              font: inherit; border: 1px solid #9aa5b5; border-radius: 8px; background: transparent; color: inherit; }
            button { width: 100%; margin-top: .5rem; padding: .7rem; font: inherit; font-weight: 600; cursor: pointer;
              color: #fff; background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; }
            button.quiet { color: inherit; background: transparent; border-color: #9aa5b5; }
            .alert { padding: .6rem .8rem; border-radius: 8px; color: #8c1d18; background: #fbe4e2; }
            """;

    private final StringBuilder page = new StringBuilder();

    private HtmlPage(String title) {
        html("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title>", title);
        html("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.append("<style>").append(STYLE).append("</style>");
        html("</head><body><main><h1>%s</h1>", title);
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
