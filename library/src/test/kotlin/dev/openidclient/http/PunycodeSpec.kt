package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.net.IDN

class PunycodeSpec :
    FunSpec({
        // RFC 3492 §7.1, in lower case
        val samples =
            mapOf(
                "\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587" to "ihqwcrb4cv8a8dqg056pqjye",
                "pro\u010Dprost\u011Bnemluv\u00ED\u010Desky" to "proprostnemluvesky-uyb24dma41a",
                "3\u5E74B\u7D44\u91D1\u516B\u5148\u751F".lowercase() to "3b-ww4c5e180e575a65lsy2b",
                "\u3072\u3068\u3064\u5C4B\u6839\u306E\u4E0B2" to "2-u9tlzr9756bt3uc0v",
                "b\u00FCcher" to "bcher-kva",
                "stra\u00DFe" to "strae-oqa",
            )
        for ((label, encoded) in samples) {
            test("$label is $encoded") { Punycode.encode(label) shouldBe encoded }
        }

        test("what the JDK decodes is what was encoded") {
            for (label in listOf(
                "\u65E5\u672C\u8A9E",
                "\uD83D\uDE00",
                "a\u00E9b\u00E8c",
                "\u0645\u062B\u0627\u0644",
                "\u00E9".repeat(20),
            )) {
                IDN.toUnicode("xn--${Punycode.encode(label)}", IDN.ALLOW_UNASSIGNED) shouldBe label
            }
        }
    })

class InternationalHostSpec :
    FunSpec({
        // as browsers have it: UTS #46 without transitional processing
        val deviating =
            mapOf(
                "stra\u00DFe.example" to "xn--strae-oqa.example",
                "STRA\u00DFE.example" to "xn--strae-oqa.example",
                "stra\u1E9Ee.example" to "xn--strae-oqa.example",
                "fa\u00DF.m\u00FCller.example" to "xn--fa-hia.xn--mller-kva.example",
                "\u03B2\u03CC\u03BB\u03BF\u03C2.com" to "xn--nxasmm1c.com",
                "\u0DC1\u0DCA\u200D\u0DBB\u0DD3.com" to "xn--10cl1a0b660p.com",
                "\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.com" to "xn--mgba3gch31f060k.com",
            )
        for ((host, ascii) in deviating) {
            test("$host is refused, with $ascii to write instead") {
                AbsoluteUrl.parse("https://$host/").shouldBeNull()
                AbsoluteUrl.hostAdvice("https://$host:8443/a?b#c") shouldBe
                    ": write its host as $ascii, which is where browsers go"
                AbsoluteUrl.parse("https://$ascii/").toString() shouldBe "https://$ascii/"
            }
        }

        test("a letter that is newer than IDNA 2003, in a spelling that browsers change, is refused") {
            AbsoluteUrl.parse("https://\u023A.example/").shouldBeNull()
        }

        val harmless =
            listOf(
                "https://m\u00FCller.example/",
                "https://as.example.com/",
                "a",
                "",
                "https://u:p@stra\u00DFe.example/",
                "https://stra\u00DFe:p@as.example/",
            ) +
                listOf(
                    "https://as.example.com/stra\u00DFe",
                    "https://as.example.com?stra\u00DFe",
                    "https://${"\u00DF".repeat(64)}/",
                )
        for (text in harmless) {
            test("there is no advice for <$text>") { AbsoluteUrl.hostAdvice(text) shouldBe "" }
        }
    })
