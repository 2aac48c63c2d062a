package dev.openidclient.resource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Documents
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

private const val HOST = "https://a.ex"

private suspend fun resource(
    members: String,
    configure: ProtectedResourceSettings.() -> Unit = {},
): ProtectedResource =
    ProtectedResource.discover(HOST) {
        val more = if (members.isEmpty()) "" else ",$members"
        val document = """{"resource":"$HOST"$more}"""
        connection { transport = Documents("$HOST/.well-known/oauth-protected-resource" to document).transport }
        configure()
    }

private val PLAIN = StubServer().client()

private fun proving(algorithm: String) = PLAIN.withDpop(Dpop(SigningKey.generate(algorithm)))

class ResourceDemandsSpec :
    FunSpec({
        test("a resource that demands nothing is usable by every client") {
            resource("").requireUsableBy(PLAIN)
            resource("").requireUsableBy(proving("ES256"))
            resource(""""dpop_bound_access_tokens_required":false""").requireUsableBy(PLAIN)
            resource(""""bearer_methods_supported":["body","header"]""").requireUsableBy(PLAIN)
        }

        test("tokens that must be bound to a DPoP key need one") {
            val demanding = resource(""""dpop_bound_access_tokens_required":true""")
            val e =
                shouldFailWith<MetadataException>(ErrorCode.UNSUPPORTED_OPERATION, "withDpop(…)") {
                    demanding.requireUsableBy(PLAIN)
                }

            e.reached shouldBe Reached.NO
            demanding.requireUsableBy(proving("ES256"))
        }

        test("a DPoP key must sign as the resource takes it") {
            val listing = resource(""""dpop_signing_alg_values_supported":["ES256","PS256"]""")
            listing.requireUsableBy(proving("ES256"))
            listing.requireUsableBy(PLAIN)

            shouldFailWith<MetadataException>(ErrorCode.UNSUPPORTED_OPERATION, "ES256 or PS256") {
                listing.requireUsableBy(proving("ES384"))
            }.message shouldContain "not with ES384"
        }

        test("an Ed25519 key goes by either of its names, and by no other") {
            for (name in listOf("Ed25519", "EdDSA")) {
                resource(""""dpop_signing_alg_values_supported":["$name"]""").requireUsableBy(proving("Ed25519"))
            }
            shouldThrow<MetadataException> {
                resource(""""dpop_signing_alg_values_supported":["ES256"]""").requireUsableBy(proving("Ed25519"))
            }
        }

        for (methods in listOf("[\"body\"]", "[\"query\",\"body\"]", "[]")) {
            test("bearer tokens that do not go into the header are not supported: $methods") {
                val demanding = resource(""""bearer_methods_supported":$methods""")

                shouldThrow<UnsupportedFeatureException> { demanding.requireUsableBy(PLAIN) }.message shouldContain
                    "\"bearer_methods_supported\""
                // what is bound to a key is no bearer token
                demanding.requireUsableBy(proving("ES256"))
            }
        }

        test("a demand of a wrong type is no permission") {
            val wrong =
                listOf(""""dpop_bound_access_tokens_required":"true"""", """"bearer_methods_supported":"body"""")
            for (member in wrong) {
                shouldThrow<InvalidResponseException> { resource(member).requireUsableBy(PLAIN) }
            }
        }

        context("a security profile") {
            val profile =
                OpenIdClient(serverMetadata(), CLIENT_ID) {
                    transport = StubServer().transport
                    authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    fapi2Security()
                }

            test("takes a resource that was found by the rules") {
                resource("").requireUsableBy(profile)
                resource("") { requireListed() }.requireUsableBy(profile)
            }

            for ((call, loosen) in mapOf<String, ProtectedResourceSettings.() -> Unit>(
                "acceptCoveringResource()" to { acceptCoveringResource() },
                "legacyEndpoints()" to { legacyEndpoints() },
            )) {
                test("refuses $call, and another client does not") {
                    shouldThrow<IllegalArgumentException> { resource("", loosen).requireUsableBy(profile) }
                        .message shouldStartWith "FAPI 2.0 Security Profile: $call must not be called"
                    resource("", loosen).requireUsableBy(PLAIN)
                }
            }
        }
    })
