package dev.openidclient.samples.server;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A person with a browser that shows nothing: follows redirects, keeps cookies, fills in the sign-in form, presses the
 * buttons that go on. Knows no server in particular: a form with a password signs in, any other form asks for consent,
 * and a button or link that says deny, cancel, abort, decline or no refuses.
 *
 * <p>Every walk throws {@link BrowserStuckException} where it cannot go on. One instance is one session: sign in again
 * with the same instance for single sign-on, with a new one for another browser. Not for several threads at once.
 */
public final class HeadlessBrowser {
    private static final int MAX_STEPS = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String username;
    private final String password;
    private final HttpClient http;

    /** A browser that trusts what the JVM trusts. */
    public HeadlessBrowser(String username, String password) {
        this(username, password, newClient());
    }

    /** A browser that trusts what {@code tls} trusts. */
    public HeadlessBrowser(String username, String password, SSLContext tls) {
        this(username, password, newClient().sslContext(tls));
    }

    private HeadlessBrowser(String username, String password, HttpClient.Builder http) {
        this.username = username;
        this.password = password;
        this.http = http.build();
    }

    private static HttpClient.Builder newClient() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, HeadlessBrowser::accept))
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT);
    }

    /** Every cookie, to be sent as browsers do: one with Max-Age would otherwise have quotes and a {@code $Version}. */
    private static boolean accept(URI from, HttpCookie cookie) {
        cookie.setVersion(0);
        return true;
    }

    /**
     * Signs in and consents, from {@code startUrl} (an authorization URL, or a page of the application that redirects
     * to one) up to the redirect or the self-submitting form that leads to a URL starting with {@code callbackUrl}.
     * The callback itself is not requested: the caller does that, or {@link #deliver} does.
     */
    public Callback signIn(String startUrl, String callbackUrl) {
        return arrival(walk(get(startUrl), callbackUrl, false), callbackUrl);
    }

    /** Signs in, then refuses at the first page that allows to; throws when none was shown. */
    public Callback denyConsent(String startUrl, String callbackUrl) {
        return arrival(walk(get(startUrl), callbackUrl, true), callbackUrl);
    }

    /** Signs out, confirming where asked, up to the redirect to a URL starting with {@code landingUrl}. */
    public Callback signOut(String endSessionUrl, String landingUrl) {
        return arrival(walk(get(endSessionUrl), landingUrl, false), landingUrl);
    }

    /** Signs out, confirming where asked, up to the server's last page. */
    public Page signOut(String endSessionUrl) {
        return walk(get(endSessionUrl), null, false).page();
    }

    /** Signs in and allows the device that shows this {@code verification_uri_complete}. */
    public Page approveDevice(String verificationUrl) {
        return walk(get(verificationUrl), null, false).page();
    }

    /** Signs in and refuses the device that shows this {@code verification_uri_complete}. */
    public Page denyDevice(String verificationUrl) {
        return walk(get(verificationUrl), null, true).page();
    }

    /** Opens {@code url} and follows redirects to the page at their end, whatever its status. */
    public Page open(String url) {
        return follow(get(url));
    }

    /** Brings {@code callback} to the application, by GET or as a form post, and follows redirects to a page. */
    public Page deliver(Callback callback) {
        return follow(callback.isPosted() ? post(callback.url(), callback.formBody()) : get(callback.url()));
    }

    /** Presses the button of {@code page} that reads {@code buttonText}, and follows redirects to the next page. */
    public Page press(Page page, String buttonText) {
        return follow(submission(page.formWithButton(buttonText)));
    }

    private static Callback arrival(Outcome outcome, String expected) {
        if (outcome.callback() == null) {
            throw outcome.page().stuck("nothing here leads to " + Page.withoutSecrets(expected));
        }
        return outcome.callback();
    }

    private Outcome walk(HttpRequest start, String target, boolean refuse) {
        return new Walk(target, refuse).from(start);
    }

    /** Where a walk ended: at the callback, or else at a page that leads nowhere. */
    private record Outcome(Callback callback, Page page) {}

    /** Goes on until something leads to {@code target}, or until a page without a form when there is no target. */
    private final class Walk {
        private final String target;
        private final boolean refuse;
        private boolean signedIn;
        private boolean refused;

        Walk(String target, boolean refuse) {
            this.target = target;
            this.refuse = refuse;
        }

        Outcome from(HttpRequest start) {
            HttpRequest request = start;
            for (int step = 0; step < MAX_STEPS; step++) {
                HttpResponse<String> response = send(request);
                Optional<String> location = redirect(response);
                if (location.isPresent()) {
                    if (target != null && location.get().startsWith(target)) {
                        return arrived(new Callback(location.get(), null));
                    }
                    request = redirected(request, response, location.get());
                    continue;
                }
                Page page = new Page(response.uri(), response.statusCode(), response.body());
                Optional<WebForm> answer = target == null ? Optional.empty() : page.formTo(target);
                if (answer.isPresent()) {
                    return arrived(
                            new Callback(answer.get().action(), answer.get().encoded()));
                }
                Optional<HttpRequest> next = next(page);
                if (next.isEmpty()) {
                    return new Outcome(null, page);
                }
                request = next.get();
            }
            throw tooLong(request);
        }

        private Outcome arrived(Callback callback) {
            if (refuse && !refused) {
                throw new BrowserStuckException("the server answered without a page that allowed to refuse");
            }
            return new Outcome(callback, null);
        }

        /** What the person does on {@code page}; nothing where the walk may end. */
        private Optional<HttpRequest> next(Page page) {
            if (refused && target == null) {
                return Optional.empty(); // the page may offer to start over
            }
            if (page.signInForm().isPresent()) {
                return Optional.of(signIn(page, page.signInForm().get()));
            }
            if (refuse && !refused) {
                Optional<HttpRequest> refusal = page.refusingForm()
                        .map(HeadlessBrowser::submission)
                        .or(() -> page.refusingLink().map(HeadlessBrowser::get));
                if (refusal.isPresent()) {
                    refused = true;
                    return refusal;
                }
            }
            if (page.status() >= 400) {
                throw page.stuck("the server refused");
            }
            Optional<HttpRequest> consent = page.consentingForm().map(HeadlessBrowser::submission);
            if (consent.isEmpty() && refuse && !refused) {
                throw page.stuck("no page allowed to refuse");
            }
            return consent;
        }

        private HttpRequest signIn(Page page, WebForm form) {
            if (signedIn) {
                throw page.stuck("the sign-in form came back: the server refused the user name or the password");
            }
            signedIn = true;
            form.signIn(username, password);
            return submission(form);
        }
    }

    private Page follow(HttpRequest start) {
        HttpRequest request = start;
        for (int step = 0; step < MAX_STEPS; step++) {
            HttpResponse<String> response = send(request);
            Optional<String> location = redirect(response);
            if (location.isEmpty()) {
                return new Page(response.uri(), response.statusCode(), response.body());
            }
            request = redirected(request, response, location.get());
        }
        throw tooLong(request);
    }

    private static BrowserStuckException tooLong(HttpRequest last) {
        return new BrowserStuckException("stuck after " + MAX_STEPS + " steps, last at "
                + Page.withoutSecrets(last.uri().toString()));
    }

    private static Optional<String> redirect(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 3) {
            return Optional.empty();
        }
        return response.headers()
                .firstValue("Location")
                .map(location -> response.uri().resolve(uri(location)).toString());
    }

    /** 307 and 308 repeat the request elsewhere, every other redirect is a GET (RFC 9110 §15.4). */
    private static HttpRequest redirected(HttpRequest request, HttpResponse<String> response, String location) {
        if (response.statusCode() == 307 || response.statusCode() == 308) {
            return HttpRequest.newBuilder(request, (name, value) -> true)
                    .uri(uri(location))
                    .build();
        }
        return get(location);
    }

    private static HttpRequest submission(WebForm form) {
        if (form.isPost()) {
            return post(form.action(), form.encoded());
        }
        return get(form.action().replaceFirst("[?#].*$", "") + "?" + form.encoded());
    }

    private static HttpRequest get(String url) {
        return request(url).GET().build();
    }

    private static HttpRequest post(String url, String body) {
        return request(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(uri(url)).timeout(TIMEOUT).header("Accept", "text/html, */*;q=0.8");
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new BrowserStuckException("not a URL: " + Page.withoutSecrets(url) + ", " + e.getReason());
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new BrowserStuckException(
                    "no answer from " + Page.withoutSecrets(request.uri().toString()) + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrowserStuckException("interrupted", e);
        }
    }
}
