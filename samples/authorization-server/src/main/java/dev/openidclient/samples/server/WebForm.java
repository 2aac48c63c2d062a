package dev.openidclient.samples.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/** A form as a browser submits it: the fields that count, and the button that was pressed. */
final class WebForm {
    private final Element form;
    private final Element button;

    WebForm(Element form, Element button) {
        this.form = form;
        this.button = button;
    }

    String action() {
        String own = button == null ? "" : button.absUrl("formaction");
        if (!own.isEmpty()) {
            return own;
        }
        return form.hasAttr("action") && !form.attr("action").isEmpty() ? form.absUrl("action") : form.baseUri();
    }

    boolean isPost() {
        return form.attr("method").equalsIgnoreCase("post");
    }

    boolean asksForPassword() {
        return form.selectFirst("input[type=password]") != null;
    }

    void signIn(String username, String password) {
        Element name = form.selectFirst("input:not([type]), input[type=text], input[type=email]");
        if (name != null) {
            name.attr("value", username);
        }
        form.selectFirst("input[type=password]").attr("value", password);
    }

    /** The fields as {@code application/x-www-form-urlencoded}. */
    String encoded() {
        return fields().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private List<Map.Entry<String, String>> fields() {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (Element input : form.select("input[name], textarea[name]")) {
            switch (input.attr("type").toLowerCase(Locale.ROOT)) {
                case "submit", "image", "button", "reset", "file" -> {}
                case "checkbox", "radio" -> {
                    if (input.hasAttr("checked")) {
                        fields.add(Map.entry(input.attr("name"), input.hasAttr("value") ? input.attr("value") : "on"));
                    }
                }
                default -> fields.add(Map.entry(input.attr("name"), input.val()));
            }
        }
        if (button != null && !button.attr("name").isEmpty()) {
            fields.add(Map.entry(button.attr("name"), button.attr("value")));
        }
        return fields;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
