package dev.openidclient.vectors

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive

/**
 * One vector of [Project Wycheproof](https://github.com/C2SP/wycheproof), with the head of its group: the key, or the
 * curve.
 */
internal class WycheproofVector(
    val file: String,
    val group: JsonObject,
    val json: JsonObject,
) {
    val result: String get() = text("result")

    val flags: List<String> get() = json.getValue("flags").jsonArray.map { it.jsonPrimitive.content }

    val name: String
        get() = listOf(file, text("tcId"), "($result)", text("comment"), flags.joinToString()).joinToString(" ").trim()

    fun text(name: String): String = json.getValue(name).jsonPrimitive.content

    companion object {
        fun of(file: String): List<WycheproofVector> =
            objects(resource("vectors/wycheproof/$file.json")["groups"]).flatMap { group ->
                val head = JsonObject(group - "tests")
                objects(group["tests"]).map { WycheproofVector(file, head, it) }
            }

        fun algorithm(file: String): String =
            resource("vectors/wycheproof/$file.json").getValue("algorithm").jsonPrimitive.content
    }
}
