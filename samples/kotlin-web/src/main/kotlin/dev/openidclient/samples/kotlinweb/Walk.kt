package dev.openidclient.samples.kotlinweb

import dev.openidclient.samples.server.HeadlessBrowser
import dev.openidclient.samples.server.Page
import java.io.PrintStream

/** Walks through the application as a person would, says every step on [out], and returns the exit status. */
fun walk(
    demo: Demo,
    out: PrintStream,
): Int =
    try {
        Walk(demo, out).run()
        0
    } catch (e: IllegalStateException) {
        out.println("FAILED: ${e.message}")
        1
    }

private class Walk(
    private val demo: Demo,
    private val out: PrintStream,
) {
    private val user = demo.server.user()
    private val browser = HeadlessBrowser(user.username(), user.password())
    private var steps = 0

    fun run() {
        val home = browser.open("${demo.url}/")
        home.mustRead("You are not signed in")
        say("home", "${home.url()} says: not signed in")

        val callback = browser.signIn(home.link("Sign in"), "${demo.url}/callback")
        say("sign in", "as ${user.username()}, password ██, at ${demo.server.issuer()}; consent given")
        say("callback", masked(callback.url()))

        val account = browser.deliver(callback)
        account.mustRead("iss ${demo.server.issuer()}", "sub ${user.username()}", "aud ${demo.server.webClient().id()}")
        say("claims", "iss ${demo.server.issuer()}, sub ${user.username()}, aud ${demo.server.webClient().id()}")
        account.mustRead("name Alice Moreau", "email alice.moreau@example.com")
        say("UserInfo", "Alice Moreau, alice.moreau@example.com")

        val refreshed = browser.press(account, "Refresh the tokens")
        refreshed.mustRead("sub ${user.username()}")
        check(refreshed.fingerprint() != account.fingerprint()) { "the access token is the old one" }
        say("refresh", "new access token ██, new refresh token ██")

        val orders = browser.open(refreshed.link("Orders"))
        orders.mustRead("the status 200", "Espresso machine", "Coffee grinder")
        say("protected API", "GET ${demo.server.apiUrl()} with the access token ██: 200, two orders")

        val signedOut = browser.press(orders, "Sign out")
        signedOut.mustRead("You are not signed in")
        check(signedOut.url() == "${demo.url}/") { "sign-out ended at $signedOut instead of the home page" }
        say("sign out", "at the server too, and back at ${signedOut.url()}")

        browser.open("${demo.url}/account").mustRead("You are not signed in")
        browser.open("${demo.url}/login").mustRead("User name")
        say("afterwards", "the account is closed, and the server asks for the password again")

        endElsewhere()
        out.println("All $steps steps went well.")
    }

    /** The person signs out in another application, and the server tells this one, without the browser. */
    private fun endElsewhere() {
        val again = browser.open("${demo.url}/").link("Sign in")
        browser.deliver(browser.signIn(again, "${demo.url}/callback")).mustRead("sub ${user.username()}")
        val status = demo.server.sendBackChannelLogout("${demo.url}/backchannel-logout")
        check(status == OK) { "the logout token was answered with $status" }
        browser.open("${demo.url}/account").mustRead("You are not signed in")
        say("logout token", "signed in again; the server posts a logout token, ██: 200, and the account is closed")
    }

    private fun say(
        step: String,
        what: String,
    ) = out.println("${(++steps).toString().padStart(2)}. ${step.padEnd(14)} $what")

    private fun Page.mustRead(vararg texts: String) {
        for (text in texts) check(text in text()) { "$this does not read \"$text\"" }
    }

    /** Of the access token that the account page is about. */
    private fun Page.fingerprint(): String = text().substringAfterLast("fingerprint ").substringBefore(' ')

    private fun masked(url: String): String = url.replace(Regex("=[^&#]*"), "=██")

    private companion object {
        const val OK = 200
    }
}
