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
    void signInChangesTheSessionIdSoThatOneKnownBeforeItIsWorthNothing() throws Exception {
        HttpResponse<String> before = RawRequests.get(demo.url() + "/login", "");
        String old = RawRequests.sessionCookie(before);
        Callback callback = browser.signIn(RawRequests.location(before), demo.url() + "/callback");
        HttpResponse<String> after = RawRequests.get(callback.url(), old);

        assertTrue(RawRequests.location(after).endsWith("/account"));
        assertNotEquals(old, RawRequests.sessionCookie(after));
        assertEquals(401, RawRequests.get(demo.url() + "/account", old).statusCode());
        assertEquals(
                200,
                RawRequests.get(demo.url() + "/account", RawRequests.sessionCookie(after))
                        .statusCode());
    }

    @Test
    void sessionCookieIsForThisApplicationAloneAndForNoScript() throws Exception {
        String cookie = RawRequests.setCookie(RawRequests.get(demo.url() + "/login", ""));

        assertTrue(cookie.contains("HttpOnly"), cookie);
        assertTrue(cookie.contains("SameSite=Lax"), cookie);
        assertTrue(cookie.contains("Path=/"), cookie);
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
        assertRead(browser.deliver(signIn(browser)), "refreshed 0 ×");

        CLOCK.putAhead(Duration.ofSeconds(295));

        assertRead(account(browser), "refreshed 1 ×");
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
