package dev.openidclient.resourceserver

import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class TrustedProxiesSpec :
    FunSpec({
        fun proxies(vararg names: String) = TrustedProxies.of(names.asList())

        fun judges(
            network: String,
            inside: List<String>,
            outside: List<String>,
        ) = test("$network has ${inside.size} of ${inside.size + outside.size} addresses") {
            for (address in inside) withClue(address) { proxies(network).contain(address) shouldBe true }
            for (address in outside) withClue(address) { proxies(network).contain(address) shouldBe false }
        }

        judges("10.0.0.7", listOf("10.0.0.7", "::ffff:10.0.0.7"), listOf("10.0.0.6", "10.0.0.70", "::7"))
        judges("10.0.0.0/8", listOf("10.0.0.0", "10.255.255.255"), listOf("9.255.255.255", "11.0.0.0"))
        judges("10.1.2.3/31", listOf("10.1.2.2", "10.1.2.3"), listOf("10.1.2.1", "10.1.2.4"))
        judges("0.0.0.0/0", listOf("1.2.3.4", "255.255.255.255"), listOf("::1"))
        judges(
            "::1",
            listOf("::1", "0:0:0:0:0:0:0:1", "[::1]", "::1%lo", "0:0:0:0:0:0:0:1%0"),
            listOf("::2", "0.0.0.1"),
        )
        judges("fd00::/8", listOf("fd00::1", "FDFF:ffff::"), listOf("fc00::1", "fe00::"))
        judges("2001:db8::/33", listOf("2001:db8:7fff::"), listOf("2001:db8:8000::"))

        test("what is no address is nobody") {
            val everybody = proxies("0.0.0.0/0", "::/0")
            val none =
                listOf(
                    "",
                    "localhost",
                    "proxy.example.com",
                    "unknown",
                    "_hidden",
                    "10.0.0",
                    "10.0.0.256",
                    "010.0.0.1",
                    "10.0.0.1/8",
                    "10.0.0.1:80",
                    "[::1]:80",
                    "10.0.0.1 ",
                    "167772161",
                    "0x0a000001",
                    "::g",
                    ":::",
                    "1:2:3:4:5:6:7:8:9",
                    "::ffff:10.0.0.256",
                    "1".repeat(100_000),
                    "::" + "0".repeat(100_000),
                )
            for (address in none) withClue(address.take(20)) { everybody.contain(address) shouldBe false }
            everybody.contain(null) shouldBe false
        }

        test("a proxy is named by address or network, and by nothing else") {
            val none =
                listOf(
                    "",
                    "proxy",
                    "10.0.0.0/33",
                    "::/129",
                    "10.0.0.0/",
                    "10.0.0.0/-1",
                    "10.0.0.0/8/8",
                    "10.0.0.0/a",
                    "*",
                )
            for (name in none) {
                withClue(name) {
                    shouldThrowExactly<IllegalArgumentException> { proxies("10.0.0.1", name) }.message shouldBe
                        "a trusted proxy is named by its IP address or network, as 10.0.0.7, 10.0.0.0/8 or fd00::/8, " +
                        "not by \"$name\""
                }
            }
        }

        test("no proxy at all is a mistake") {
            shouldThrowExactly<IllegalArgumentException> { proxies() }.message shouldBe
                "forwarded(…) must name one proxy at least, by its address or network"
        }
    })
