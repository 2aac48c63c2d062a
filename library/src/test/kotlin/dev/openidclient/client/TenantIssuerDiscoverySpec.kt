package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.verifyIdToken
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
private const val TEMPLATE = "https://login.microsoftonline.us/{tenantid}/v2.0"
private const val DOCUMENT = "/common/v2.0/.well-known/openid-configuration"
private val METADATA = serverMetadata("issuer" to JsonPrimitive(TEMPLATE))

private fun token(
    issuer: String,
    tenant: String = TENANT,
) = TestKeys.signRsa(idTokenClaims("iss" to JsonPrimitive(issuer), "tid" to JsonPrimitive(tenant)))

private fun server() = StubServer().answerKeys().answer(DOCUMENT, METADATA.json.toString())

private suspend fun StubServer.discovered(url: String): OpenIdClient =
    OpenIdClient.discover(url, CLIENT_ID) {
        transport = this@discovered.transport
        clock = FIXED_CLOCK
    }

class TenantIssuerDiscoverySpec :
    FunSpec({
        val base = "https://login.microsoftonline.us/common/v2.0"
        val ways =
            mapOf<String, suspend () -> OpenIdClient>(
                "given metadata" to { server().client(METADATA) },
                "the URL of the document" to { server().discovered("$base/.well-known/openid-configuration") },
                "the address for all tenants of a national cloud" to { server().discovered(base) },
            )
        for ((way, client) in ways) {
            test("by $way the token's tenant stands in place of {tenantid}") {
                val issuer = "https://login.microsoftonline.us/$TENANT/v2.0"
                client().verifyIdToken(token(issuer), null).issuer shouldBe issuer
            }

            test("by $way a token of another tenant than its issuer's is refused, and so is the bare template") {
                val other = "https://login.microsoftonline.us/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"
                for (token in listOf(token(other), token(TEMPLATE), token(TEMPLATE, "{tenantid}"))) {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                        client().verifyIdToken(token, null)
                    }
                }
            }
        }

        test("the advice names an address that answers, where the issuer is a template") {
            shouldFailWith<ValidationException>(
                ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                "ask for \"https://login.microsoftonline.us/common/v2.0\"",
            ) { server().discovered("https://proxy.example.com/common/v2.0") }
        }
    })
