package dev.openidclient.resource

import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.metadata.ProtectedResourceMetadata
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private fun challenge(scope: String?) =
    WwwAuthenticateChallenge("bearer", listOfNotNull(scope?.let { "scope" to it }).toMap())

private fun resource(scopes: String? = null) =
    ProtectedResourceMetadata.parse(
        """{"resource":"https://a.ex"${scopes?.let { ""","scopes_supported":$it""" }.orEmpty()}}""",
    )

private val SERVER = serverMetadata("scopes_supported" to json("""["a","offline_access"]"""))

class RequestedScopesSpec :
    FunSpec({
        context("the first request asks for") {
            test("the scopes of the challenge") {
                RequestedScopes.first(challenge("b a"), resource("""["c"]"""), listOf("d")) shouldBe listOf("b", "a")
            }

            test("else all that the resource supports") {
                for (challenge in listOf(null, challenge(null), challenge(" "))) {
                    RequestedScopes.first(challenge, resource("""["c","b"]"""), listOf("d")) shouldBe listOf("c", "b")
                }
            }

            test("else those of the program") {
                RequestedScopes.first(null, resource("[]"), listOf("d", "openid")) shouldBe listOf("d", "openid")
            }

            test("else nothing") {
                RequestedScopes.first(null, resource(), emptyList()).shouldBeEmpty()
            }

            test("nothing twice") {
                RequestedScopes.first(challenge("a b a"), resource(), emptyList()) shouldBe listOf("a", "b")
            }
        }

        context("a later request asks for") {
            test("what was requested before and what the challenge adds, in the order in which it came up") {
                RequestedScopes.later(listOf("b", "a"), challenge("c a d")) shouldBe listOf("b", "a", "c", "d")
            }

            test("exact strings, in no hierarchy") {
                RequestedScopes.later(listOf("orders"), challenge("orders:read Orders")) shouldBe
                    listOf("orders", "orders:read", "Orders")
            }

            test("the same where the challenge names nothing, with openid if that was asked for") {
                RequestedScopes.later(listOf("openid", "a"), challenge(null)) shouldBe listOf("openid", "a")
            }
        }

        context("offline_access is asked for") {
            val refreshing = listOf("authorization_code", "refresh_token")

            test("where the server has it, scopes are sent, and the client can refresh") {
                RequestedScopes.withOfflineAccess(listOf("a"), SERVER, refreshing) shouldBe
                    listOf("a", "offline_access")
            }

            test("not where the server does not have it") {
                RequestedScopes.withOfflineAccess(listOf("a"), serverMetadata(), refreshing) shouldBe listOf("a")
            }

            test("not where no scope is sent") {
                RequestedScopes.withOfflineAccess(emptyList(), SERVER, refreshing).shouldBeEmpty()
            }

            test("not where the client cannot refresh") {
                RequestedScopes.withOfflineAccess(listOf("a"), SERVER, null) shouldBe listOf("a")
                RequestedScopes.withOfflineAccess(listOf("a"), SERVER, listOf("implicit")) shouldBe listOf("a")
            }

            test("not because the resource names it") {
                val naming = resource("""["a","offline_access"]""")

                RequestedScopes.first(null, naming, emptyList()) shouldBe listOf("a")
                RequestedScopes.first(challenge("offline_access a"), naming, emptyList()) shouldBe listOf("a")
                RequestedScopes.first(null, resource("""["offline_access"]"""), listOf("b")) shouldBe listOf("b")
                RequestedScopes.later(listOf("a"), challenge("b offline_access")) shouldBe listOf("a", "b")
            }

            test("once, where the program names it itself") {
                RequestedScopes.first(null, resource(), listOf("a", "offline_access")) shouldBe
                    listOf("a", "offline_access")
                RequestedScopes.withOfflineAccess(listOf("a", "offline_access"), SERVER, refreshing) shouldBe
                    listOf("a", "offline_access")
            }
        }
    })
