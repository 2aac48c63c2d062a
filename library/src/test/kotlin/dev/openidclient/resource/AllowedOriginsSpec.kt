package dev.openidclient.resource

import dev.openidclient.client.InsecureRequests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.MalformedURLException
import java.net.URI
import java.net.URISyntaxException
import java.net.URL
import kotlin.random.Random

private const val HOST = "api.example.com"

private fun origins(configure: ResourceAccessSettings.() -> Unit): AllowedOrigins =
    ResourceAccessSettings().apply(configure).build()

private val ONE = origins { allow("https://$HOST") }

private fun isAllowed(url: String): Boolean = ONE.find(url) != null

private fun messageOf(configure: ResourceAccessSettings.() -> Unit): String =
    shouldThrow<IllegalArgumentException> { origins(configure) }.message.orEmpty()

@OptIn(InsecureRequests::class) // what it allows is the test
private val INSECURE = origins { allowInsecure("http://127.0.0.1:8080") }

class AllowedOriginsSpec :
    FunSpec({
        context("an allowed origin is allowed") {
            listOf(
                "https://api.example.com",
                "https://api.example.com/",
                "https://api.example.com/orders?page=2#end",
                "https://api.example.com?page=2",
                "https://api.example.com:443/orders",
                "https://api.example.com:/orders",
                "HTTPS://API.Example.COM/orders",
                "https://api.example.com#end",
                "https://api.example.com/orders?to=someone@evil.example.net",
                "wss://api.example.com/socket",
                "wss://api.example.com:443/socket",
            ).forEach { test(it) { isAllowed(it) shouldBe true } }
        }

        context("any other is not") {
            listOf(
                "http://api.example.com/orders" to "another scheme",
                "ws://api.example.com/socket" to "a web socket without TLS",
                "ftp://api.example.com/orders" to "a foreign scheme",
                "https://api.example.com:8443/orders" to "another port",
                "wss://api.example.com:80/" to "the port of another scheme",
                "https://example.com/" to "the parent domain",
                "https://eu.api.example.com/" to "a subdomain",
                "https://api.example.com./" to "the name with a dot at its end",
                "https://api.example.com.evil.example.net/" to "a name that begins alike",
                "https://evilapi.example.com/" to "a name that ends alike",
                "https://api.example.com@evil.example.net/" to "another host behind the name",
                "https://api.example.com:443@evil.example.net/" to "another host behind name and port",
                "https://someone@api.example.com/" to "user information",
                "https://@api.example.com/" to "empty user information",
                "https://api.example.com\\@evil.example.net/" to "a backslash",
                "https://api.example.com\\.evil.example.net/" to "a backslash within the name",
                "https:\\\\api.example.com/" to "backslashes in place of slashes",
                "https:/api.example.com/" to "one slash",
                "https:///api.example.com/" to "three slashes",
                "//api.example.com/" to "no scheme",
                "/orders" to "a path",
                "" to "nothing",
                "https://api.example.com\t.evil.example.net/" to "a tab",
                "https://api.example.com\n@evil.example.net/" to "a line break",
                " https://api.example.com/" to "a space before",
                "https://api.example.com%2eevil.example.net/" to "an escape in the host",
                "https://api.example.com%2F@evil.example.net/" to "an escaped slash",
                "https://\u0430pi.example.com/" to "a Cyrillic letter",
                "https://api\u3002example.com.evil.example.net/" to "an ideographic full stop",
                "https://api.example.com\u2215.evil.example.net/" to "a division slash",
                "https://api.example.com:99999/" to "no port",
                "https://api.example.com:443:443/" to "two ports",
            ).forEach { (url, what) -> test(what) { isAllowed(url) shouldBe false } }
        }

        test("a name with other letters is allowed in its ASCII form, by both of its forms") {
            val allowed = origins { allow("https://b\u00FCcher.example") }
            allowed.find("https://xn--bcher-kva.example/")?.origin shouldBe "https://xn--bcher-kva.example"
            (allowed.find("https://b\u00FCcher.example/") != null) shouldBe true
            allowed.find("https://bucher.example/") shouldBe null
        }

        test("an IPv6 address is an origin") {
            val allowed = origins { allow("https://[2001:DB8::1]:8443") }
            (allowed.find("https://[2001:db8::1]:8443/orders") != null) shouldBe true
            allowed.find("https://[2001:db8::2]:8443/orders") shouldBe null
        }

        test("several origins are allowed one by one, each at its own port") {
            val allowed = origins { allow("https://a.example").allow("https://b.example:8443/") }
            allowed.find("https://a.example/x")?.origin shouldBe "https://a.example"
            allowed.find("https://b.example:8443/x")?.origin shouldBe "https://b.example:8443"
            allowed.find("https://a.example:8443/x") shouldBe null
            allowed.find("https://b.example/x") shouldBe null
        }

        test("plain http and ws are allowed by their own call, at that origin alone") {
            (INSECURE.find("http://127.0.0.1:8080/x") != null) shouldBe true
            (INSECURE.find("ws://127.0.0.1:8080/x") != null) shouldBe true
            INSECURE.find("http://127.0.0.1:8081/x") shouldBe null
            INSECURE.find("http://localhost:8080/x") shouldBe null
            INSECURE.find("https://127.0.0.1:8080/x") shouldBe null
        }

        test("wss is an origin of its own name too") {
            val allowed = origins { allow("wss://api.example.com") }
            (allowed.find("https://api.example.com/x") != null) shouldBe true
        }

        context("an origin is refused that") {
            test("is plain http, and the message names the call for tests") {
                messageOf { allow("http://api.example.com") } shouldContain "allowInsecure(\"http://api.example.com\")"
            }
            test("is plain ws") { messageOf { allow("ws://api.example.com") } shouldContain "https origins only" }
            test("has a path") {
                messageOf { allow("https://api.example.com/v1") } shouldContain "allow(\"https://api.example.com\")"
            }
            test("has a query") { messageOf { allow("https://api.example.com?a=b") } shouldContain "without more" }
            test("has a fragment") { messageOf { allow("https://api.example.com#a") } shouldContain "without more" }
            test("has user information") {
                messageOf { allow("https://a@api.example.com") } shouldContain "user information"
            }
            test("has a wildcard") { messageOf { allow("https://*.example.com") } shouldContain "wildcard" }
            test("is a wildcard") { messageOf { allow("https://*") } shouldContain "wildcard" }
            test("is a host alone") { messageOf { allow("api.example.com") } shouldContain "absolute URL" }
            test("is of a foreign scheme") {
                @OptIn(InsecureRequests::class) // it is refused
                messageOf { allowInsecure("ftp://api.example.com") } shouldContain "http or https"
            }
            test("is none") { messageOf {} shouldContain "allow(\"https://api.example.com\")" }
        }

        test("no URL is allowed that any reader takes for one of another host") {
            val random = Random(12)
            var allowed = 0
            repeat(TRIALS) {
                val url = mutated(random)
                if (isAllowed(url)) {
                    allowed++
                    withClue(url) { for (host in hostsOf(url)) host shouldBe HOST }
                }
            }
            // else it would show nothing
            (allowed > TRIALS / 1_000) shouldBe true
        }
    })

private const val TRIALS = 200_000

private val PIECES =
    listOf("https://", "http://", "wss://", "//", "/", "\\", "@", ":", "?", "#", ".", "%2f", "%40", "%2e", "\t", "\n") +
        listOf(
            " ",
            ";",
            "*",
            HOST,
            "evil.example.net",
            "API.EXAMPLE.COM",
            ":443",
            ":80",
            "a",
            "[::1]",
            "\u3002",
            "\uFF0F",
            "\uFF20",
        )

/** A URL of the allowed origin, with pieces put in, or one of pieces alone. */
private fun mutated(random: Random): String {
    val text = StringBuilder(if (random.nextInt(4) == 0) "" else "https://$HOST/orders?a=b")
    repeat(random.nextInt(5)) {
        val piece = PIECES[random.nextInt(PIECES.size)]
        text.insert(random.nextInt(text.length + 1), piece)
    }
    return text.toString()
}

/** What readers of URLs take for the host: the JDK's two, and the URL standard as browsers and OkHttp have it. */
private fun hostsOf(url: String): List<String> = listOfNotNull(hostOfUri(url), hostOfUrl(url), hostOfBrowser(url))

private fun hostOfUri(url: String): String? =
    try {
        URI(url).host?.lowercase()
    } catch (_: URISyntaxException) {
        null
    }

@Suppress("DEPRECATION") // what it makes of a text that is no URI is what is asked
private fun hostOfUrl(url: String): String? =
    try {
        URL(url.replace(Regex("^wss:", RegexOption.IGNORE_CASE), "https:")).host.lowercase()
    } catch (_: MalformedURLException) {
        null
    }

/** Its "basic URL parser", as far as the host goes: lenient in whatever it can be. */
private fun hostOfBrowser(url: String): String {
    val cleaned = url.trim { it <= ' ' }.filterNot { it in "\t\n\r" }.replace('\\', '/')
    val authority = cleaned.substringAfter(':').trimStart('/').takeWhile { it !in "/?#" }
    val host = authority.substringAfterLast('@').substringBefore(':')
    return host.replace("%2e", ".", ignoreCase = true).replace('\u3002', '.').lowercase()
}
