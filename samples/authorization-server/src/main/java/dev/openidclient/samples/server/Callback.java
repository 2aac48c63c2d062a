package dev.openidclient.samples.server;

/**
 * The answer of an authorization server as it reaches the application: the URL that the browser was sent to, query and
 * fragment included, and for {@code response_mode=form_post} the body that it would post there, else null.
 */
public record Callback(String url, String formBody) {
    /** Whether the answer is a POST of {@link #formBody()} and not a GET. */
    public boolean isPosted() {
        return formBody != null;
    }

    @Override
    public String toString() {
        return "Callback[url=" + Page.withoutSecrets(url) + (isPosted() ? ", formBody=██]" : "]");
    }
}
