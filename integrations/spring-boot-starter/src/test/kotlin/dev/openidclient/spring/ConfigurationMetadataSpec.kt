package dev.openidclient.spring

import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldNotBeNull
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class ConfigurationMetadataSpec :
    FunSpec({
        test("editors know every property, with what it is") {
            val properties = own().getValue("properties").jsonArray.map { it.jsonObject }
            val names = properties.map { it.getValue("name").jsonPrimitive.content }
            names shouldContain "openid-client.clients"
            names shouldContain "openid-client.resource-server.resource"
            names shouldContain "openid-client.store.type"
            names shouldContain "openid-client.store.keys"
            properties.forAll { it["description"].shouldNotBeNull() }
        }
    })

/** Spring Boot's jars have files of the same name. */
private fun own() =
    OpenIdClients::class.java.classLoader
        .getResources("META-INF/spring-configuration-metadata.json")
        .asSequence()
        .map { Json.parseToJsonElement(it.readText()).jsonObject }
        .first { "dev.openidclient" in it.toString() }
