package dev.openidclient.benchmarks.measure

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.double
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

fun Results.toJson(): JsonObject =
    buildJsonObject {
        put("suite", suite)
        putJsonObject("machine") {
            put("cores", machine.cores)
            put("jdk", machine.jdk)
            put("operatingSystem", machine.operatingSystem)
            put("date", machine.date)
        }
        putJsonArray("notes") { notes.forEach { add(it) } }
        putJsonArray("measurements") { measurements.forEach { addJsonObject { put(it) } } }
        putJsonArray("targets") { targets.forEach { addJsonObject { put(it) } } }
    }

fun resultsOf(json: JsonElement): Results {
    val members = json.jsonObject
    val suite = members.text("suite")
    val machine = members.getValue("machine").jsonObject
    return Results(
        suite,
        Machine(
            machine.getValue("cores").jsonPrimitive.int,
            machine.text("jdk"),
            machine.text("operatingSystem"),
            machine.text("date"),
        ),
        members.getValue("measurements").jsonArray.map { measurementOf(suite, it.jsonObject) },
        members.getValue("targets").jsonArray.map { targetOf(it.jsonObject) },
        members.getValue("notes").jsonArray.map { it.jsonPrimitive.content },
    )
}

/** A round as [roundOf] reads it; also what a process of a subject answers. */
fun Round.toJson(): JsonObject =
    buildJsonObject {
        put("operationsPerSecond", operationsPerSecond)
        cpuMicroseconds?.let { put("cpuMicroseconds", it) }
        allocatedBytes?.let { put("allocatedBytes", it) }
        if (extra.isNotEmpty()) putJsonObject("extra") { extra.forEach { (name, value) -> put(name, value) } }
    }

fun roundOf(json: JsonObject): Round =
    Round(
        json.getValue("operationsPerSecond").jsonPrimitive.double,
        json["cpuMicroseconds"]?.jsonPrimitive?.double,
        json["allocatedBytes"]?.jsonPrimitive?.double,
        json["extra"]?.jsonObject?.mapValues { it.value.jsonPrimitive.double }.orEmpty(),
    )

private fun JsonObjectBuilder.put(measurement: Measurement) {
    put("row", measurement.row)
    put("subject", measurement.subject)
    put("floor", measurement.isFloor)
    put("parameters", measurement.parameters)
    putJsonArray("rounds") { measurement.rounds.forEach { add(it.toJson()) } }
}

private fun measurementOf(
    suite: String,
    json: JsonObject,
): Measurement =
    Measurement(
        suite,
        json.text("row"),
        json.text("subject"),
        json.getValue("floor").jsonPrimitive.boolean,
        json.texts("parameters").orEmpty(),
        json.getValue("rounds").jsonArray.map { roundOf(it.jsonObject) },
    )

private fun JsonObjectBuilder.put(target: Target) {
    put("row", target.row)
    put("subject", target.subject)
    put("parameters", target.parameters)
    put("metric", target.metric)
    put("relation", target.relation.name)
    put("rule", target.rule.name)
    put("bound", target.bound)
    target.against?.let { reference ->
        putJsonObject("against") {
            put("subject", reference.subject)
            reference.row?.let { put("row", it) }
            reference.parameters?.let { put("parameters", it) }
        }
    }
}

private fun targetOf(json: JsonObject): Target =
    Target(
        json.text("row"),
        json.text("subject"),
        json.text("metric"),
        Target.Relation.valueOf(json.text("relation")),
        Target.Rule.valueOf(json.text("rule")),
        json.getValue("bound").jsonPrimitive.double,
        json.texts("parameters").orEmpty(),
        json["against"]?.jsonObject?.let {
            Target.Reference(it.text("subject"), it["row"]?.jsonPrimitive?.content, it.texts("parameters"))
        },
    )

private fun JsonObjectBuilder.put(
    name: String,
    texts: Map<String, String>,
) {
    put(name, JsonObject(texts.mapValues { JsonPrimitive(it.value) }))
}

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

private fun JsonObject.texts(name: String): Map<String, String>? =
    get(name)?.jsonObject?.mapValues { it.value.jsonPrimitive.content }
