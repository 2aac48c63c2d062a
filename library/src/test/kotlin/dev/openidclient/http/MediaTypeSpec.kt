package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class MediaTypeSpec :
    FunSpec({
        context("is application/json (RFC 9110 §8.3.1):") {
            val json =
                listOf(
                    "application/json",
                    "Application/JSON",
                    "application/json;charset=utf-8",
                    "application/json ; charset=utf-8",
                    " application/json\t",
                )
            for (header in json) {
                test("<$header>") {
                    MediaType.of(header) shouldBe MediaType.JSON
                }
            }
        }

        context("is not application/json:") {
            val others =
                listOf(
                    "",
                    "application/problem+json",
                    "application/jsonp",
                    "text/json",
                    "text/html; application/json",
                    "application/json, text/html",
                )
            for (header in others) {
                test("<$header>") {
                    MediaType.of(header) shouldNotBe MediaType.JSON
                }
            }
        }

        test("an answer without content-type has none") {
            HttpResponse(200).mediaType.shouldBeNull()
        }
    })
