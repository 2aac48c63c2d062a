package dev.openidclient.agent

import dev.openidclient.client.Connection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain

class InteractiveTokensSettingsSpec :
    FunSpec({
        fun refusal(
            url: String = "https://mcp.example.com/mcp",
            configure: InteractiveTokensSettings.() -> Unit,
        ): String? =
            shouldThrow<IllegalArgumentException> {
                InteractiveTokens(url) {
                    register()
                    configure()
                }
            }.message

        test("only one may say who the program is") {
            refusal {
                redirectUri = "https://app.example.com/callback"
                identities = ClientIdentities { register() }
            } shouldContain "identities says who this program is"
        }

        test("a connection that is given has its settings already") {
            Connection.open().use { given ->
                refusal {
                    redirectUri = "https://app.example.com/callback"
                    connection = given
                    connection { }
                } shouldContain "connection { }"
            }
        }

        test("there is one way to do without a person, and then no person") {
            refusal { clientCredentials().jwtBearer { "" } } shouldContain "exclude each other"
            refusal {
                clientCredentials()
                redirectUri = "https://app.example.com/callback"
            } shouldContain "have no person"
        }

        test("a resource that is not https is refused") {
            refusal("http://mcp.example.com/mcp") {
                redirectUri = "https://app.example.com/callback"
            } shouldContain "the resource must be https"
        }
    })
