package dev.openidclient.samples.kotlinweb

import dev.openidclient.http.HttpResponse
import dev.openidclient.token.TokenResponse
import dev.openidclient.userinfo.UserInfo
import kotlinx.html.FlowContent
import kotlinx.html.FormMethod
import kotlinx.html.HTML
import kotlinx.html.ThScope
import kotlinx.html.a
import kotlinx.html.body
import kotlinx.html.button
import kotlinx.html.code
import kotlinx.html.form
import kotlinx.html.h1
import kotlinx.html.h2
import kotlinx.html.head
import kotlinx.html.header
import kotlinx.html.hiddenInput
import kotlinx.html.img
import kotlinx.html.lang
import kotlinx.html.li
import kotlinx.html.link
import kotlinx.html.main
import kotlinx.html.meta
import kotlinx.html.nav
import kotlinx.html.ol
import kotlinx.html.p
import kotlinx.html.pre
import kotlinx.html.script
import kotlinx.html.section
import kotlinx.html.table
import kotlinx.html.tbody
import kotlinx.html.td
import kotlinx.html.th
import kotlinx.html.thead
import kotlinx.html.title
import kotlinx.html.tr
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.time.Clock
import java.time.Instant

/** The name of the hidden field that holds the session's form token. */
const val FORM_TOKEN = "form_token"

private const val MASK = "██"
private const val FINGERPRINT = 8
private val TIMES = setOf("exp", "iat", "nbf", "auth_time", "updated_at")
private val MASKED = setOf("nonce", "sid", "jti", "at_hash", "c_hash", "s_hash")

// kotlinx.html escapes every text and attribute value.

fun HTML.homePage(session: Session?) =
    page(session, "Kotlin web sample") {
        if (session == null) {
            p("lead") { +"You are not signed in. This application does not know your password: you sign in elsewhere." }
            p { a(href = "/login", classes = "button") { +"Sign in" } }
        } else {
            p("lead") { +"You are signed in." }
            p { a(href = "/account", classes = "button") { +"Your account" } }
        }
        section {
            h2 { +"What happens" }
            ol {
                li { +"You sign in at the authorization server, with the name and the password from the terminal." }
                li { +"You choose what this application may see." }
                li { +"You come back, and the application checks the answer." }
                li { +"It reads your account and your orders for you. Tokens stay on its server." }
            }
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
    card("Tokens", "They stay on the server: the browser never has them. A fingerprint tells one from the next.") {
        members(
            mapOf(
                "access token" to MASK,
                "fingerprint" to digest(tokens.accessToken).take(FINGERPRINT),
                "token type" to tokens.tokenType,
                "expires in" to tokens.remainingLifetime(clock)?.let { "${it.seconds} s" },
                "scope" to tokens.scope,
                "refresh token" to tokens.refreshToken?.let { MASK },
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
    card("From the protected API", "GET $url with the access token. The answer has the status ${answer.status}.") {
        if (answer.status == 200) orders(answer) else pre { code { +answer.bodyText() } }
    }
}

fun HTML.failurePage(
    session: Session?,
    explanation: Explanation,
) = page(session, explanation.title) {
    p("lead") { +explanation.text }
    p {
        if (session == null) {
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
        link(rel = "icon", href = "/icon.svg")
        link(rel = "stylesheet", href = "/style.css")
        script(src = "/fresh.js") { defer = true }
    }
    body {
        header {
            a(href = "/", classes = "brand") {
                img(src = "/icon.svg", alt = "")
                +"Kotlin web sample"
            }
            if (session != null) {
                nav {
                    a(href = "/account") { +"Account" }
                    a(href = "/orders") { +"Orders" }
                    post(session, "/logout", "Sign out")
                }
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
    table("members") {
        tbody {
            for ((name, value) in members) {
                tr {
                    th(scope = ThScope.row) { +name }
                    td { +shown(name, value) }
                }
            }
        }
    }

private fun FlowContent.orders(answer: HttpResponse) {
    val orders = Json.parseToJsonElement(answer.bodyText()).jsonObject.getValue("orders")
    table {
        thead {
            tr { for (title in listOf("Number", "Article", "Price")) th(scope = ThScope.col) { +title } }
        }
        tbody {
            for (order in orders.jsonArray) {
                fun text(name: String) = order.jsonObject.getValue(name).jsonPrimitive.content
                tr {
                    td { +text("id") }
                    td { +text("name") }
                    td { +"${text("price")} ${text("currency")}" }
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
