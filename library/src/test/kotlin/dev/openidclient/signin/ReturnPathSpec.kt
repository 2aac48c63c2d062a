package dev.openidclient.signin

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class ReturnPathSpec :
    FunSpec({
        test("a path of this application, with query and fragment, is taken as it is") {
            val paths =
                listOf(
                    "/",
                    "/orders",
                    "/orders/",
                    "/orders?page=2&next=https://other.example//x#a//b",
                    "/a.b/..c/.../d%20e",
                    "/?q=%2e%2e/../x",
                ) +
                    listOf("/" + "x".repeat(1_023), "/%2F%2Fattacker.example", "/@attacker.example", "/:80")
            for (path in paths) withClue(path) { returnPath(path) shouldBe path }
        }

        test("whatever could lead to another host, here, in a browser or in a framework, is dropped") {
            val others =
                listOf(
                    "https://attacker.example",
                    "//attacker.example",
                    "/\\attacker.example",
                    "\\\\attacker.example",
                    "\\/x",
                    "/\t/attacker.example",
                ) +
                    listOf(
                        "/\n/attacker.example",
                        "/\r\nSet-Cookie: a=b",
                        " //attacker.example",
                        "javascript:alert(1)",
                        "orders",
                        "?x",
                        "#x",
                        "",
                    ) +
                    listOf(
                        "/.//attacker.example",
                        "/x/..//attacker.example",
                        "/a//b",
                        "/%2e%2e//x",
                        "/./x",
                        "/../x",
                        "/x/%2E%2e",
                        "/a\\b",
                        "/a b",
                    ) +
                    listOf("/ü", "/\u0000", "/\u007f", "/\u202e/x", "/" + "x".repeat(1_024), "/$" + "\uD83D\uDE00")
            for (path in others) withClue(path) { returnPath(path).shouldBeNull() }
            returnPath(null).shouldBeNull()
        }
    })
