package dev.openidclient.samples.docs

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.nio.file.Path

private val PAGE = Path.of("docs/providers/google.md")

class MarkdownSpec :
    FunSpec({
        fun page(text: String) = Page(PAGE, text.trimIndent().lines())

        test("a heading has the anchor that GitHub gives it") {
            Page.slug("Sign in with Apple") shouldBe "sign-in-with-apple"
            Page.slug("`ResponseBodyException`: what to do?") shouldBe "responsebodyexception-what-to-do"
            Page.slug("Coming from [`openid-client`](x.md) & others") shouldBe "coming-from-openid-client--others"
        }

        test("a heading that comes again has a number") {
            page("# Token\n\n## Token\n\n## Token").anchors shouldContainExactly setOf("token", "token-1", "token-2")
        }

        test("what stands in a fence is neither link nor heading") {
            val page = page("```sh\n# heading [x](y.md)\n```\n[a](b.md#c)")
            page.anchors.shouldBeEmpty()
            page.links.map { it.target } shouldContainExactly listOf("b.md#c")
            page.links.single().line shouldBe 4
        }

        test("what stands in code is no link") {
            page("`[x](y.md)` and ``a ` [x](y.md)``").links.shouldBeEmpty()
        }

        test("links stand in Markdown, in references and in HTML") {
            val page = page("[a](a.md \"title\") ![b](b.svg)\n\n[c]: c.md\n<a href=\"d.md\"><img src=\"e.svg\"></a>")
            page.links.map { it.target } shouldContainExactly listOf("a.md", "b.svg", "c.md", "d.md", "e.svg")
        }

        test("a link leads from the folder of its page") {
            page("[a](../errors.md#x)").links.single().file shouldBe Path.of("docs/errors.md")
            page("[a](#x)").links.single().file shouldBe PAGE
            page("[a](https://example.com/x.md)").links.single().isRelative shouldBe false
        }

        test("a block has the marker of the line above it") {
            val page = page("<!-- kotlin: request -->\n```kotlin\nval a = 1\n```\n\n```java\nb\n```")
            page.fences.map { it.marker to it.text } shouldContainExactly
                listOf("kotlin: request" to "val a = 1", null to "b")
        }

        test("a page has a source of its name in each language") {
            val sources = "samples/docs/src/main/kotlin/dev/openidclient/samples/docs"
            Regions.source(Path.of("docs/sign-in.md"), "kotlin") shouldBe Path.of("$sources/SignIn.kt")
            Regions.source(Path.of("docs/providers/entra-id.md"), "kotlin") shouldBe
                Path.of("$sources/providers/EntraId.kt")
            Regions.source(Path.of("README.md"), "kotlin") shouldBe Path.of("$sources/Readme.kt")
            Regions.source(Path.of("integrations/okhttp/README.md"), "kotlin") shouldBe
                Path.of("$sources/integrations/Okhttp.kt")
        }

        test("a block names a region of another file, and its own language") {
            val first = "<!-- java: login in samples/x/A.java -->\n```java\n```\n"
            val page = page("$first<!-- java: login -->\n```kotlin\n```")
            Regions.named(page.fences[0]) shouldBe (Path.of("samples/x/A.java") to "login")
            Regions.named(page.fences[1]).shouldBeNull()
        }

        test("code is compared without line breaks, but a comment ends where it ends") {
            Regions.words("f(\n    a,\n    b,\n)") shouldBe Regions.words("f(a, b)")
            Regions.words("f() // once\ng()") shouldNotBe Regions.words("f() // once g()")
            Regions.words("get(\"https://a\")\n.b()") shouldBe Regions.words("get(\"https://a\").b()")
        }
    })
