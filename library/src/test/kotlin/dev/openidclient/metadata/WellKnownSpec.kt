package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.metadata.DiscoveryAlgorithm.ANY
import dev.openidclient.metadata.DiscoveryAlgorithm.OAUTH2
import dev.openidclient.metadata.DiscoveryAlgorithm.OIDC
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val HOST = "https://a.ex"

private class Row(
    val issuer: String,
    val oidc: String,
    val oauth2: String,
)

private val DOCUMENTS =
    listOf(
        Row(HOST, "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"),
        Row("$HOST/", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"),
        Row("$HOST/t", "/t/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/t"),
        Row("$HOST/t/", "/t/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/t"),
        Row("$HOST//t", "/t/.well-known/openid-configuration", "/.well-known/oauth-authorization-server//t"),
        Row("$HOST/t//u/", "/t/u//.well-known/openid-configuration", "/.well-known/oauth-authorization-server/t//u"),
        Row(
            "$HOST/%C3%A4",
            "/%C3%A4/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/%C3%A4",
        ),
    )

class WellKnownSpec :
    FunSpec({
        context("the document of an issuer") {
            for (row in DOCUMENTS) {
                test("${row.issuer} is at ${row.oidc} for OpenID Connect") {
                    WellKnown.documentsOf(url(row.issuer), OIDC).single().toString() shouldBe HOST + row.oidc
                }

                test("${row.issuer} is at ${row.oauth2} for OAuth 2") {
                    WellKnown.documentsOf(url(row.issuer), OAUTH2).single().toString() shouldBe HOST + row.oauth2
                }
            }

            for (bare in listOf(HOST, "$HOST/")) {
                test("of any kind is looked for in two places without a path: $bare") {
                    WellKnown.documentsOf(url(bare), ANY).map { it.toString() } shouldBe
                        listOf("$HOST/.well-known/oauth-authorization-server", "$HOST/.well-known/openid-configuration")
                }
            }

            for (issuer in listOf("$HOST/t", "$HOST/t/")) {
                test("of any kind is looked for in three places with a path, and not at the root: $issuer") {
                    WellKnown.documentsOf(url(issuer), ANY).map { it.toString() } shouldBe
                        listOf(
                            "$HOST/.well-known/oauth-authorization-server/t",
                            "$HOST/.well-known/openid-configuration/t",
                            "$HOST/t/.well-known/openid-configuration",
                        )
                }
            }

            test("is on the port of the issuer") {
                WellKnown.documentsOf(url("https://a.ex:8443/t"), OIDC).single().toString() shouldBe
                    "https://a.ex:8443/t/.well-known/openid-configuration"
            }
        }

        context("a URL") {
            test("with /.well-known/ anywhere in its path is a document itself") {
                WellKnown.isDocument(url("$HOST/.well-known/openid-configuration")) shouldBe true
                WellKnown.isDocument(url("$HOST/t/.well-known/x?policy=p")) shouldBe true
            }

            test("with that elsewhere is an issuer") {
                for (issuer in listOf("$HOST/#/.well-known/", "$HOST/?x=/.well-known/", "$HOST/.well-known?/#/")) {
                    WellKnown.isDocument(url(issuer)) shouldBe false
                }
            }

            test("without that is an issuer, however near it comes") {
                for (issuer in listOf(HOST, "$HOST/.well-known", "$HOST/well-known/x", "$HOST/.Well-Known/x")) {
                    WellKnown.isDocument(url(issuer)) shouldBe false
                }
            }
        }

        context("is the same issuer") {
            val same =
                listOf(
                    "https://a.ex/t" to "https://a.ex/t",
                    "https://a.ex" to "https://a.ex/",
                    "https://a.ex/" to "https://a.ex",
                    "https://a.ex/t" to "HTTPS://A.EX/t",
                    "https://A.ex/t" to "https://a.ex/t",
                    "https://a.ex/t" to "https://a.ex:443/t",
                    "http://a.ex:80/t" to "http://a.ex/t",
                    "https://a.ex/t?x=1" to "https://a.ex/t?x=1",
                )
            for ((expected, received) in same) {
                test("$received for $expected") { WellKnown.isSameIssuer(url(expected), received) shouldBe true }
            }
        }

        context("is another issuer") {
            val different =
                listOf(
                    "https://a.ex/t" to "https://a.ex/t/",
                    "https://a.ex/t/" to "https://a.ex/t",
                    "https://a.ex/t" to "https://a.ex/T",
                    "https://a.ex/t" to "https://a.ex",
                    "https://a.ex" to "https://b.ex",
                    "https://a.ex" to "https://a.ex.evil.ex",
                    "https://a.ex" to "http://a.ex",
                    "https://a.ex" to "https://a.ex:8443",
                    "https://a.ex" to "https://a.ex:80",
                    "https://a.ex/t" to "https://a.ex/t?x=1",
                    "https://a.ex/t" to "https://a.ex/t#f",
                    "https://a.ex/%74" to "https://a.ex/t",
                    "https://a.ex" to "a.ex",
                    "https://a.ex" to "",
                    "https://a.ex" to " https://a.ex",
                    "https://a.ex" to "https://user@a.ex",
                    "https://a.ex" to "not a url",
                )
            for ((expected, received) in different) {
                test("\"$received\" for $expected") { WellKnown.isSameIssuer(url(expected), received) shouldBe false }
            }
        }

        context("an issuer, letter for letter,") {
            for ((expected, received) in listOf(
                HOST to HOST,
                HOST to "$HOST/",
                "$HOST/" to HOST,
                "$HOST/t" to "$HOST/t",
            )) {
                test("is $received for $expected") { WellKnown.isIdenticalIssuer(expected, received) shouldBe true }
            }

            for ((expected, received) in listOf(
                "$HOST/t" to "$HOST/t/",
                "$HOST/t/" to "$HOST/t",
                HOST to "HTTPS://a.ex",
                HOST to "https://A.ex",
                HOST to "https://a.ex:443",
                HOST to "https://a.ex//",
                HOST to "https://a.ex.evil.ex",
                HOST to "",
            )) {
                test("is not \"$received\" for $expected") {
                    WellKnown.isIdenticalIssuer(expected, received) shouldBe false
                }
            }
        }
    })

private fun url(text: String): AbsoluteUrl = checkNotNull(AbsoluteUrl.parse(text))
