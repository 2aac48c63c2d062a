package dev.openidclient.samples.server;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** A page as it arrived: where redirects ended, with which status, and what stands there. */
public final class Page {
    private static final Pattern DENIAL =
            Pattern.compile("\\b(deny|cancel|abort|decline|no)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern LONG_VALUE = Pattern.compile("[\\w~+/=%.-]{20,}");

    private final String url;
    private final int status;
    private final String body;
    private final Document document;

    Page(URI url, int status, String body) {
        this.url = url.toString();
        this.status = status;
        this.body = body;
        this.document = Jsoup.parse(body, this.url);
    }

    public String url() {
        return url;
    }

    public int status() {
        return status;
    }

    /** The body as it was sent. */
    public String body() {
        return body;
    }

    public String title() {
        return document.title();
    }

    /** What a person reads: the text without markup, white space joined. */
    public String text() {
        return document.text();
    }

    /**
     * The absolute URL behind the link that reads {@code text}.
     *
     * @throws BrowserStuckException when there is none
     */
    public String link(String text) {
        return document.select("a[href]").stream()
                .filter(link -> link.text().equalsIgnoreCase(text))
                .map(link -> link.absUrl("href"))
                .findFirst()
                .orElseThrow(() -> stuck("no link reads \"" + text + "\""));
    }

    /** The form that signs in, if this page asks for a password. */
    Optional<WebForm> signInForm() {
        return forms().filter(WebForm::asksForPassword).findFirst();
    }

    /** The form that a script would submit to {@code target} at once. */
    Optional<WebForm> formTo(String target) {
        return forms().filter(form -> form.action().startsWith(target)).findFirst();
    }

    /** The form of the first button that does not refuse; of the first form where there is no button at all. */
    Optional<WebForm> consentingForm() {
        List<Element> buttons = buttons().collect(Collectors.toList());
        if (buttons.isEmpty()) {
            return forms().findFirst();
        }
        return buttons.stream().filter(button -> !refuses(button)).findFirst().map(this::formOf);
    }

    Optional<WebForm> refusingForm() {
        return buttons().filter(Page::refuses).findFirst().map(this::formOf);
    }

    Optional<String> refusingLink() {
        return document.select("a[href]").stream()
                .filter(Page::refuses)
                .map(link -> link.absUrl("href"))
                .findFirst();
    }

    WebForm formWithButton(String text) {
        return buttons()
                .filter(button -> label(button).equalsIgnoreCase(text))
                .findFirst()
                .map(this::formOf)
                .orElseThrow(() -> stuck("no button reads \"" + text + "\""));
    }

    BrowserStuckException stuck(String reason) {
        String shown = LONG_VALUE.matcher(document.body().text()).replaceAll("██");
        return new BrowserStuckException("stuck at \"" + title() + "\" (" + withoutSecrets(url) + ", HTTP " + status
                + "): " + reason + "; the page reads: " + shown.substring(0, Math.min(300, shown.length())));
    }

    /** {@code url} without query, fragment and user information. */
    static String withoutSecrets(String url) {
        return url.replaceFirst("[?#].*$", "").replaceFirst("//[^/@]*@", "//");
    }

    private Stream<WebForm> forms() {
        return document.select("form").stream().map(form -> new WebForm(form, null));
    }

    private Stream<Element> buttons() {
        return document
                .select("button:not([type]), button[type=submit], input[type=submit], input[type=image]")
                .stream()
                .filter(button -> owner(button) != null);
    }

    private WebForm formOf(Element button) {
        return new WebForm(owner(button), button);
    }

    /** A button belongs to the form that it names, else to the one around it. */
    private Element owner(Element button) {
        return button.hasAttr("form") ? document.getElementById(button.attr("form")) : button.closest("form");
    }

    private static boolean refuses(Element element) {
        return DENIAL.matcher(label(element)).find();
    }

    private static String label(Element element) {
        return element.is("input") ? element.attr("value") : element.text();
    }

    @Override
    public String toString() {
        return "Page[title=" + title() + ", url=" + withoutSecrets(url) + ", status=" + status + "]";
    }
}
