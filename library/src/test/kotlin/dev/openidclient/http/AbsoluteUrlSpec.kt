package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class AbsoluteUrlSpec :
    FunSpec({
        context("the normal form of") {
            val normal =
                mapOf(
                    "https://as.example.com" to "https://as.example.com/",
                    "HTTPS://AS.Example.COM/Path" to "https://as.example.com/Path",
                    "https://a:443/" to "https://a/",
                    "http://a:80/" to "http://a/",
                    "https://a:80/" to "https://a:80/",
                    "http://a:443/" to "http://a:443/",
                    "https://a:0443/" to "https://a/",
                    "https://a:/b" to "https://a/b",
                    "https://a:65535/" to "https://a:65535/",
                    "https://a?q" to "https://a/?q",
                    "https://a#f" to "https://a/#f",
                    "https://a/b?c=d&e=%20+#f" to "https://a/b?c=d&e=%20+#f",
                    "https://a/?" to "https://a/?",
                    "https://a/b/./c" to "https://a/b/c",
                    "https://a/b/../c" to "https://a/c",
                    "https://a/b/.." to "https://a/",
                    "https://a/b/." to "https://a/b/",
                    "https://a/../../b" to "https://a/b",
                    "https://a/b/%2e/c" to "https://a/b/c",
                    "https://a/b/%2E%2e/c" to "https://a/c",
                    "https://a/b/.%2e" to "https://a/",
                    "https://a/.b/..c/d." to "https://a/.b/..c/d.",
                    "https://a//b///c" to "https://a//b///c",
                    "https://a//../b" to "https://a/b",
                    "https://a/b//./c" to "https://a/b//c",
                    "https://a/b%2Fc%2f%7e" to "https://a/b%2Fc%2f%7e",
                    "https://a/b;c=d" to "https://a/b;c=d",
                    "https://[::1]" to "https://[::1]/",
                    "https://[2001:DB8::A]:443/b" to "https://[2001:db8::a]/b",
                    "https://[2001:db8::a]:8443" to "https://[2001:db8::a]:8443/",
                    "https://127.0.0.1:8443/" to "https://127.0.0.1:8443/",
                    "https://müller.example/" to "https://xn--mller-kva.example/",
                    "https://MÜLLER.example/" to "https://xn--mller-kva.example/",
                    "https://日本。example/" to "https://xn--wgv71a.example/",
                    "https://a_b.example/" to "https://a_b.example/",
                    "https://a.example./" to "https://a.example./",
                    "https://$LONGEST_LABEL.example/" to "https://$LONGEST_LABEL.example/",
                    "ftp://a/b" to "ftp://a/b",
                    "com.example.app://host" to "com.example.app://host/",
                )
            for ((text, expected) in normal) {
                test(text) {
                    AbsoluteUrl.parse(text).toString() shouldBe expected
                }
            }
        }

        context("is none:") {
            val refused =
                listOf(
                    "",
                    "a",
                    "/a",
                    "//a/b",
                    "https:",
                    "https:/a",
                    "https://",
                    "https:///a",
                    "https://:443/",
                    "https://?a",
                    "mailto:a@b.example",
                    "urn:ietf:params:oauth:token-type:jwt",
                    "com.example.app:/callback",
                    " https://a/",
                    "https://a/ b",
                    "https://a\\b/",
                    "https://a/\n",
                    "https://a/%zz",
                    "https://a/<b>",
                    "1https://a/",
                    // labels of the host
                    "https://a..b/",
                    "https://.a/",
                    "https://a../",
                    "https://./",
                    "https://a$LONGEST_LABEL.example/",
                    "https://ü$LONGEST_LABEL.example/",
                    // user information
                    "https://user@a/",
                    "https://user:password@a/",
                    "https://@a/",
                    "https://as.example.com@evil.example/",
                    "https://as.example.com:443@evil.example/",
                    "https://a@[::1]/",
                    // ports
                    "https://a:65536/",
                    "https://a:99999999999/",
                    "https://a:-1/",
                    "https://a:+1/",
                    "https://a:8a/",
                    "https://a:٤٤٣/",
                    "https://a:443:443/",
                    "https://[::1]:65536/",
                    "https://[::1]:x/",
                    // hosts
                    "https://[::1/",
                    "https://[::1]a/",
                    "https://[::g]/",
                    "https://[]/",
                    "https://::1/",
                    "https://${"a".repeat(64)}ä.example/",
                )
            for (text in refused) {
                test("<${text.replace("\n", "\\n")}>") {
                    AbsoluteUrl.parse(text).shouldBeNull()
                }
            }

            // characters that compatibility mapping turns into delimiters of a URL
            for (delimiter in listOf("／", "？", "＃", "＠", "：", "＼", "℀", "％2f", "%2f", "%00", "%40", "|", "^")) {
                test("a host with $delimiter") {
                    AbsoluteUrl.parse("https://evil.example$delimiter.as.example.com/").shouldBeNull()
                }
            }
        }

        context("the parts") {
            val url = AbsoluteUrl.parse("https://A.example:8443/b/c?d=e#f").shouldNotBeNull()

            test("are those of the normal form") {
                listOf(url.scheme, url.host, url.port, url.path, url.query, url.fragment) shouldBe
                    listOf("https", "a.example", 8443, "/b/c", "d=e", "f")
            }

            test("the origin is scheme, host and port") {
                url.origin shouldBe "https://a.example:8443"
            }

            test("query and fragment can be left out") {
                url.withoutQueryAndFragment shouldBe "https://a.example:8443/b/c"
            }

            test("the path can be another") {
                url.withPath("/x").toString() shouldBe "https://a.example:8443/x?d=e#f"
            }

            test("absent parts are null") {
                val plain = AbsoluteUrl.parse("https://a").shouldNotBeNull()
                listOf(plain.port, plain.query, plain.fragment) shouldBe listOf(null, null, null)
            }
        }

        context("with parameters") {
            fun withCode(text: String) =
                AbsoluteUrl.parse(text).shouldNotBeNull().withParameters(Parameters.of("a b" to "c d"))

            test("they are its query") {
                withCode("https://a/b") shouldBe "https://a/b?a+b=c+d"
            }

            test("they follow its own query, which stays byte for byte") {
                withCode("https://a/b?x=%20&y=+") shouldBe "https://a/b?x=%20&y=+&a+b=c+d"
            }

            test("an empty query of its own leaves nothing behind") {
                withCode("https://a/b?") shouldBe "https://a/b?a+b=c+d"
            }

            test("its fragment is dropped") {
                withCode("https://a/b#f") shouldBe "https://a/b?a+b=c+d"
            }

            test("none leave it as it is") {
                AbsoluteUrl.parse("https://a/b?c=d").shouldNotBeNull().withParameters(Parameters.EMPTY) shouldBe
                    "https://a/b?c=d"
                AbsoluteUrl.parse("https://a/b").shouldNotBeNull().withParameters(Parameters.EMPTY) shouldBe
                    "https://a/b"
            }
        }
    })

/** RFC 1035 §2.3.4. */
private val LONGEST_LABEL = "a".repeat(63)
