package dev.openidclient.integration

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.put

private const val ISSUER = "https://as.example.com"
private const val AUDIENCE = "https://api.example.com"
private const val URL = "$AUDIENCE/orders"

/** What this library and the package oauth4webapi say of the same 100 requests to an API. */
@EnabledIf(OidcProviderAvailable::class)
class AccessTokenVerdictsIntegrationSpec :
    FunSpec({
        val issuer = AccessTokenCases(ISSUER, AUDIENCE, URL)
        val cases = runBlocking { issuer.all() }
        val theirs by lazy { verdictsOnNode(issuer, cases) }
        val api = resourceServer(issuer)

        afterSpec { api.close() }

        test("there are 100 of them, each of another kind") {
            cases.map { it.name }.shouldBeUnique()
            cases.size shouldBe 100
        }

        for ((index, case) in cases.withIndex()) {
            val verdict = if (case.difference == null) "judged alike" else "judged otherwise: ${case.difference}"
            test("a token ${case.name} is $verdict") {
                val isAccepted = api.accepts(case)
                val isAcceptedThere = theirs[index] == null

                (isAccepted == isAcceptedThere) shouldBe (case.difference == null)
            }
        }

        test("a fifth of them at least is accepted, and half of them refused") {
            theirs.count { it == null } shouldBeInRange 20..50
        }
    })

private fun resourceServer(issuer: AccessTokenCases): ResourceServer {
    val keys = JsonObject(mapOf("keys" to JsonArray(issuer.jwks))).toString()
    return ResourceServer(AUDIENCE) {
        issuer(ISSUER) {
            metadata =
                AuthorizationServerMetadata(
                    buildJsonObject {
                        put("issuer", ISSUER)
                        put("jwks_uri", "$ISSUER/jwks")
                    },
                )
        }
        connection {
            transport =
                HttpTransport {
                    val headers = HttpHeaders.of("content-type" to "application/json")
                    HttpResponse(200, headers, keys.encodeToByteArray())
                }
        }
        dpop()
    }
}

private suspend fun ResourceServer.accepts(case: AccessTokenCase): Boolean =
    try {
        authorize(ResourceRequest("GET", URL, HttpHeaders.of(*case.headers.toList().toTypedArray())))
        true
    } catch (_: RequestRefusedException) {
        false
    }

/** Null where one is accepted, else why not. */
private fun verdictsOnNode(
    issuer: AccessTokenCases,
    cases: List<AccessTokenCase>,
): List<String?> {
    val requests = cases.map { case -> JsonObject(case.headers.mapValues { JsonPrimitive(it.value) }) }
    val input =
        buildJsonObject {
            put("issuer", ISSUER)
            put("audience", AUDIENCE)
            put("url", URL)
            put("keys", JsonArray(issuer.jwks))
            put("requests", JsonArray(requests))
        }
    val answer = NodeServer.answerOf("access-tokens.mjs", input.toString())
    return Json.parseToJsonElement(answer).jsonArray.map { if (it is JsonNull) null else (it as JsonPrimitive).content }
}
