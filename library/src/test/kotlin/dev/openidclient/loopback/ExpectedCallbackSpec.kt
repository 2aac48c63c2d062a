package dev.openidclient.loopback

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.CODE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.responseJwt
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive

private const val URI = "http://127.0.0.1:49152/callback"

private fun get(query: String?) =
    LoopbackRequest("GET", null, listOf("127.0.0.1:49152"), "/callback", query, null) { null }

private fun post(form: String) =
    LoopbackRequest(
        "POST",
        null,
        listOf("127.0.0.1:49152"),
        "/callback",
        null,
        "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
    ) { form }

/** With JWT response modes (JARM); what goes without is in [LoopbackRedirectSpec]. */
class ExpectedCallbackSpec :
    FunSpec({
        val pushing =
            serverMetadata("pushed_authorization_request_endpoint" to JsonPrimitive("https://as.example.com/par"))
        val server = StubServer().answer("/par", """{"request_uri":"urn:x","expires_in":60}""", status = 201)
        val client = server.client(pushing) { useJwtResponseMode() }
        val request = client.authorizationRequest { redirectUri(URI) }
        val expected = ExpectedCallback(request)
        val state = JsonPrimitive(request.pending.state)

        test("a JWT response is taken by the state inside, from the query and from a form") {
            val response = responseJwt("state" to state)
            expected.of(get("response=$response"), URI).shouldNotBeNull().callback.parameters["response"] shouldBe
                response
            expected.of(post("response=$response"), URI).shouldNotBeNull().callback.parameters["response"] shouldBe
                response
        }

        test("it is taken too where the request was pushed, and shows nothing any more") {
            val pushed = ExpectedCallback(client.push(request))
            pushed.of(get("response=${responseJwt("state" to state)}"), URI).shouldNotBeNull()
            pushed.of(get("response=${responseJwt()}"), URI).shouldBeNull()
        }

        context("one that is encrypted") {
            val reading =
                server.client(pushing) {
                    useJwtResponseMode()
                    decryptable()
                }
            val readable = reading.authorizationRequest { redirectUri(URI) }
            val own = encrypted(responseJwt("state" to JsonPrimitive(readable.pending.state)))

            test("is taken by the state inside, from the query and from a form") {
                val callbacks = ExpectedCallback(readable)
                for (request in listOf(get("response=$own"), post("response=$own"))) {
                    val arrival = callbacks.of(request, URI).shouldNotBeNull()
                    arrival.encrypted shouldBe own
                    callbacks.isOwn(own) shouldBe true
                    arrival.callback.parameters["response"] shouldBe own
                }
            }

            test("is not taken where another state is inside, or none") {
                val callbacks = ExpectedCallback(readable)
                callbacks.isOwn(encrypted(responseJwt())) shouldBe false
                callbacks.isOwn(encrypted(responseJwt("state" to null))) shouldBe false
                callbacks.isOwn(encrypted("no JWT")) shouldBe false
                callbacks.isOwn(encrypted(own)) shouldBe false
            }

            test("is not taken where nothing opens it") {
                val callbacks = ExpectedCallback(readable)
                for (garbage in listOf("a.b.c.d.e", "....", own.dropLast(4) + "AAAA")) {
                    callbacks.of(get("response=$garbage"), URI).shouldNotBeNull().encrypted shouldBe garbage
                    shouldThrow<OAuthException> { callbacks.isOwn(garbage) }
                }
            }

            test("is not taken where the client has no key, whatever can be read of it") {
                val state = Base64Url.encode("""{"state":"${request.pending.state}"}""".encodeToByteArray())
                for (response in listOf("a.$state.c.d.e", own)) {
                    shouldThrow<DecryptionException> { expected.isOwn(response) }.message shouldContain "decryption(…)"
                }
            }
        }

        test("the waiting goes on after another response, none, two, or the parameters of a plain one") {
            val own = responseJwt("state" to state)
            val foreign =
                listOf(
                    "response=${responseJwt()}",
                    "response=${responseJwt("state" to null)}",
                    "response=${responseJwt("state" to JsonPrimitive(1))}",
                    "response=$own&response=$own",
                    "response=",
                    "response=x",
                    "response=..",
                    "response=a.W10.c",
                    "response=a.b.c.d",
                    "code=$CODE&state=${request.pending.state}",
                    "",
                )
            for (query in foreign) withClue(query) { expected.of(get(query), URI).shouldBeNull() }
            expected.of(get(null), URI).shouldBeNull()
        }

        test("a client without JWT response modes takes no response for a callback") {
            val plain = StubServer().client().authorizationRequest { redirectUri(URI) }
            val response = responseJwt("state" to JsonPrimitive(plain.pending.state))
            ExpectedCallback(plain).of(get("response=$response"), URI).shouldBeNull()
            ExpectedCallback(plain).of(get("response=a.b.c.d.e"), URI).shouldBeNull()
        }

        test("at port 80 the host may stand without it, as browsers write it") {
            val address = LoopbackAddress(LoopbackHost.IPV4, 80, "/callback")
            address.uri shouldBe "http://127.0.0.1/callback"
            for (host in listOf("127.0.0.1", "127.0.0.1:80")) {
                val request = LoopbackRequest("GET", null, listOf(host), "/callback", null, null) { null }
                address.refusal(request).shouldBeNull()
            }
        }
    })
