package dev.openidclient.samples.javaweb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.samples.server.AdjustableClock;
import dev.openidclient.samples.server.Callback;
import dev.openidclient.samples.server.HeadlessBrowser;
import dev.openidclient.samples.server.Page;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignInTest {
    private static final AdjustableClock CLOCK = new AdjustableClock();
    private static Demo demo;

    private final HeadlessBrowser browser = newBrowser();

    @BeforeAll
    static void start() throws IOException {
        demo = Demo.start(FreePort.find(0, "web application", System.out), 0, CLOCK);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @BeforeEach
    void setTheClock() {
        CLOCK.putAhead(Duration.ZERO);
    }

    @Test
    void personWhoDeniesConsentIsToldSoAndIsNotSignedIn() {
        Page denied = browser.deliver(browser.denyConsent(demo.url() + "/login", demo.url() + "/callback"));

        assertEquals(403, denied.status());
        assertEquals("You did not allow it", denied.title());
        assertEquals(401, account(browser).status());
    }

    @Test
    void callbackThatComesAgainIsRefusedAndTheSignInStands() {
        Callback callback = signIn(browser);
        assertEquals("Hello, Alice Moreau", browser.deliver(callback).title());

        Page replayed = browser.deliver(callback);

        assertEquals(400, replayed.status());
        assertEquals("This sign-in is over", replayed.title());
        assertEquals(200, account(browser).status());
    }

    @Test
    void callbackInAnotherBrowserIsRefusedAndLeavesTheSignInToItsOwn() {
        Callback callback = signIn(browser);
        HeadlessBrowser other = newBrowser();

        assertEquals("This sign-in is over", other.deliver(callback).title());
        assertEquals(401, account(other).status());
        assertEquals("Hello, Alice Moreau", browser.deliver(callback).title());
    }

    @Test
    void callbackOfAnotherSignInIsRefusedAndLeavesTheOneThatWasBegun() {
        Callback genuine = signIn(browser);
        String forged = genuine.url().replaceFirst("state=[^&]*", "state=another");

        Page refused = browser.deliver(new Callback(forged, null));

        assertEquals(400, refused.status());
        assertEquals("This sign-in is over", refused.title());
        assertEquals("Hello, Alice Moreau", browser.deliver(genuine).title());
    }

    @Test
    void signInGivesTheSessionANewIdSoThatOneKnownBeforeItIsWorthNothing() throws Exception {
        String first = RawRequests.cookie(signedIn(""));
        HttpResponse<String> again = signedIn("; " + first);
        String second = RawRequests.cookie(again);

        assertTrue(RawRequests.location(again).endsWith("/account"));
        assertNotEquals(first, second);
        assertEquals(401, accountStatus(demo.url(), first));
        assertEquals(200, accountStatus(demo.url(), second));
    }

    @Test
    void cookiesAreForThisApplicationAloneAndForNoScript() throws Exception {
        HttpResponse<String> begun = RawRequests.get(demo.url() + "/login", "");
        for (String cookie : List.of(RawRequests.setCookie(begun), RawRequests.setCookie(signedIn("")))) {
            assertTrue(cookie.contains("HttpOnly"), cookie);
            assertTrue(cookie.contains("SameSite=Lax"), cookie);
            assertTrue(cookie.contains("Path=/"), cookie);
        }
    }

    @Test
    void anotherInstanceWithTheSameStoreTakesTheCallbackAndHasTheSessionUntilEitherEndsIt() throws Exception {
        try (WebApp other = demo.startInstance(FreePort.find(0, "web application", System.out))) {
            HttpResponse<String> begun = RawRequests.get(demo.url() + "/login", "");
            Callback callback = browser.signIn(RawRequests.location(begun), demo.url() + "/callback");
            String elsewhere = callback.url().replace(demo.url(), other.url());
            String session = RawRequests.cookie(RawRequests.get(elsewhere, RawRequests.cookie(begun)));

            assertEquals(
                    400,
                    RawRequests.get(callback.url(), RawRequests.cookie(begun)).statusCode());
            assertEquals(200, accountStatus(demo.url(), session));
            assertEquals(200, accountStatus(other.url(), session));

            assertEquals(200, demo.server().sendBackChannelLogout(other.url() + "/backchannel-logout"));
            assertEquals(401, accountStatus(demo.url(), session));
            assertEquals(401, accountStatus(other.url(), session));
        }
    }

    @Test
    void cookieThatNobodyGaveIsNoSession() throws Exception {
        assertEquals(401, accountStatus(demo.url(), "JAVA_WEB_SESSION="));
        assertEquals(401, accountStatus(demo.url(), "JAVA_WEB_SESSION=guessed"));
    }

    @Test
    void noPageShowsAToken() {
        Page account = browser.deliver(signIn(browser));

        assertFalse(account.body().contains("eyJ"));
        assertRead(account, "access token ██");
        assertRead(account, "refresh token ██");
    }

    @Test
    void accessTokenThatIsAboutToExpireIsRefreshedFirst() {
        String first = fingerprint(browser.deliver(signIn(browser)));
        assertEquals(first, fingerprint(account(browser)));

        CLOCK.putAhead(Duration.ofSeconds(295));

        assertNotEquals(first, fingerprint(account(browser)));
    }

    @Test
    void sessionThatWasNotUsedForHalfAnHourIsOver() {
        browser.deliver(signIn(browser));

        CLOCK.putAhead(Duration.ofMinutes(31));

        assertEquals("You are not signed in", account(browser).title());
    }

    @Test
    void formFromElsewhereChangesNothing() {
        browser.deliver(signIn(browser));

        Page refused = browser.deliver(new Callback(demo.url() + "/logout", "form_token=guessed"));

        assertEquals(403, refused.status());
        assertEquals(200, account(browser).status());
    }

    @Test
    void whoIsNotSignedInCannotRefreshOrSignOut() {
        assertEquals(
                401, browser.deliver(new Callback(demo.url() + "/refresh", "")).status());
        assertEquals(
                401, browser.deliver(new Callback(demo.url() + "/logout", "")).status());
    }

    @Test
    void pageThatDoesNotExistSaysSo() {
        assertEquals(
                "There is no such page",
                browser.open(demo.url() + "/no-such-page").title());
    }

    /** The answer to a callback that came with the cookie of its sign-in, and with {@code more}. */
    private static HttpResponse<String> signedIn(String more) throws Exception {
        HttpResponse<String> begun = RawRequests.get(demo.url() + "/login", "");
        Callback callback = newBrowser().signIn(RawRequests.location(begun), demo.url() + "/callback");
        return RawRequests.get(callback.url(), RawRequests.cookie(begun) + more);
    }

    private static int accountStatus(String url, String cookie) throws Exception {
        return RawRequests.get(url + "/account", cookie).statusCode();
    }

    private static String fingerprint(Page account) {
        Matcher shown = Pattern.compile("fingerprint [0-9a-f]{8}").matcher(account.text());
        assertTrue(shown.find(), account::text);
        return shown.group();
    }

    private static HeadlessBrowser newBrowser() {
        return new HeadlessBrowser(
                demo.server().user().username(), demo.server().user().password());
    }

    private static Callback signIn(HeadlessBrowser browser) {
        return browser.signIn(demo.url() + "/login", demo.url() + "/callback");
    }

    private static Page account(HeadlessBrowser browser) {
        return browser.open(demo.url() + "/account");
    }

    private static void assertRead(Page page, String text) {
        assertTrue(page.text().contains(text), page::text);
    }
}
