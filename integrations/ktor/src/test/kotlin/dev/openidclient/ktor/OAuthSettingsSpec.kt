package dev.openidclient.ktor

import dev.openidclient.resource.ResourceAccess
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient

class OAuthSettingsSpec :
    FunSpec({
        suspend fun OAuthWorld.refusal(configure: OAuthSettings.() -> Unit): String? =
            shouldThrow<IllegalArgumentException> { HttpClient(engine) { install(OAuth, configure) } }.message

        test("the plugin without a client is refused when the HttpClient is made") {
            inWorld {
                refusal {
                    tokens = source
                    allow(API)
                } shouldBe "install(OAuth) needs whose tokens it sends: set client, or access"
            }
        }

        test("the plugin without a token source is refused") {
            inWorld {
                refusal {
                    client = this@inWorld.client
                    allow(API)
                } shouldBe "install(OAuth) needs where tokens come from: set tokens, or access"
            }
        }

        test("the plugin without an allowed origin is refused") {
            inWorld {
                refusal {
                    client = this@inWorld.client
                    tokens = source
                } shouldBe
                    "nobody would get a token: allow the origin of the resource server, " +
                    "as allow(\"https://api.example.com\")"
            }
        }

        test("an origin that is none, or not https, is refused") {
            inWorld {
                for (origin in listOf("api.example.com", "http://api.example.com", "https://*.example.com")) {
                    shouldThrow<IllegalArgumentException> {
                        HttpClient(engine) {
                            install(OAuth) {
                                client = this@inWorld.client
                                tokens = source
                                allow(origin)
                            }
                        }
                    }
                }
            }
        }

        test("access beside any of what it has already is refused") {
            inWorld {
                val shared = ResourceAccess(client, source) { allow(API) }
                val others =
                    listOf<OAuthSettings.() -> Unit>(
                        { client = this@inWorld.client },
                        { tokens = source },
                        { allow(ELSEWHERE) },
                    )
                for (other in others) {
                    refusal {
                        access = shared
                        other()
                    } shouldBe
                        "install(OAuth) has access, which has its client, tokens and origins already: " +
                        "set access alone, or client, tokens and allow without it"
                }
            }
        }

        test("a second install adds origins to the first") {
            inWorld {
                val http = http { install(OAuth) { allow(ELSEWHERE) } }
                http.authorized("$API/a")
                http.authorized("$ELSEWHERE/b")
                sent.map { it.authorization != null } shouldBe listOf(true, true)
            }
        }

        test("no secret is in the text of the settings") {
            OAuthSettings().allow(API).toString() shouldBe "OAuthSettings(1 origins)"
        }
    })
