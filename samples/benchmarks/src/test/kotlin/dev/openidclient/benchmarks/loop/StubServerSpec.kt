package dev.openidclient.benchmarks.loop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers

class StubServerSpec :
    FunSpec({
        lateinit var stub: StubProcess

        beforeSpec { stub = StubProcess() }
        afterSpec { stub.close() }

        fun client() = HttpClient.newBuilder().sslContext(stub.sslContext).build()

        fun get(url: String): HttpResponse<String> =
            client().send(HttpRequest.newBuilder(URI(url)).build(), BodyHandlers.ofString())

        fun post(
            client: HttpClient,
            scheme: String,
            form: String,
            secret: String = stub.address.clientSecret,
        ): HttpResponse<String> {
            val request = TokenRequest(stub.tokenEndpoint(scheme), SigningAlgorithm.RS256, secret)
            return client.send(
                HttpRequest
                    .newBuilder(request.endpoint)
                    .header("authorization", request.authorization)
                    .POST(BodyPublishers.ofString(form))
                    .build(),
                BodyHandlers.ofString(),
            )
        }

        for (scheme in listOf("http", "https")) {
            test("answers the client credentials grant over $scheme with the token that it announced") {
                val answer = post(client(), scheme, TokenRequest.CLIENT_CREDENTIALS)
                answer.statusCode() shouldBe 200
                Json.parseToJsonElement(answer.body()).jsonObject.text("access_token") shouldBe stub.address.accessToken
            }

            test("names itself in the metadata over $scheme") {
                val metadata = get("${stub.issuer(scheme)}/.well-known/openid-configuration")
                Json.parseToJsonElement(metadata.body()).jsonObject.text("issuer") shouldBe stub.issuer(scheme)
                stub.issuer(scheme) shouldStartWith "$scheme://"
            }

            test("keeps a connection over $scheme and counts it once") {
                val client = client()
                val before = stub.counters()
                repeat(3) { post(client, scheme, TokenRequest.CLIENT_CREDENTIALS) }
                val seen = stub.counters() - before
                seen.tokenRequests shouldBe 3
                seen.connections shouldBe 1
            }
        }

        test("refuses a wrong secret") {
            post(client(), "http", TokenRequest.CLIENT_CREDENTIALS, secret = "wrong").statusCode() shouldBe 401
        }

        test("refuses another scope") {
            post(client(), "http", "grant_type=client_credentials&scope=other").statusCode() shouldBe 400
        }

        test("refuses a code that it did not issue") {
            post(client(), "http", "grant_type=authorization_code&code=other").statusCode() shouldBe 400
        }

        test("publishes one key for each algorithm") {
            val keys = Json.parseToJsonElement(get("${stub.issuer("http")}/oauth2/jwks").body()).jsonObject["keys"]
            keys!!.jsonArray.map { it.jsonObject.text("kid") } shouldBe listOf("rs256-1", "es256-1")
        }

        test("has no other resource") {
            get("${stub.issuer("http")}/other").statusCode() shouldBe 404
        }
    })
