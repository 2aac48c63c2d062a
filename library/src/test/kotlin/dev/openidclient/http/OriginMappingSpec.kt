package dev.openidclient.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val PUBLIC = "https://id.example.com"
private const val INTERNAL = "https://keycloak.internal:8443"

private fun mapping(vararg rules: Pair<String, String>): OriginMapping =
    rules.fold(OriginMapping.NONE) { all, (from, to) -> all.and(from, to, insecureAllowed = false) }

class OriginMappingSpec :
    FunSpec({
        val same =
            mapOf(
                "$PUBLIC/token" to PUBLIC,
                "$PUBLIC:443/token" to PUBLIC,
                "$PUBLIC:/token" to PUBLIC,
                "HTTPS://ID.Example.COM/token" to PUBLIC,
                "$PUBLIC/token" to "HTTPS://ID.EXAMPLE.COM:443",
                "https://[2001:db8::1]/token" to "https://[2001:DB8::1]",
                "https://[::1]:8443/token" to "https://[::1]:8443",
                "https://xn--strae-oqa.example/token" to "https://xn--strae-oqa.example",
                "https://bücher.example/token" to "https://xn--bcher-kva.example",
                "https://xn--bcher-kva.example/token" to "https://bücher.example",
                PUBLIC to "$PUBLIC/",
                "$PUBLIC?x=1" to PUBLIC,
            )
        for ((url, from) in same) {
            test("$url is mapped where $from is") {
                mapping(from to INTERNAL).targetOf(url)?.origin shouldBe INTERNAL
            }
        }

        val others =
            listOf(
                "https://id.example.com.evil.net/token",
                "https://id.example.com@evil.net/token",
                "https://user@id.example.com/token",
                "https://user:password@id.example.com/token",
                "https://id.example.com:8443/token",
                "https://id.example.com:80/token",
                "https://id.example.com./token",
                "https://a.id.example.com/token",
                "https://example.com/token",
                "https://evil.net/https://id.example.com",
                "https://evil.net?https://id.example.com",
                "https://evil.net\\@id.example.com",
                "https:id.example.com",
                "http://id.example.com/token",
                "wss://id.example.com/token",
                "https://іd.example.com/token", // a Cyrillic letter
                "https://[2001:db8::2]/token",
                "id.example.com",
                "",
            )
        for (url in others) {
            test("\"$url\" is not mapped where $PUBLIC is") { mapping(PUBLIC to INTERNAL).targetOf(url).shouldBeNull() }
        }

        test("several origins are mapped, also to the same one") {
            val mapping =
                mapping(
                    PUBLIC to INTERNAL,
                    "https://b.example.com" to INTERNAL,
                    "https://c.example.com" to "https://c",
                )

            mapping.targetOf("$PUBLIC/a")?.origin shouldBe INTERNAL
            mapping.targetOf("https://b.example.com/a")?.origin shouldBe INTERNAL
            mapping.targetOf("https://c.example.com/a")?.origin shouldBe "https://c"
        }

        val contradictions =
            mapOf(
                listOf(PUBLIC to PUBLIC) to "is mapped to itself",
                listOf(PUBLIC to "HTTPS://id.example.com:443/") to "is mapped to itself",
                listOf(PUBLIC to INTERNAL, PUBLIC to "https://other") to "is mapped already, to \"$INTERNAL\"",
                listOf(PUBLIC to INTERNAL, "https://ID.example.com:443" to INTERNAL) to "is mapped already",
                listOf(PUBLIC to INTERNAL, INTERNAL to PUBLIC) to "which is mapped itself",
                listOf("https://b" to "https://c", "https://a" to "https://b") to
                    "which is mapped itself: name the last one",
                listOf("https://a" to "https://b", "https://b" to "https://c") to
                    "another origin is mapped to \"https://b\"",
            )
        for ((rules, message) in contradictions) {
            test("refuses ${rules.joinToString { "${it.first} to ${it.second}" }}") {
                shouldThrow<IllegalArgumentException> { mapping(*rules.toTypedArray()) }.message shouldContain message
            }
        }

        val noOrigins =
            listOf(
                "id.example.com",
                "$PUBLIC/realms",
                "$PUBLIC?a=b",
                "$PUBLIC#a",
                "https://user:swordfish@id.example.com",
                "https://*.example.com",
                "ftp://id.example.com",
                "",
            )
        for (text in noOrigins) {
            test("refuses what is no origin, or more than one: \"$text\"") {
                val from = shouldThrow<IllegalArgumentException> { mapping(text to INTERNAL) }
                val to = shouldThrow<IllegalArgumentException> { mapping(PUBLIC to text) }

                from.message shouldNotContain "swordfish"
                to.message shouldNotContain "swordfish"
            }
        }

        test("refuses http as the target, and names the call that permits it") {
            shouldThrow<IllegalArgumentException> { mapping(PUBLIC to "http://keycloak:8080") }.message shouldBe
                "mapOrigin(…) sends to https origins only, but this is \"http://keycloak:8080\": " +
                "mapOriginInsecure(\"https://id.example.com\", \"http://keycloak:8080\") permits plain http to it"
        }

        test("refuses a target that is neither https nor http, also where http is permitted") {
            for (target in listOf("ftp://keycloak:8080", "ws://keycloak:8080")) {
                shouldThrow<IllegalArgumentException> {
                    OriginMapping.NONE.and(PUBLIC, target, insecureAllowed = true)
                }.message shouldContain "is for https origins"
            }
        }

        test("knows whether it has an http target") {
            OriginMapping.NONE.isInsecure shouldBe false
            mapping(PUBLIC to INTERNAL).isInsecure shouldBe false
            OriginMapping.NONE.and(PUBLIC, "http://keycloak:8080", insecureAllowed = true).isInsecure shouldBe true
        }
    })
