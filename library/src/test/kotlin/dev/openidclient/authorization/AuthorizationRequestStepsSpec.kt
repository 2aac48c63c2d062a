package dev.openidclient.authorization

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.pushableMetadata
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private const val SIGN = "client.sign(request, key)"
private const val PUSH = "client.push("

private val KEY = SigningKey.generate("ES256")

/** What can be done with a request, in the order of doing it. */
private val STEPS: Map<Set<String>, suspend OpenIdClient.() -> AuthorizationRequest> =
    mapOf(
        emptySet<String>() to { authorizationRequest() },
        setOf(SIGN) to { sign(authorizationRequest(), KEY) },
        setOf(PUSH) to { push(authorizationRequest()) },
        setOf(SIGN, PUSH) to { push(sign(authorizationRequest(), KEY)) },
    )

/** [who] requires [steps]: the first of them, where several require one each. */
private class Requiring(
    val who: String,
    val steps: Set<String>,
    val metadata: AuthorizationServerMetadata = pushableMetadata(),
    val name: String = who,
    val configure: ClientSettings.() -> Unit = {},
) {
    fun client(): OpenIdClient =
        StubServer().answerPush().client(metadata) {
            authentication = PrivateKeyJwt(KEY)
            configure()
        }
}

private val SIGNED = "require_signed_request_object" to JsonPrimitive(true)
private val PUSHED = "require_pushed_authorization_requests" to JsonPrimitive(true)
private const val SERVER = "the server's metadata"
private const val CLIENT = "the client metadata"

private val ALL =
    listOf(
        Requiring(SERVER, emptySet()),
        Requiring(SERVER, setOf(SIGN), pushableMetadata(SIGNED)),
        Requiring(SERVER, setOf(PUSH), pushableMetadata(PUSHED)),
        Requiring(SERVER, setOf(SIGN, PUSH), pushableMetadata(SIGNED, PUSHED)),
        Requiring(CLIENT, setOf(SIGN)) { registeredWith(SIGNED) },
        Requiring(CLIENT, setOf(PUSH)) { registeredWith(PUSHED) },
        Requiring(CLIENT, setOf(SIGN, PUSH)) { registeredWith(SIGNED, PUSHED) },
        Requiring("FAPI 2.0 Security Profile", setOf(PUSH)) { fapi2Security() },
        Requiring(SERVER, setOf(SIGN, PUSH), pushableMetadata(SIGNED), "$SERVER and FAPI 2.0 Security Profile") {
            fapi2Security()
        },
        Requiring("FAPI 2.0 Message Signing", setOf(SIGN, PUSH)) { fapi2MessageSigning() },
        Requiring("FAPI 1.0 Advanced", setOf(SIGN)) {
            fapi1Advanced().transportPresentsCertificate()
        },
        Requiring("FAPI 1.0 Advanced", setOf(SIGN, PUSH), pushableMetadata(PUSHED)) {
            fapi1Advanced().transportPresentsCertificate()
        },
    )

private fun ClientSettings.registeredWith(vararg members: Pair<String, JsonPrimitive>) {
    metadata { for ((name, value) in members) member(name, value) }
}

private fun names(steps: Set<String>) =
    if (steps.isEmpty()) {
        "nothing"
    } else {
        steps.joinToString(" and ") {
            it.substringBefore('(')
        }
    }

class AuthorizationRequestStepsSpec :
    FunSpec({
        for (requiring in ALL) {
            context("${requiring.name} with ${names(requiring.steps)} required") {
                for ((done, request) in STEPS) {
                    val missing = (requiring.steps - done).firstOrNull()
                    if (missing == null) {
                        test("lets the browser go after ${names(done)}") {
                            requiring.client().request().url shouldStartWith "$ISSUER/authorize?"
                        }
                    } else {
                        test("keeps the browser from going after ${names(done)}") {
                            val message =
                                shouldThrowExactly<IllegalStateException> { requiring.client().request().url }.message

                            val who = if (missing == requiring.steps.first()) requiring.who else ""
                            message.shouldNotBeNull() shouldContain "$who requires"
                            message shouldContain missing
                        }
                    }
                }
            }
        }

        test("what was pushed unsigned is to be signed from the beginning") {
            val client = Requiring(SERVER, setOf(SIGN), pushableMetadata(SIGNED)).client()
            val pushed = client.push(client.authorizationRequest())

            shouldThrowExactly<IllegalStateException> { pushed.url }.message shouldBe
                "the server's metadata requires a signed request object: begin with the request that was pushed, " +
                "and send the browser to client.push(client.sign(request, key)).url"
        }

        test("both steps are told at once") {
            val client = Requiring(SERVER, setOf(SIGN, PUSH), pushableMetadata(SIGNED, PUSHED)).client()

            shouldThrowExactly<IllegalStateException> { client.authorizationRequest().url }.message shouldBe
                "the server's metadata requires a signed request object, and it must be pushed: " +
                "send the browser to client.push(client.sign(request, key)).url"
        }

        test("a request of another client is neither signed nor pushed") {
            val client = StubServer().client()
            val elsewhere = pushableMetadata("issuer" to JsonPrimitive("https://b.example"))
            val others =
                listOf(
                    OpenIdClient(pushableMetadata(), "other").use { it.authorizationRequest() },
                    StubServer().client(elsewhere).authorizationRequest(),
                )
            for (request in others) {
                shouldThrowExactly<IllegalArgumentException> { client.sign(request, KEY) }.message shouldContain
                    "the request is of client"
                shouldThrowExactly<IllegalArgumentException> { client.push(request) }.message shouldContain
                    "the request is of client"
            }
        }

        test("a server that says that it does not require either requires neither") {
            val relaxed =
                pushableMetadata(
                    "require_signed_request_object" to JsonPrimitive(false),
                    "require_pushed_authorization_requests" to JsonPrimitive(false),
                )

            Requiring(SERVER, emptySet(), relaxed).client().authorizationRequest().url shouldStartWith
                "$ISSUER/authorize?"
        }

        test("a request that must not go yet can be stored and shown") {
            val request = Requiring(SERVER, setOf(PUSH), pushableMetadata(PUSHED)).client().authorizationRequest()

            request.pending.state shouldBe request.parameters["state"]
            request.toString() shouldStartWith "AuthorizationRequest($ISSUER/authorize"
        }
    })
