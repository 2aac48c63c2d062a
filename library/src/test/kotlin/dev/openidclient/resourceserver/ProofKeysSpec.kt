package dev.openidclient.resourceserver

import dev.openidclient.jose.Jwk
import dev.openidclient.testing.TestKeys
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class ProofKeysSpec :
    FunSpec({
        fun key(id: String) = ProofKey(Jwk(JsonObject(TestKeys.publicJwk(TestKeys.ec) + ("kid" to JsonPrimitive(id)))))

        test("a key is found by what it says, and only by all of it") {
            val keys = ProofKeys()
            val one = key("one")
            keys.add(one)
            keys.find(key("one").jwk.json)?.shouldBeSameInstanceAs(one)
            keys.find(key("two").jwk.json).shouldBeNull()
        }

        test("those that were used least recently make room") {
            val keys = ProofKeys(maximum = 2)
            val (one, two, three) = listOf(key("1"), key("2"), key("3"))
            listOf(one, two).forEach(keys::add)
            keys.find(one.jwk.json)
            keys.add(three)
            keys.find(two.jwk.json).shouldBeNull()
            keys.find(one.jwk.json) shouldBe one
            keys.find(three.jwk.json) shouldBe three
        }
    })
