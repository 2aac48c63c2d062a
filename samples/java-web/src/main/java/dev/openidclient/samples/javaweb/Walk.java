package dev.openidclient.samples.javaweb;

import dev.openidclient.samples.server.Callback;
import dev.openidclient.samples.server.DemoUser;
import dev.openidclient.samples.server.HeadlessBrowser;
import dev.openidclient.samples.server.Page;
import java.io.PrintStream;

/** Walks through the application as a person would. */
final class Walk {
    private final Demo demo;
    private final PrintStream out;
    private final DemoUser user;
    private final HeadlessBrowser browser;
    private int steps;

    private Walk(Demo demo, PrintStream out) {
        this.demo = demo;
        this.out = out;
        this.user = demo.server().user();
        this.browser = new HeadlessBrowser(user.username(), user.password());
    }

    /** Says every step on {@code out}, and returns the exit status. */
    static int walk(Demo demo, PrintStream out) {
        try {
            new Walk(demo, out).run();
            return 0;
        } catch (IllegalStateException e) {
            out.println("FAILED: " + e.getMessage());
            return 1;
        }
    }

    private void run() {
        String issuer = demo.server().issuer();
        String clientId = demo.server().webClient().id();
        Page home = browser.open(demo.url() + "/");
        mustRead(home, "You are not signed in");
        say("home", home.url() + " says: not signed in");

        Callback callback = browser.signIn(home.link("Sign in"), demo.url() + "/callback");
        say("sign in", "as " + user.username() + ", password ██, at " + issuer + "; consent given");
        say("callback", callback.url().replaceAll("=[^&#]*", "=██"));

        Page account = browser.deliver(callback);
        mustRead(account, "iss " + issuer, "sub " + user.username(), "aud " + clientId);
        say("claims", "iss " + issuer + ", sub " + user.username() + ", aud " + clientId);
        mustRead(account, "name Alice Moreau", "email alice.moreau@example.com");
        say("UserInfo", "Alice Moreau, alice.moreau@example.com");

        Page refreshed = browser.press(account, "Refresh the tokens");
        mustRead(refreshed, "sub " + user.username());
        if (fingerprint(refreshed).equals(fingerprint(account))) {
            throw new IllegalStateException("the access token is the old one");
        }
        say("refresh", "new access token ██, new refresh token ██");

        Page orders = browser.open(refreshed.link("Orders"));
        mustRead(orders, "the status 200", "Espresso machine", "Coffee grinder");
        say("protected API", "GET " + demo.server().apiUrl() + " with the access token ██: 200, two orders");

        Page signedOut = browser.press(orders, "Sign out");
        mustRead(signedOut, "You are not signed in");
        if (!signedOut.url().equals(demo.url() + "/")) {
            throw new IllegalStateException("sign-out ended at " + signedOut + " instead of the home page");
        }
        say("sign out", "at the server too, and back at " + signedOut.url());

        mustRead(browser.open(demo.url() + "/account"), "You are not signed in");
        mustRead(browser.open(demo.url() + "/login"), "User name");
        say("afterwards", "the account is closed, and the server asks for the password again");

        endElsewhere();
        out.println("All " + steps + " steps went well.");
    }

    /** The person signs out in another application, and the server tells this one, without the browser. */
    private void endElsewhere() {
        String again = browser.open(demo.url() + "/").link("Sign in");
        mustRead(browser.deliver(browser.signIn(again, demo.url() + "/callback")), "sub " + user.username());
        int status = demo.server().sendBackChannelLogout(demo.url() + "/backchannel-logout");
        if (status != 200) {
            throw new IllegalStateException("the logout token was answered with " + status);
        }
        mustRead(browser.open(demo.url() + "/account"), "You are not signed in");
        say("logout token", "signed in again; the server posts a logout token, ██: 200, and the account is closed");
    }

    /** Of the access token that the account page is about. */
    private static String fingerprint(Page account) {
        return account.text().replaceFirst(".*fingerprint (\\S+).*", "$1");
    }

    private void say(String step, String what) {
        steps++;
        out.printf("%2d. %-14s %s%n", steps, step, what);
    }

    private static void mustRead(Page page, String... texts) {
        for (String text : texts) {
            if (!page.text().contains(text)) {
                throw new IllegalStateException(page + " does not read \"" + text + "\"");
            }
        }
    }
}
