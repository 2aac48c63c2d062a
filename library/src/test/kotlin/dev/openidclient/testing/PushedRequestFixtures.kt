package dev.openidclient.testing

import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

const val REQUEST_URI: String = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"

/** [serverMetadata] with an endpoint for pushed authorization requests. */
fun pushableMetadata(vararg changes: Pair<String, JsonElement?>): AuthorizationServerMetadata =
    serverMetadata("pushed_authorization_request_endpoint" to JsonPrimitive("$ISSUER/par"), *changes)

/** Takes every pushed request. */
fun StubServer.answerPush(body: String = """{"request_uri":"$REQUEST_URI","expires_in":60}"""): StubServer =
    answer("/par", body, status = 201)
