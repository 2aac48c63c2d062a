package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

/** 37 seconds before the date that RFC 9110 §5.6.7 writes in its three forms. */
private val NOW = Instant.parse("1994-11-06T08:49:00Z")

private fun seconds(value: String): Long? = RetryAfter.parse(value, NOW)?.seconds

class RetryAfterSpec :
    FunSpec({
        context("a date is read in each form of RFC 9110 §5.6.7:") {
            val forms =
                mapOf(
                    "IMF-fixdate" to "Sun, 06 Nov 1994 08:49:37 GMT",
                    "RFC 850" to "Sunday, 06-Nov-94 08:49:37 GMT",
                    "asctime" to "Sun Nov  6 08:49:37 1994",
                )
            for ((form, value) in forms) {
                test(form) { seconds(value) shouldBe 37 }
            }

            test("asctime with a day of two digits") { seconds("Sun Nov 06 08:49:37 1994") shouldBe 37 }

            test("with spaces around it") { seconds(" Sunday, 06-Nov-94 08:49:37 GMT ") shouldBe 37 }
        }

        context("a year of two digits") {
            val later = Instant.parse("2026-11-29T00:00:00Z")

            test("is of this century") {
                RetryAfter.parse("Sunday, 29-Nov-26 00:01:00 GMT", later) shouldBe Duration.ofMinutes(1)
            }

            test("is the next century's where that is near") {
                val endOfCentury = Instant.parse("2099-12-31T23:59:00Z")

                RetryAfter.parse("Friday, 01-Jan-00 00:00:00 GMT", endOfCentury) shouldBe Duration.ofMinutes(1)
            }

            test("is in the past where it would be more than 50 years ahead") {
                RetryAfter.parse("Tuesday, 29-Nov-77 00:01:00 GMT", later) shouldBe Duration.ZERO
            }
        }

        context("a time is") {
            test("rounded up to whole seconds") {
                RetryAfter.parse("Sun Nov  6 08:49:37 1994", NOW.plusMillis(1)) shouldBe Duration.ofSeconds(37)
            }

            test("zero where it is over") { seconds("Sun Nov  6 08:48:00 1994") shouldBe 0 }

            test("a day at the most") {
                seconds("Sun Nov  6 08:49:37 2094") shouldBe 86_400
                seconds("86401") shouldBe 86_400
                seconds("99999999999999999999") shouldBe 86_400
            }

            test("never negative") { seconds("-5") shouldBe 0 }
        }

        test("is seconds") { seconds("120") shouldBe 120 }

        val neither =
            listOf(
                "",
                "soon",
                "1.5",
                "12 s",
                "Sunday, 31-Feb-94 08:49:37 GMT",
                "Sunday, 06-Nox-94 08:49:37 GMT",
                "Sunday, 06-Nov-94 24:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 CET",
                "Sun Nov  6 08:49:37",
                "Sun Nox  6 08:49:37 1994",
                "Sun Nov    08:49:37 1994",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "١٢",
            )
        for (value in neither) {
            test("<$value> is neither") { RetryAfter.parse(value, NOW).shouldBeNull() }
        }
    })
