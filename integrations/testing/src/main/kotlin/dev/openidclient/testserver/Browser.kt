package dev.openidclient.testserver

/** The browser of a person at a test server, without one: it goes where a URL of the server leads, and comes back. */
internal class Browser(
    private val server: Server,
) {
    /** The whole URL that it comes back to. */
    fun callback(
        url: String,
        answer: Authorizations.(CheckedRequest) -> BrowserResponse,
    ): String {
        val response = response(url, answer)
        check(!response.isForm) { "the request has response_mode=form_post: signInForm(…) has what is posted" }
        return response.url
    }

    /** What [answer] makes of the authorization request at [url]. */
    fun response(
        url: String,
        answer: Authorizations.(CheckedRequest) -> BrowserResponse,
    ): BrowserResponse =
        page {
            val endpoint = url(AUTHORIZE)
            require(url.substringBefore('?') == endpoint) {
                "an authorization request goes to $endpoint, but this one to ${url.substringBefore('?')}"
            }
            authorizations.answer(authorizations.read(queryOf(url)))
        }

    /** What a page leads to. Throws [IllegalArgumentException] where the server shows what is wrong. */
    fun <T> page(block: Server.() -> T): T =
        synchronized(server.lock) {
            try {
                server.block()
            } catch (e: Refusal) {
                throw IllegalArgumentException("the server shows a page that says: ${e.error}: ${e.description}", e)
            }
        }
}
