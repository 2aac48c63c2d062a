package dev.openidclient.resourceserver

import dev.openidclient.http.HttpHeaders
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val RECEIVED = "http://internal:8080/orders?token=secret"
private const val PROXY = "10.0.0.7"
private const val OUTER = "10.0.0.8"

class ExternalUrlSpec :
    FunSpec({
        val behind = ExternalUrl(proxies = TrustedProxies.of(listOf("10.0.0.0/24", "fd00::/8")))

        fun request(
            vararg headers: Pair<String, String>,
            peer: String? = PROXY,
            url: String = RECEIVED,
        ) = ResourceRequest("GET", url, HttpHeaders.of(*headers), peer = peer)

        fun seen(
            vararg headers: Pair<String, String>,
            peer: String? = PROXY,
            url: String = RECEIVED,
        ): String = behind.of(request(*headers, peer = peer, url = url)).toString()

        fun refused(
            part: String,
            vararg headers: Pair<String, String>,
        ) {
            val failure = shouldThrowExactly<RefusedRequest> { seen(*headers) }
            failure.message shouldContain part
        }

        context("without settings") {
            test("the URL is the one of the request, without query and fragment") {
                ExternalUrl().of(request()).toString() shouldBe "http://internal:8080/orders"
                ExternalUrl().of(request(url = "HTTPS://API.example.com:443/a?q={|}#f")).toString() shouldBe
                    "https://api.example.com/a"
            }

            test("no header changes it, whoever sends it") {
                val headers =
                    arrayOf("forwarded" to "host=evil.example;proto=https", "x-forwarded-host" to "evil.example")
                ExternalUrl().of(request(*headers)).toString() shouldBe "http://internal:8080/orders"
            }

            test("one that is no absolute URL is refused, and its query not shown") {
                for (url in listOf("/orders?secret", "http://a b/?secret", "http://u:secret@host/", "")) {
                    val failure = shouldThrowExactly<RefusedRequest> { ExternalUrl().of(request(url = url)) }
                    failure.message shouldContain "is no absolute URL"
                    failure.message shouldNotContain "secret"
                }
            }
        }

        context("externalUrl { }") {
            test("says it, and no header does") {
                val given = ExternalUrl(given = { "https://api.example.com/v1" + it.url.substringAfter("8080") })
                given.of(request("forwarded" to "host=evil.example")).toString() shouldBe
                    "https://api.example.com/v1/orders"
            }

            test("is refused where it says no URL, for the request made it so") {
                shouldThrowExactly<RefusedRequest> { ExternalUrl(given = { "orders" }).of(request()) }
            }

            test("and forwarded(…) exclude each other") {
                shouldThrowExactly<IllegalArgumentException> {
                    ExternalUrl(given = { it.url }, proxies = TrustedProxies.of(listOf(PROXY)))
                }.message shouldBe "externalUrl { } and forwarded(…) exclude each other"
            }
        }

        context("Forwarded") {
            test("of a trusted proxy tells scheme and host") {
                seen("forwarded" to "for=192.0.2.1;proto=https;host=api.example.com") shouldBe
                    "https://api.example.com/orders"
                seen("forwarded" to "for=192.0.2.1;proto=HTTPS;host=\"API.example.com:8443\"") shouldBe
                    "https://api.example.com:8443/orders"
                seen("forwarded" to "host=\"[2001:DB8::1]:8443\"") shouldBe "http://[2001:db8::1]:8443/orders"
            }

            test("that tells one of both leaves the other as it was received") {
                seen("forwarded" to "for=a;proto=https", url = "http://api.example.com/orders") shouldBe
                    "https://api.example.com/orders"
                seen("forwarded" to "host=api.example.com") shouldBe "http://api.example.com/orders"
                seen("forwarded" to "for=a") shouldBe "http://internal:8080/orders"
                seen() shouldBe "http://internal:8080/orders"
            }

            test("of anybody else is not looked at") {
                val evil = "forwarded" to "for=192.0.2.1;proto=https;host=evil.example"
                for (peer in listOf(null, "192.0.2.1", "10.0.1.7", "localhost", "", "fc00::1")) {
                    withClue(peer) { seen(evil, peer = peer) shouldBe "http://internal:8080/orders" }
                }
                seen("forwarded" to "malformed", peer = null) shouldBe "http://internal:8080/orders"
            }

            test("of a trusted proxy with an IPv6 address counts") {
                seen("forwarded" to "host=api.example.com", peer = "fd00:0:0:0:0:0:0:1%eth0") shouldBe
                    "http://api.example.com/orders"
            }

            test("is the proxy's own element: what the client wrote in front of it is not looked at") {
                val own = "for=192.0.2.1;proto=https;host=api.example.com"
                seen("forwarded" to "for=10.0.0.9;host=evil.example, $own") shouldBe "https://api.example.com/orders"
                seen("forwarded" to "host=evil.example;proto=http,$own") shouldBe "https://api.example.com/orders"
                seen("forwarded" to "for=a;host=evil.example", "Forwarded" to own) shouldBe
                    "https://api.example.com/orders"
                // one that tells no host does not pass on what the client said
                seen("forwarded" to "host=evil.example, for=192.0.2.1") shouldBe "http://internal:8080/orders"
            }

            test("of a proxy behind a trusted one counts, as far as each vouches for the next") {
                val outer = "for=192.0.2.1;proto=https;host=api.example.com"
                val inner = "for=$OUTER;proto=http;host=inner"
                seen("forwarded" to "host=evil.example, $outer, $inner") shouldBe "https://api.example.com/orders"
                seen("forwarded" to "host=evil.example, $outer, for=\"$OUTER:4711\"") shouldBe
                    "https://api.example.com/orders"
                seen("forwarded" to "$outer, for=\"[fd00::1]:4711\";host=inner") shouldBe
                    "https://api.example.com/orders"
                seen("forwarded" to "$outer, for=10.0.1.8;proto=http;host=inner") shouldBe "http://inner/orders"
                seen("forwarded" to "$outer, for=unknown;host=inner") shouldBe "http://inner/orders"
                seen("forwarded" to "$outer, for=_hidden;host=inner") shouldBe "http://inner/orders"
            }

            test("that cannot be read is refused, never guessed, wherever it stands in it") {
                val unreadable = "the header Forwarded of a trusted proxy cannot be read (RFC 7239 §4)"
                refused(unreadable, "forwarded" to "host=\"api.example.com")
                refused(unreadable, "forwarded" to "host=api.example.com:8443")
                refused(unreadable, "forwarded" to "host=a;host=b")
                refused(unreadable, "forwarded" to "garbage, host=api.example.com")
                refused(unreadable, "forwarded" to "for=\"", "Forwarded" to "for=\"[::1]\";host=api.example.com")
                refused(unreadable, "forwarded" to "for=a,".repeat(2000))
            }

            test("with a host that is none is refused") {
                val hosts = listOf("", "a/b", "a?b", "a#b", "user@a", "a b", "a\\\\b", "a:b", "a:65536", "[::1", "::1")
                for (host in hosts) {
                    withClue(host) { refused("the host that a trusted proxy tells", "forwarded" to "host=\"$host\"") }
                }
            }

            test("with a scheme that is none of the web is refused") {
                for (proto in listOf("ftp", "file", "https:", "")) {
                    withClue(proto) { refused("the scheme that a trusted", "forwarded" to "proto=\"$proto\"") }
                }
            }
        }

        context("X-Forwarded-Proto, -Host and -Port") {
            test("of a trusted proxy tell scheme, host and port") {
                seen("x-forwarded-proto" to "https", "x-forwarded-host" to "api.example.com") shouldBe
                    "https://api.example.com/orders"
                seen(
                    "x-forwarded-proto" to "https",
                    "x-forwarded-host" to "api.example.com",
                    "x-forwarded-port" to "8443",
                ) shouldBe "https://api.example.com:8443/orders"
                seen("x-forwarded-proto" to "https", "x-forwarded-host" to "api.example.com:8443") shouldBe
                    "https://api.example.com:8443/orders"
            }

            test("with a port at the host leave the other port aside") {
                seen("x-forwarded-host" to "[::1]:8443", "x-forwarded-port" to "80") shouldBe "http://[::1]:8443/orders"
            }

            test("without a host change the one that was received") {
                seen(
                    "x-forwarded-proto" to "https",
                    "x-forwarded-port" to "443",
                    url = "http://api.example.com:8080/a",
                ) shouldBe "https://api.example.com/a"
                seen("x-forwarded-port" to "8443", url = "http://[::1]/a") shouldBe "http://[::1]:8443/a"
            }

            test("of anybody else are not looked at") {
                val evil = arrayOf("x-forwarded-host" to "evil.example", "x-forwarded-proto" to "https")
                for (peer in listOf(null, "192.0.2.1", "10.0.1.7")) {
                    withClue(peer) { seen(*evil, peer = peer) shouldBe "http://internal:8080/orders" }
                }
            }

            test("are the last values, the proxy's: what the client wrote in front of them is not looked at") {
                seen(
                    "x-forwarded-host" to "evil.example, api.example.com",
                    "x-forwarded-proto" to "ftp,https",
                    "x-forwarded-port" to "1, 8443",
                ) shouldBe "https://api.example.com:8443/orders"
                seen("x-forwarded-host" to "evil.example", "X-Forwarded-Host" to "api.example.com") shouldBe
                    "http://api.example.com/orders"
            }

            test(
                "X-Forwarded-Prefix and -For are not looked at: few proxies write the one, and the other names clients",
            ) {
                seen("x-forwarded-prefix" to "/evil", "x-forwarded-for" to "192.0.2.1") shouldBe
                    "http://internal:8080/orders"
            }

            test("that are none are refused, never guessed") {
                refused("the header x-forwarded-host of a trusted proxy has no value", "x-forwarded-host" to "a, ")
                refused("the header x-forwarded-proto of a trusted proxy has no value", "x-forwarded-proto" to "")
                refused("the scheme that a trusted proxy tells", "x-forwarded-proto" to "ftp")
                for (port in listOf("a", "-1", "655350", "8443x", "65536")) {
                    withClue(port) { refused("that a trusted proxy tells", "x-forwarded-port" to port) }
                }
                for (host in listOf("a/b", "user@a", "a b", "\"a\"", "a:b")) {
                    withClue(host) { refused("the host that a trusted", "x-forwarded-host" to host) }
                }
            }
        }

        context("Forwarded and X-Forwarded together") {
            test("agree, or what one does not tell the other does") {
                seen(
                    "forwarded" to "proto=https;host=api.example.com",
                    "x-forwarded-proto" to "HTTPS",
                    "x-forwarded-host" to "API.example.com",
                ) shouldBe "https://api.example.com/orders"
                seen("forwarded" to "proto=https", "x-forwarded-host" to "api.example.com") shouldBe
                    "https://api.example.com/orders"
            }

            test("are refused where they differ: one of them is the client's") {
                val differ = "the headers Forwarded and X-Forwarded of a trusted proxy differ"
                refused(differ, "forwarded" to "host=evil.example", "x-forwarded-host" to "api.example.com")
                refused(differ, "forwarded" to "proto=http", "x-forwarded-proto" to "https")
            }
        }
    })
