package dev.openidclient.registration

import dev.openidclient.jose.JwkSet
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.util.function.Consumer

private const val URL = "https://app.example.com/oauth/client.json"
private const val CALLBACK = "https://app.example.com/callback"

private fun document(
    url: String = URL,
    configure: ClientIdMetadataDocumentBuilder.() -> Unit = {},
) = ClientIdMetadataDocument(url) {
    clientName("An agent").redirectUris(CALLBACK)
    configure()
}

private fun refusal(
    url: String = URL,
    configure: ClientIdMetadataDocumentBuilder.() -> Unit = {},
): String = shouldThrow<IllegalArgumentException> { document(url, configure) }.message.orEmpty()

class ClientIdMetadataDocumentSpec :
    FunSpec({
        test("says its URL as client_id, and what is needed of a public client that has refresh tokens") {
            jsonObject(document().json) shouldBe
                jsonObject(
                    """{"client_id":"$URL","client_name":"An agent","redirect_uris":["$CALLBACK"],
                    "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
                    "token_endpoint_auth_method":"none"}""",
                )
        }

        test("says what is named in the place of what it says by itself") {
            val keys = JwkSet(jsonObject(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))))
            val built =
                document {
                    grantTypes("authorization_code")
                    tokenEndpointAuthMethod("private_key_jwt")
                    jwks(keys)
                    member("x", "y")
                }

            val json = jsonObject(built.json)
            json["grant_types"] shouldBe json("""["authorization_code"]""")
            json["token_endpoint_auth_method"] shouldBe json(""""private_key_jwt"""")
            json["jwks"] shouldBe keys.json
            json["x"] shouldBe json(""""y"""")
        }

        test("is what Java makes with a consumer, and prints what everybody may read") {
            val built =
                ClientIdMetadataDocument(URL, Consumer { it.clientName("An agent").redirectUris(CALLBACK) })

            built shouldBe document()
            built.hashCode() shouldBe document().hashCode()
            "$built" shouldBe built.json
            built.url shouldBe URL
        }

        context("takes the URL") {
            for (url in listOf(
                "https://app.example.com/client.json",
                "https://app.example.com:8443/a/b/",
                "https://app.example.com/client?v=1",
                "https://app.example.com/a..b/.well-known/x",
            )) {
                test(url) { jsonObject(document(url).json)["client_id"] shouldBe json("\"$url\"") }
            }
        }

        context("refuses the URL") {
            val urls =
                mapOf(
                    "http://app.example.com/client.json" to "must be https",
                    "app.example.com/client.json" to "absolute https URL",
                    "urn:x" to "absolute https URL",
                    "https://app.example.com" to "path other than",
                    "https://app.example.com/" to "path other than",
                    "https://app.example.com?x=/y" to "path other than",
                    "https://app.example.com/./client.json" to "no segments",
                    "https://app.example.com/a/../client.json" to "no segments",
                    "https://app.example.com/a/.." to "no segments",
                    "https://app.example.com/a/%2E%2e/client.json" to "no segments",
                    "https://app.example.com/client.json#" to "no fragment",
                    "https://app.example.com/client.json#x" to "no fragment",
                    "https://me:hush@app.example.com/client.json" to "without user information",
                )
            for ((url, why) in urls) {
                test(url) {
                    val message = refusal(url)
                    message shouldContain why
                    message shouldNotContain "hush"
                }
            }
        }

        test("refuses a client_id that is not its URL, character by character") {
            refusal { member("client_id", "https://APP.example.com/oauth/client.json") } shouldContain
                "character by character"
            jsonObject(document { member("client_id", URL) }.json)["client_id"] shouldBe json("\"$URL\"")
        }

        test("refuses a document without client_name") {
            shouldThrow<IllegalArgumentException> { ClientIdMetadataDocument(URL) { redirectUris(CALLBACK) } }
                .message shouldContain "needs \"client_name\""
            refusal { clientName("") } shouldContain "needs \"client_name\""
        }

        test("refuses a document without redirect_uris") {
            shouldThrow<IllegalArgumentException> { ClientIdMetadataDocument(URL) { clientName("An agent") } }
                .message shouldContain "needs \"redirect_uris\""
            refusal { redirectUris() } shouldContain "needs \"redirect_uris\""
            refusal { member("redirect_uris", CALLBACK) } shouldContain "needs \"redirect_uris\""
        }

        for (member in listOf("client_secret", "client_secret_expires_at")) {
            test("refuses $member, whatever it is") {
                val message = refusal { member(member, json(""""hush"""")) }

                message shouldContain "must not have \"$member\""
                message shouldNotContain "hush"
                refusal { member(member, json("null")) } shouldContain "must not have \"$member\""
            }
        }

        for (method in listOf("client_secret_basic", "client_secret_post", "client_secret_jwt")) {
            test("refuses the method $method, which needs a secret") {
                refusal { tokenEndpointAuthMethod(method) } shouldContain "cannot be $method"
            }
        }

        test("refuses a method that is no string") {
            refusal { member("token_endpoint_auth_method", json("1")) } shouldContain "must be a string"
        }

        test("refuses private_key_jwt without keys, and takes their URL for them") {
            refusal { tokenEndpointAuthMethod("private_key_jwt") } shouldContain "needs the public keys"
            document {
                tokenEndpointAuthMethod("private_key_jwt")
                jwksUri("https://app.example.com/jwks")
            }
        }

        test("refuses private members of a key") {
            val private = jsonObject(TestKeys.rsa.toJSONString())
            val message = refusal { jwks(JwkSet(jsonObject(TestKeys.jwks(private)))) }

            message shouldContain "public keys only"
            message shouldNotContain "${private["d"]}".trim('"')
        }

        test("refuses more than 5 KiB, counted as UTF-8, and takes just as many") {
            val rest = document { member("x", "") }.json.length
            val most = 5 * 1024 - rest

            document { member("x", "a".repeat(most)) }.json.length shouldBe 5 * 1024
            refusal { member("x", "a".repeat(most + 1)) } shouldContain "5120 bytes at the most"
            refusal { member("x", "ä".repeat(most / 2 + 1)) } shouldContain "5120 bytes at the most"
        }
    })
