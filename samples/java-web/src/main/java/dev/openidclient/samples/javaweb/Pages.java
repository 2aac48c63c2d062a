package dev.openidclient.samples.javaweb;

import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.userinfo.UserInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** The pages. */
final class Pages {
    /** The name of the hidden field that holds the session's form token. */
    static final String FORM_TOKEN = "form_token";

    private static final String MASK = "██";
    private static final int FINGERPRINT = 8;
    private static final Set<String> TIMES = Set.of("exp", "iat", "nbf", "auth_time", "updated_at");
    private static final Set<String> MASKED = Set.of("nonce", "sid", "jti", "at_hash", "c_hash", "s_hash");
    private static final JsonMapper JSON = new JsonMapper();

    private Pages() {}

    static String home(Optional<Session> session) {
        Html content = session.isPresent()
                ? lead("You are signed in.").add(button("/account", "Your account"))
                : lead("You are not signed in. This application does not know your password: you sign in elsewhere.")
                        .add(button("/login", "Sign in"));
        content.add("""
            <section><h2>What happens</h2><ol>
            <li>You sign in at the authorization server, with the name and the password from the terminal.</li>
            <li>You choose what this application may see.</li>
            <li>You come back, and the application checks the answer.</li>
            <li>It reads your account and your orders for you. Tokens stay on its server.</li>
            </ol></section>\
            """);
        return page(session, "Java web sample", content);
    }

    static String account(Session session, TokenResponse tokens, UserInfo user, Clock clock) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("access token", MASK);
        shown.put("fingerprint", Session.digest(tokens.getAccessToken()).substring(0, FINGERPRINT));
        shown.put("token type", tokens.getTokenType());
        Duration left = tokens.remainingLifetime(clock);
        shown.put("expires in", left == null ? null : left.toSeconds() + " s");
        shown.put("scope", tokens.getScope());
        shown.put("refresh token", tokens.getRefreshToken() == null ? null : MASK);
        Map<String, ?> claims =
                tokens.getClaims() == null ? Map.of() : tokens.getClaims().toMap();
        Html claimsCard =
                card("ID Token", "What the server says of this sign-in. Every claim was validated.", members(claims));
        Html userCard =
                card("UserInfo", "What the server tells the holder of the access token.", members(user.toMap()));
        Html tokensCard = card(
                "Tokens",
                "They stay on the server: the browser never has them. A fingerprint tells one from the next.",
                members(shown).add(post(session, "/refresh", "Refresh the tokens")));
        Html content = new Html().add(claimsCard).add(userCard).add(tokensCard);
        String name = user.getName() == null ? user.getSubject() : user.getName();
        return page(Optional.of(session), "Hello, " + name, content);
    }

    static String orders(Session session, String url, HttpResponse answer) {
        Html card = card(
                "From the protected API",
                "GET " + url + " with the access token. The answer has the status " + answer.getStatus() + ".",
                answer.getStatus() == 200
                        ? orders(answer)
                        : new Html().add("<pre><code>%s</code></pre>", answer.bodyText()));
        return page(Optional.of(session), "Your orders", card);
    }

    static String failure(Optional<Session> session, Explanation explanation) {
        Html content = lead(explanation.text())
                .add(session.isPresent() ? button("/account", "Your account") : button("/login", "Sign in"));
        return page(session, explanation.title(), content);
    }

    private static String page(Optional<Session> session, String title, Html content) {
        Html page = new Html()
                .add("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title>", title)
                .add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .add("<link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/style.css\">")
                .add("<script src=\"/fresh.js\" defer></script></head><body>")
                .add("<header><a class=\"brand\" href=\"/\"><img src=\"/icon.svg\" alt=\"\">Java web sample</a>");
        session.ifPresent(it -> page.add(
                "<nav><a href=\"/account\">Account</a><a href=\"/orders\">Orders</a>%s</nav>",
                post(it, "/logout", "Sign out")));
        return page.add("</header><main><h1>%s</h1>%s</main></body></html>", title, content)
                .toString();
    }

    private static Html lead(String text) {
        return new Html().add("<p class=\"lead\">%s</p>", text);
    }

    private static Html button(String path, String text) {
        return new Html().add("<p><a class=\"button\" href=\"%s\">%s</a></p>", path, text);
    }

    private static Html card(String title, String text, Html content) {
        return new Html().add("<section><h2>%s</h2><p>%s</p>%s</section>", title, text, content);
    }

    private static Html post(Session session, String path, String text) {
        return new Html()
                .add("<form method=\"post\" action=\"%s\">", path)
                .add("<input type=\"hidden\" name=\"%s\" value=\"%s\">", FORM_TOKEN, session.formToken())
                .add("<button>%s</button></form>", text);
    }

    private static Html members(Map<String, ?> members) {
        Html rows = new Html();
        members.forEach(
                (name, value) -> rows.add("<tr><th scope=\"row\">%s</th><td>%s</td></tr>", name, shown(name, value)));
        return new Html().add("<table class=\"members\"><tbody>%s</tbody></table>", rows);
    }

    private static Html orders(HttpResponse answer) {
        Html rows = new Html();
        JSON.readTree(answer.bodyText())
                .path("orders")
                .forEach(order -> rows.add(
                        "<tr><td>%s</td><td>%s</td><td>%s %s</td></tr>",
                        order.path("id").asString(),
                        order.path("name").asString(),
                        order.path("price").asString(),
                        order.path("currency").asString()));
        return new Html()
                .add("<table><thead><tr><th scope=\"col\">Number</th><th scope=\"col\">Article</th>")
                .add("<th scope=\"col\">Price</th></tr></thead><tbody>%s</tbody></table>", rows);
    }

    private static String shown(String name, Object value) {
        if (value == null) {
            return "–";
        }
        if (MASKED.contains(name)) {
            return MASK;
        }
        if (TIMES.contains(name) && value instanceof Long seconds) {
            return Instant.ofEpochSecond(seconds).toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        return value.toString();
    }
}
