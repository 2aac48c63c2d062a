package dev.openidclient.testing

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** A server that registers clients: its metadata, and [registrationJson] for every registration. */
fun registeringServer(vararg changes: Pair<String, JsonElement?>): StubServer =
    StubServer()
        .answerDiscovery()
        .answer("/register", registrationJson(*changes).toString(), status = 201)

/** Tells where registrations go, and where tokens come from, with [changes]. */
fun StubServer.answerDiscovery(vararg changes: Pair<String, JsonElement?>): StubServer {
    val metadata = serverMetadata("registration_endpoint" to JsonPrimitive("$ISSUER/register"), *changes)
    return answer("/.well-known/openid-configuration", metadata.json.toString())
}

/** What a server answers to a registration, with [changes]: a null value removes the member. */
fun registrationJson(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val members = mutableMapOf<String, JsonElement>("client_id" to JsonPrimitive(CLIENT_ID))
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members)
}
