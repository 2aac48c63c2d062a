package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters

private const val SUBJECT_FIELD = "test_subject"
private const val DENY_FIELD = "test_deny"
private const val HTML = "text/html;charset=UTF-8"

/** The authorization endpoint for a browser: a page that asks who signs in, then the way back. */
internal fun Server.authorizationPage(exchange: Exchange): HttpResponse {
    val form = formOf(exchange.request)
    val query = queryOf(exchange.request.url)
    // OpenID Connect Core §3.1.2.1: the request itself may be posted too
    val isDecision = form != null && (SUBJECT_FIELD in form || DENY_FIELD in form)
    val parameters = if (form != null && !isDecision) form else query
    if (form == null || !isDecision) return response(signInPage(parameters), HTML)
    val request = authorizations.read(parameters)
    val back =
        if (DENY_FIELD in form) {
            authorizations.refusal(request, "access_denied", "the person refused")
        } else {
            authorizations.accept(request, SignIn(form[SUBJECT_FIELD].orEmpty()))
        }
    return if (back.isForm) response(formPage(back), HTML) else redirect(back.url)
}

private fun signInPage(parameters: Parameters): String =
    """<!doctype html><title>Test sign-in</title><form method="post" action="?${escaped(parameters.encode())}">
        |<label>Sign in as <input name="$SUBJECT_FIELD" value="alice"></label> <button>Sign in</button></form>
        |<form method="post" action="?${escaped(
        parameters.encode(),
    )}"><button name="$DENY_FIELD" value="1">Refuse</button></form>
    """.trimMargin()

/** OAuth 2.0 Form Post Response Mode §2. */
private fun formPage(back: BrowserResponse): String {
    val fields =
        back.parameters.names.joinToString("") {
            """<input type="hidden" name="${escaped(it)}" value="${escaped(back.parameters[it].orEmpty())}">"""
        }
    return """<!doctype html><body onload="document.forms[0].submit()">
        |<form method="post" action="${escaped(
        back.redirectUri,
    )}">$fields<noscript><button>Go on</button></noscript></form>
        """.trimMargin()
}

/** The end session endpoint for a browser. */
internal fun Server.logoutPage(exchange: Exchange): HttpResponse {
    val parameters = formOf(exchange.request) ?: queryOf(exchange.request.url)
    return endSession(parameters)?.let(::redirect) ?: response("<!doctype html><p>Signed out", HTML)
}

private fun redirect(url: String) =
    HttpResponse(FOUND, HttpHeaders.of("location" to url, "cache-control" to "no-store"))

private fun escaped(text: String): String = text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;")
