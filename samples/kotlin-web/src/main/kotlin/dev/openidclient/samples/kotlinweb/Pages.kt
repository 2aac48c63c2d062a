package dev.openidclient.samples.kotlinweb

import dev.openidclient.http.HttpResponse
import dev.openidclient.token.TokenResponse
import dev.openidclient.userinfo.UserInfo
import kotlinx.html.FlowContent
import kotlinx.html.FormMethod
import kotlinx.html.HTML
import kotlinx.html.a
import kotlinx.html.body
import kotlinx.html.button
import kotlinx.html.code
import kotlinx.html.div
import kotlinx.html.form
import kotlinx.html.h1
import kotlinx.html.h2
import kotlinx.html.head
import kotlinx.html.header
import kotlinx.html.hiddenInput
import kotlinx.html.lang
import kotlinx.html.link
import kotlinx.html.main
import kotlinx.html.meta
import kotlinx.html.p
import kotlinx.html.pre
import kotlinx.html.section
import kotlinx.html.table
import kotlinx.html.tbody
import kotlinx.html.td
import kotlinx.html.th
import kotlinx.html.title
import kotlinx.html.tr
import kotlinx.serialization.json.Json
import java.time.Clock
import java.time.Instant

/** The name of the hidden field that holds the session's form token. */
const val FORM_TOKEN = "form_token"

private const val MASK = "██"
private val TIMES = setOf("exp", "iat", "nbf", "auth_time", "updated_at")
private val MASKED = setOf("nonce", "sid", "jti", "at_hash", "c_hash", "s_hash")
private val INDENTED = Json { prettyPrint = true }

// kotlinx.html escapes every text and attribute value.

fun HTML.homePage(session: Session?) =
    page(session, "Kotlin web sample") {
        if (session?.tokens == null) {
            p { +"You are not signed in." }
            p { +"User name and password are in the terminal in which this program was started." }
            p { a(href = "/login", classes = "button") { +"Sign in" } }
        } else {
            p { +"You are signed in." }
            p { a(href = "/account", classes = "button") { +"Your account" } }
        }
    }

fun HTML.accountPage(
    session: Session,
    tokens: TokenResponse,
    user: UserInfo,
    clock: Clock,
) = page(session, "Hello, ${user.name ?: user.subject}") {
    card("ID Token", "What the server says of this sign-in. Every claim was validated.") {
        members(tokens.claims?.toMap().orEmpty())
    }
    card("UserInfo", "What the server tells the holder of the access token.") { members(user.toMap()) }
    card("Tokens", "They stay in the session on the server: the browser never has them.") {
        members(
            mapOf(
                "access token" to MASK,
                "token type" to tokens.tokenType,
                "expires in" to tokens.expiresIn(clock)?.let { "${it.seconds} s" },
                "scope" to tokens.scope,
                "refresh token" to tokens.refreshToken?.let { MASK },
                "refreshed" to "${session.refreshes} ×",
            ),
        )
        post(session, "/refresh", "Refresh the tokens")
    }
}

fun HTML.ordersPage(
    session: Session,
    url: String,
    answer: HttpResponse,
) = page(session, "Your orders") {
    card("GET $url", "Called with the access token. The answer has the status ${answer.status}.") {
        pre { code { +indented(answer) } }
    }
}

fun HTML.failurePage(
    session: Session?,
    explanation: Explanation,
) = page(session, explanation.title) {
    p { +explanation.text }
    p {
        if (session?.tokens == null) {
            a(href = "/login", classes = "button") { +"Sign in" }
        } else {
            a(href = "/account", classes = "button") { +"Your account" }
        }
    }
}

private fun HTML.page(
    session: Session?,
    title: String,
    content: FlowContent.() -> Unit,
) {
    lang = "en"
    head {
        meta(charset = "utf-8")
        meta("viewport", "width=device-width, initial-scale=1")
        title { +title }
        link(rel = "stylesheet", href = "/style.css")
    }
    body {
        header {
            a(href = "/") { +"Home" }
            if (session?.tokens != null) {
                a(href = "/account") { +"Account" }
                a(href = "/orders") { +"Orders" }
                post(session, "/logout", "Sign out")
            }
        }
        main {
            h1 { +title }
            content()
        }
    }
}

private fun FlowContent.card(
    title: String,
    text: String,
    content: FlowContent.() -> Unit,
) = section {
    h2 { +title }
    p { +text }
    content()
}

private fun FlowContent.post(
    session: Session,
    path: String,
    text: String,
) = form(action = path, method = FormMethod.post) {
    hiddenInput(name = FORM_TOKEN) { value = session.formToken }
    button { +text }
}

private fun FlowContent.members(members: Map<String, Any?>) =
    div("members") {
        table {
            tbody {
                for ((name, value) in members) {
                    tr {
                        th { +name }
                        td { +shown(name, value) }
                    }
                }
            }
        }
    }

private fun shown(
    name: String,
    value: Any?,
): String =
    when {
        value == null -> "–"
        name in MASKED -> MASK
        name in TIMES && value is Long -> Instant.ofEpochSecond(value).toString()
        value is List<*> -> value.joinToString(", ")
        else -> value.toString()
    }

private fun indented(answer: HttpResponse): String =
    if (answer.status == 200) INDENTED.encodeToString(Json.parseToJsonElement(answer.bodyText())) else answer.bodyText()
