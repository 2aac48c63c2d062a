package dev.openidclient.error

import io.kotest.core.spec.style.StringSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.reflect.Modifier

class ErrorCodeSpec :
    StringSpec({
        val codes =
            ErrorCode::class.java.fields
                .filter { Modifier.isStatic(it.modifiers) && it.type == String::class.java }
                .associate { it.name to it.get(null) as String }

        "every code is its constant's name after OAUTH_" {
            codes.entries.forAll { (name, code) -> code shouldBe "OAUTH_$name" }
        }

        "no two kinds of failure share a code" {
            codes.values.toList().shouldNotBeEmpty().shouldBeUnique()
        }
    })
