package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.ProcessSubject
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.toJson
import dev.openidclient.jose.CryptoProvider
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The process of one subject, as [ProcessSubject] starts it. */
object Worker {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val answers = System.out
        // what JMH and providers say is no answer
        System.setOut(System.err)
        val operation = operation(Json.parseToJsonElement(readln()).jsonObject)
        while (readlnOrNull() !=
            null
        ) {
            answers.println(ProcessSubject.ANSWER + round(operation, Settings.round).toJson())
        }
    }

    private fun operation(setup: JsonObject): () -> Any? {
        val subject = JoseSubject.valueOf(setup.getValue("subject").jsonPrimitive.content)
        val provider = CryptoProviders.valueOf(setup.getValue("provider").jsonPrimitive.content)
        // before the first key: one goes on with the provider that was in use when it was imported
        provider.load()?.let(CryptoProvider::use) ?: CryptoProvider.useJdk()
        return subject.operation(Case.parse(setup.getValue("case").jsonObject), provider)
    }
}
