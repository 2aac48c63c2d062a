package dev.openidclient.benchmarks.loop

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class SelectionSpec :
    FunSpec({
        test("nothing named is everything") {
            for (names in listOf("", " ", ",")) {
                val all = Selection(names)
                all.isAll shouldBe true
                ("facade" in all) shouldBe true
            }
        }

        test("what is named, and nothing else") {
            val some = Selection("facade, okhttp")
            some.isAll shouldBe false
            ("facade" in some) shouldBe true
            ("okhttp" in some) shouldBe true
            ("ktor-okhttp" in some) shouldBe false
        }

        test("a name that no row has is told, with those that there are") {
            shouldThrow<IllegalArgumentException> { Selection("facade,timer") }.message.orEmpty().let {
                it shouldContain "[timer]"
                it shouldContain "timeout"
            }
        }
    })
