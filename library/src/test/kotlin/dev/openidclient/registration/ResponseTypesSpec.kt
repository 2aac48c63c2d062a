package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.error.RegistrationException
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.registeringServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private suspend fun register(
    server: StubServer = registeringServer(),
    settings: ClientSettings.() -> Unit = {},
    configure: RegistrationBuilder.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = server.transport
            clock = FIXED_CLOCK
            settings()
        }
        configure()
    }

private suspend fun sent(
    settings: ClientSettings.() -> Unit = {},
    configure: RegistrationBuilder.() -> Unit = {},
): String {
    val server = registeringServer()
    register(server, settings, configure)
    return server.lastTo("/register").body
}

private suspend fun kindOf(vararg types: String): ResponseKind =
    register { responseTypes(*types) }.configuration.responseKind

class ResponseTypesSpec :
    FunSpec({
        test("what the settings choose is registered, with the grant types that belong to it") {
            jsonObject(sent({ useCodeIdTokenResponseType() })) shouldBe
                jsonObject(
                    """{"response_types":["code id_token"],"grant_types":["authorization_code","implicit"]}""",
                )
            jsonObject(sent({ useIdTokenResponseType() })) shouldBe
                jsonObject("""{"response_types":["id_token"],"grant_types":["implicit"]}""")
        }

        test("a code is the default and needs no word") {
            sent() shouldBe "{}"
            sent({ useJwtResponseMode() }) shouldBe "{}"
        }

        test("grant types that are named stay as they are") {
            jsonObject(sent({ useIdTokenResponseType() }) { grantTypes("implicit", "urn:x") })["grant_types"] shouldBe
                json("""["implicit","urn:x"]""")
        }

        test("what the registration names is what the client uses") {
            kindOf("code id_token") shouldBe ResponseKind.CODE_ID_TOKEN
            kindOf("id_token code") shouldBe ResponseKind.CODE_ID_TOKEN
            kindOf("id_token") shouldBe ResponseKind.ID_TOKEN
            kindOf("code") shouldBe ResponseKind.CODE
            kindOf("code", "code id_token") shouldBe ResponseKind.CODE
            kindOf() shouldBe ResponseKind.CODE
        }

        test("said twice it must be the same, else nothing is sent") {
            register(settings = { useCodeIdTokenResponseType() }) { responseTypes("code", "id_token code") }
            val server = registeringServer()
            for (types in listOf(arrayOf("code"), arrayOf("id_token"), emptyArray())) {
                shouldThrow<IllegalArgumentException> {
                    register(server, { useCodeIdTokenResponseType() }) { responseTypes(*types) }
                }.message shouldContain "the settings choose the response type \"code id_token\""
            }
            server.received.shouldBeEmpty()
        }

        test("several without a code, or one that is not known here, need a word in the settings") {
            for (types in listOf(arrayOf("id_token", "code id_token"), arrayOf("token"), arrayOf("code token"))) {
                shouldThrow<IllegalArgumentException> { register { responseTypes(*types) } }.message shouldContain
                    "must be said in the settings"
            }
            register(settings = { useIdTokenResponseType() }) { responseTypes("id_token", "code id_token") }
                .configuration.responseKind shouldBe ResponseKind.ID_TOKEN
        }

        test("a server that registers another one is refused") {
            val other = registeringServer("response_types" to json("""["code"]"""))
            shouldThrow<RegistrationException> { register(other, { useIdTokenResponseType() }) }.message shouldContain
                "without the \"id_token\" that was asked for"
            register(registeringServer("response_types" to json("""["id_token code"]""")), {
                useCodeIdTokenResponseType()
            })
        }

        test("what a server registers unasked is not judged") {
            register(registeringServer("response_types" to json("[]")))
        }
    })
