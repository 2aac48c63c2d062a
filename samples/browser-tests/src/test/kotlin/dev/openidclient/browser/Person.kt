package dev.openidclient.browser

/** Who is signed in reads this. */
const val ACCOUNT: String = "Hello, Alice Moreau"
const val SIGN_IN_PAGE: String = "Sign in"
const val CONSENT_PAGE: String = "Allow access?"
const val SIGN_IN_OVER: String = "This sign-in is over"
const val NOT_SIGNED_IN: String = "You are not signed in"

/** From the home page of [app] to the account. */
fun Browser.signIn(app: RunningSample) {
    goToConsent(app)
    press("Allow")
    awaitPage(ACCOUNT)
}

/** From the home page of [app] to the server's question what the application may see. */
fun Browser.goToConsent(app: RunningSample) {
    open(app.url)
    press("Sign in")
    awaitPage(SIGN_IN_PAGE)
    giveCredentials(app.user, app.password)
    awaitPage(CONSENT_PAGE)
}

fun Browser.giveCredentials(
    user: String,
    password: String,
) {
    fill("User name", user)
    fill("Password", password)
    press("Sign in")
}

/** Signs in and allows, and gives the URL of the callback, which is not requested. */
fun Browser.callbackOf(app: RunningSample): String {
    goToConsent(app)
    return destinationOfForm().also { check(it.startsWith("${app.url}/callback?")) { "not the callback: $it" } }
}
