package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.measured
import dev.openidclient.benchmarks.measure.resultsOf
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import org.w3c.dom.Element
import javax.xml.parsers.DocumentBuilderFactory
import io.kotest.matchers.string.shouldContain as shouldContainText

class ChartSpec :
    FunSpec({
        fun parsed(chart: Chart): Element =
            DocumentBuilderFactory
                .newInstance()
                .newDocumentBuilder()
                .parse(chart.svg().byteInputStream())
                .documentElement

        fun Element.all(name: String): List<Element> =
            getElementsByTagName(name).let { nodes -> List(nodes.length) { nodes.item(it) as Element } }

        fun chart(vararg bars: Chart.Bar) = Chart("Title", "caption", listOf(Chart.Group("group", bars.toList())))

        fun bar(
            label: String,
            value: Double,
        ) = Chart.Bar(label, value, Chart.Kind.OTHER)

        test("the picture is well-formed XML whatever a label has in it") {
            parsed(chart(bar("a <b> & \"c\"", 1.0))).all("text").map { it.textContent } shouldContain "a <b> & \"c\""
        }

        test("bars are as long as their values, the longest as long as can be") {
            val bars = parsed(chart(bar("a", 50.0), bar("b", 100.0))).all("rect").drop(1)

            bars.map { it.getAttribute("width") } shouldContainExactly listOf("180", "360")
        }

        test("each group has a scale of its own") {
            val groups = listOf(1.0, 1000.0).map { Chart.Group("g$it", listOf(bar("a", it))) }

            parsed(Chart("t", "c", groups)).all("rect").drop(1).map { it.getAttribute("width") }.toSet() shouldBe
                setOf("360")
        }

        test("a value too small for a bar is still to be seen") {
            val bars = parsed(chart(bar("a", 0.001), bar("b", 100.0))).all("rect").drop(1)

            bars.first().getAttribute("width") shouldBe "1"
        }

        test("no text reaches beyond the picture") {
            val picture = parsed(chart(bar("x".repeat(60), 1.0), bar("longest figure", 123_456_789.0)))
            val width = picture.getAttribute("width").toInt()

            picture.all("text").filter { it.getAttribute("class") == "label" }.forAll {
                val length = it.textContent.length * WIDEST_LETTER
                val x = it.getAttribute("x").toInt()
                if (it.getAttribute("text-anchor") == "end") {
                    (x - length) shouldBeGreaterThanOrEqualTo 0.0
                } else {
                    (x + length) shouldBeLessThanOrEqualTo width.toDouble()
                }
            }
        }

        test("the colours follow the reader's system") {
            chart(bar("a", 1.0)).svg() shouldContainText "prefers-color-scheme:dark"
        }

        test("the library's bars are told from the floor's and the peers'") {
            val results =
                resultsOf(
                    measured(
                        "java.security.Signature",
                        2.0,
                        row = ROW,
                        isFloor = true,
                        parameters =
                            mapOf("provider" to "JDK"),
                    ),
                    measured("openid-client", 1.0, row = ROW, parameters = mapOf("provider" to "ACCP")),
                    measured("jose on Node", 1.0, row = ROW),
                )
            val bars = chartOf(results).shouldNotBeNull().groups.single().bars

            bars.map { it.kind } shouldContainExactly listOf(Chart.Kind.FLOOR, Chart.Kind.LIBRARY, Chart.Kind.OTHER)
            bars.map { it.label } shouldContainExactly
                listOf("java.security.Signature", "openid-client, ACCP", "jose on Node")
        }

        test("a suite of which nothing is charted has no chart") {
            chartOf(resultsOf(measured("openid-client", 1.0), suite = "scale")).shouldBeNull()
        }
    })

private const val ROW = "ID Token validation, ES256"

/** Of 12 px, on average, with room to spare. */
private const val WIDEST_LETTER = 7.0
