package dev.openidclient.authorization

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.string.shouldMatch

class RandomValuesSpec :
    FunSpec({
        for ((name, next) in listOf("state" to ::randomState, "nonce" to ::randomNonce)) {
            test("a $name has 32 bytes as base64url") {
                next() shouldMatch Regex("[A-Za-z0-9_-]{43}")
            }

            test("no two $name values are alike") {
                List(1000) { next() }.shouldBeUnique()
            }
        }
    })
