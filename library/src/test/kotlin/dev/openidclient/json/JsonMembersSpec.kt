package dev.openidclient.json

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject

class JsonMembersSpec :
    StringSpec({
        "an unknown member survives" {
            Document(jsonObject("""{"vendor":{"a":[1]}}"""))["vendor"] shouldBe json("""{"a":[1]}""")
        }

        "a map that the caller changes later changes nothing" {
            val inner = mutableMapOf<String, JsonElement>("p" to JsonPrimitive("q"))
            val list = mutableListOf<JsonElement>(JsonObject(inner))
            val members = mutableMapOf("kid" to JsonPrimitive("k"), "o" to JsonObject(inner), "a" to JsonArray(list))
            val document = Document(JsonObject(members))

            members["kid"] = JsonPrimitive("evil")
            members["new"] = JsonPrimitive("evil")
            inner["p"] = JsonPrimitive("evil")
            list += JsonPrimitive("evil")

            document.keyId shouldBe "k"
            document.json shouldBe json("""{"kid":"k","o":{"p":"q"},"a":[{"p":"q"}]}""")
        }

        "a document cannot be changed, not even by Java" {
            val document = Document(jsonObject("""{"kid":"k","o":{"p":"q"},"a":[1]}"""))
            val views =
                listOf<Any>(
                    document.json.entries,
                    document.json.keys,
                    document.json.values,
                    document.json.getValue("o").jsonObject.entries,
                )
            for (view in views) {
                shouldThrow<UnsupportedOperationException> { (view as MutableCollection<*>).clear() }
            }
            shouldThrow<UnsupportedOperationException> {
                (document.json.getValue("a").jsonArray.iterator() as MutableIterator<*>).apply { next() }.remove()
            }
        }

        "a document that nobody else has cannot be changed either" {
            for (text in listOf("""{"kid":"k"}""", """{"kid":"k","o":{"p":"q"},"a":[1]}""")) {
                val document = object : JsonMembers(jsonObject(text), "Document", isOwn = true) {}
                val inner = listOfNotNull((document["o"] as? JsonObject)?.entries)

                document.json shouldBe json(text)
                for (view in listOf<Any>(document.json.entries, document.json.keys, document.json.values) + inner) {
                    shouldThrow<UnsupportedOperationException> { (view as MutableCollection<*>).clear() }
                }
            }
        }

        "an absent member is null" {
            Document(jsonObject("{}"))["vendor"].shouldBeNull()
        }

        "members become plain Java values" {
            val members =
                """{"s":"1","b":true,"l":9007199254740993,"d":1.5,"e":1e2,"n":null,"a":["x",[2]],"o":{"p":"q"}}"""

            Document(jsonObject(members)).toMap() shouldBe
                mapOf(
                    "s" to "1",
                    "b" to true,
                    "l" to 9_007_199_254_740_993L,
                    "d" to 1.5,
                    "e" to 100.0,
                    "n" to null,
                    "a" to listOf("x", listOf(2L)),
                    "o" to mapOf("p" to "q"),
                )
        }

        "a string that looks like a boolean stays a string" {
            Document(jsonObject("""{"b":"true"}""")).toMap() shouldBe mapOf("b" to "true")
        }

        "a number larger than a Long becomes a Double" {
            Document(jsonObject("""{"l":9223372036854775808}""")).toMap() shouldBe mapOf("l" to 9.223372036854775808e18)
        }

        "prints the values of harmless members only" {
            Document(jsonObject("""{"kid":"k","secret":"s","list":["s"]}""")).toString() shouldBe
                "Document(kid=\"k\", secret=██, list=██)"
        }

        "text and messages have the document's own name, whatever an optimizer made of its class" {
            val renamed =
                object : JsonMembers(jsonObject("""{"kid":1}"""), "Document") {
                    fun keyId() = read.optionalString("kid")
                }

            renamed.toString() shouldBe "Document(kid=██)"
            shouldThrow<InvalidResponseException> { renamed.keyId() }.message shouldBe
                "Document: \"kid\" must be a string, but is a number"
        }

        "a typed read of a wrong type throws" {
            shouldThrow<InvalidResponseException> { Document(jsonObject("""{"kid":1}""")).keyId }.code shouldBe
                "OAUTH_INVALID_RESPONSE"
        }

        "is equal to one with the same members, and so is its hash" {
            Document(jsonObject("""{"a":1}""")) shouldBe Document(jsonObject("""{"a":1}"""))
            Document(jsonObject("""{"a":1}""")).hashCode() shouldBe Document(jsonObject("""{"a":1}""")).hashCode()
        }

        "differs from one with other members" {
            Document(jsonObject("""{"a":1}""")) shouldNotBe Document(jsonObject("""{"a":2}"""))
        }

        "differs from another kind of document with the same members" {
            (Document(jsonObject("{}")) as JsonMembers) shouldNotBe OtherDocument(jsonObject("{}"))
        }
    })

private class Document(
    json: JsonObject,
) : JsonMembers(json, "Document") {
    val keyId: String? get() = read.optionalString("kid")

    override val shown: Set<String> get() = setOf("kid")
}

private class OtherDocument(
    json: JsonObject,
) : JsonMembers(json, "OtherDocument")
