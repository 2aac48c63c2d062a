package dev.openidclient.resourceserver

import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class ForwardedSpec :
    FunSpec({
        suspend fun FunSpecContainerScope.reads(
            line: String,
            vararg elements: Map<String, String>,
        ) = test("$line is read") { Forwarded.parse(line) shouldBe elements.asList() }

        suspend fun FunSpecContainerScope.refuses(line: String) =
            test("$line is refused") {
                Forwarded.parse(line).shouldBeNull()
            }

        context("of RFC 7239 §4") {
            reads("for=\"_gazonk\"", mapOf("for" to "_gazonk"))
            reads("For=\"[2001:db8:cafe::17]:4711\"", mapOf("for" to "[2001:db8:cafe::17]:4711"))
            reads(
                "for=192.0.2.60;proto=http;by=203.0.113.43",
                mapOf("for" to "192.0.2.60", "proto" to "http", "by" to "203.0.113.43"),
            )
            reads(
                "for=192.0.2.43, for=198.51.100.17",
                mapOf("for" to "192.0.2.43"),
                mapOf("for" to "198.51.100.17"),
            )
            reads(
                "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown",
                mapOf("for" to "192.0.2.43"),
                mapOf("for" to "[2001:db8:cafe::17]"),
                mapOf("for" to "unknown"),
            )
        }

        context("what the grammar allows beside") {
            reads("")
            reads(" , ,for=a,, ", mapOf("for" to "a"))
            reads("HOST=a;PrOtO=b", mapOf("host" to "a", "proto" to "b"))
            reads("host=\"a,b;c=d\"", mapOf("host" to "a,b;c=d"))
            reads("host=\"a\\\"b\\\\c\"", mapOf("host" to "a\"b\\c"))
            reads("host=\"\"", mapOf("host" to ""))
            reads(";host=a;;proto=b;", mapOf("host" to "a", "proto" to "b"))
            reads("for=a; host=b ; proto=c", mapOf("for" to "a", "host" to "b", "proto" to "c"))
            reads(";,for=a", emptyMap(), mapOf("for" to "a"))
        }

        context("what it does not") {
            refuses("for")
            refuses("for=")
            refuses("=a")
            refuses("for =a")
            refuses("for= a")
            refuses("for=a=b")
            refuses("for=a b=c")
            refuses("for=[::1]")
            refuses("host=a:8443")
            refuses("host=\"a")
            refuses("host=\"a\\")
            refuses("host=\"a\"b")
            refuses("host=a\"b\"")
            refuses("host=a;host=b")
            refuses("host=a;HOST=a")
            refuses("for=é")
            refuses("for=a/b")
        }
    })
