package dev.openidclient.token

import dev.openidclient.testing.jsonObject
import dev.openidclient.userinfo.UserInfo
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe

/** The examples of OpenID Connect Core §5.6.2.1 and §5.6.2.2 in one. */
private const val CLAIMS =
    """{"sub":"jane",""" +
        """"_claim_names":{"address":"src1","phone_number":"src1","payment_info":"src2","shipping":"src3"},""" +
        """"_claim_sources":{"src1":{"JWT":"jwt_header.jwt_part2.jwt_part3"},""" +
        """"src2":{"endpoint":"https://bank.example.com/claim_source","access_token":"ksj3n283dke"},""" +
        """"src3":{"endpoint":"https://creditagency.example.com/claims_here"}}}"""

private fun sources(json: String): Map<String, ClaimSource> = UserInfo(jsonObject(json)).claimSources

class ClaimSourceSpec :
    FunSpec({
        test("aggregated claims are in a JWT") {
            val source = sources(CLAIMS).getValue("src1")

            source.claims shouldBe setOf("address", "phone_number")
            source.jwt shouldBe "jwt_header.jwt_part2.jwt_part3"
            source.endpoint shouldBe null
            source.accessToken shouldBe null
        }

        test("distributed claims are at an endpoint, with an access token or without") {
            val (bank, agency) = sources(CLAIMS).let { it.getValue("src2") to it.getValue("src3") }

            bank.claims shouldBe setOf("payment_info")
            bank.endpoint shouldBe "https://bank.example.com/claim_source"
            bank.accessToken shouldBe "ksj3n283dke"
            bank.jwt shouldBe null
            agency.endpoint shouldBe "https://creditagency.example.com/claims_here"
            agency.accessToken shouldBe null
        }

        test("a source of no claim is one too") {
            sources("""{"_claim_sources":{"a":{"JWT":"x"}}}""").getValue("a").claims shouldBe emptySet()
        }

        for (json in listOf(
            "{}",
            """{"_claim_sources":null}""",
            """{"_claim_sources":[]}""",
            """{"_claim_sources":{"a":"x"}}""",
            """{"_claim_sources":{"a":{}}}""",
            """{"_claim_sources":{"a":{"JWT":1}}}""",
            """{"_claim_sources":{"a":{"JWT":"x","endpoint":"https://y"}}}""",
        )) {
            test("there is none in $json") { sources(json).shouldBeEmpty() }
        }

        test("prints neither JWT nor token") {
            sources(CLAIMS).values.map { it.toString() } shouldBe
                listOf(
                    "ClaimSource([address, phone_number], ██)",
                    "ClaimSource([payment_info], https://bank.example.com/claim_source)",
                    "ClaimSource([shipping], https://creditagency.example.com/claims_here)",
                )
        }
    })
