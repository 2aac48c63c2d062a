package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.metadata.DiscoveryAlgorithm.OAUTH2
import dev.openidclient.metadata.DiscoveryAlgorithm.OIDC
import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

private const val ENTRA_ID = "https://login.microsoftonline.com"
private const val TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
private const val TEMPLATE = "$ENTRA_ID/{tenantid}/v2.0"
private const val B2C_ISSUER = "https://contoso.b2clogin.com/5f1b/v2.0/"

private val NO_CLAIMS = jsonObject("{}")

class ExpectedIssuerSpec :
    FunSpec({
        context("of an ordinary server") {
            test("is the issuer of the metadata, as it is written there") {
                expected("https://as.ex", "https://AS.ex/")?.of(NO_CLAIMS) shouldBe "https://AS.ex/"
            }

            test("is none where the metadata names another one") {
                expected("https://as.ex", "https://other.ex").shouldBeNull()
            }
        }

        context("of metadata that is given, or found by the URL of its document") {
            test("is the issuer as it is written there") {
                ExpectedIssuer.ofMetadata("https://as.ex").of(NO_CLAIMS) shouldBe "https://as.ex"
            }

            test("has the token's tid in place of {tenantid}") {
                val issuer = ExpectedIssuer.ofMetadata(TEMPLATE)

                issuer.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "$ENTRA_ID/$TENANT/v2.0"
                issuer.of(NO_CLAIMS).shouldBeNull()
            }
        }

        context("of Entra ID in another cloud") {
            for (host in listOf("login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.other.ex")) {
                test("has the token's tid in place of {tenantid} at $host") {
                    val issuer = expected("https://$host/common/v2.0", "https://$host/{tenantid}/v2.0")

                    issuer?.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "https://$host/$TENANT/v2.0"
                }
            }

            test("may be of the first version") {
                expected("https://login.microsoftonline.us/common", "https://sts.windows.net/{tenantid}/")
                    ?.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "https://sts.windows.net/$TENANT/"
                expected("https://login.chinacloudapi.cn/common", "https://sts.chinacloudapi.cn/{tenantid}/")
                    ?.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "https://sts.chinacloudapi.cn/$TENANT/"
            }

            test("is none of another host, nor where another path than one for all tenants was asked for") {
                expected("https://evil.ex/common/v2.0", TEMPLATE).shouldBeNull()
                expected("https://as.ex/evil/v2.0", "https://as.ex/{tenantid}/v2.0").shouldBeNull()
                expected("https://as.ex/common/v2.0", "https://as.ex/{tenantid}/v1.0").shouldBeNull()
            }
        }

        context("of Entra ID") {
            test("is the issuer of the metadata with the token's tid in place of {tenantid}") {
                val issuer = expected("$ENTRA_ID/common/v2.0", TEMPLATE)

                issuer?.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "$ENTRA_ID/$TENANT/v2.0"
            }

            test("replaces the first {tenantid} only") {
                val issuer = expected("$ENTRA_ID/common", "$ENTRA_ID/{tenantid}/{tenantid}")

                issuer?.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe "$ENTRA_ID/$TENANT/{tenantid}"
            }

            for (tid in listOf("", "../x", "9188", "$1", "$TENANT/x", "../$TENANT", " $TENANT", "x".repeat(36))) {
                test("is unknown for a token whose tid is no UUID: \"$tid\"") {
                    expected("$ENTRA_ID/common", TEMPLATE)?.of(jsonObject("""{"tid":"$tid"}""")).shouldBeNull()
                }
            }

            for (other in listOf(
                "https://evil.example.com/{tenantid}/v2.0",
                "https://{tenantid}/v2.0",
                "http://login.microsoftonline.com/{tenantid}/v2.0",
                "https://login.microsoftonline.com.evil.ex/{tenantid}",
                "{tenantid}",
            )) {
                test("is none where the metadata names anybody else: $other") {
                    expected("$ENTRA_ID/common", other).shouldBeNull()
                }
            }

            test("is unknown for a token without tid") {
                expected("$ENTRA_ID/common/v2.0", TEMPLATE)?.of(NO_CLAIMS).shouldBeNull()
            }

            test("is unknown for a token whose tid is no string") {
                expected("$ENTRA_ID/common/v2.0", TEMPLATE)?.of(jsonObject("""{"tid":1}""")).shouldBeNull()
            }

            test("is whatever the metadata says where that has no {tenantid}") {
                val issuer = expected("$ENTRA_ID/common", "https://sts.windows.net/9188/")

                issuer?.of(NO_CLAIMS) shouldBe "https://sts.windows.net/9188/"
            }

            test("does not depend on tid where the metadata names the issuer that was asked for") {
                val issuer = expected("$ENTRA_ID/9188/v2.0", "$ENTRA_ID/9188/v2.0")

                issuer?.of(jsonObject("""{"tid":"other"}""")) shouldBe "$ENTRA_ID/9188/v2.0"
            }

            for (
            requested in
            listOf(
                "http://login.microsoftonline.com/common",
                "https://login.microsoftonline.com:8443/common",
                "https://x.login.microsoftonline.com/common",
                "https://login.microsoftonline.com.evil.ex/common",
                "https://login.microsoftonline.us/common",
            )
            ) {
                test("is not granted to $requested") { expected(requested, TEMPLATE).shouldBeNull() }
            }

            test("is not granted with the OAuth 2 document") {
                expected("$ENTRA_ID/common/v2.0", TEMPLATE, OAUTH2).shouldBeNull()
            }
        }

        context("of Azure AD B2C") {
            test("is the issuer of the metadata, literally") {
                val issuer = expected("https://contoso.b2clogin.com/tfp/policy", B2C_ISSUER)

                issuer?.of(jsonObject("""{"tid":"9188"}""")) shouldBe B2C_ISSUER
            }

            test("does not replace {tenantid}") {
                expected("https://contoso.b2clogin.com/p", TEMPLATE)?.of(jsonObject("""{"tid":"1"}""")) shouldBe
                    TEMPLATE
            }

            for (other in listOf(
                "https://evil.example.com/5f1b/v2.0/",
                "https://fabrikam.b2clogin.com/5f1b/v2.0/",
                "https://contoso.b2clogin.com.evil.ex/",
                "http://contoso.b2clogin.com/5f1b/v2.0/",
                "https://sts.windows.net/9188/",
                "contoso.b2clogin.com",
            )) {
                test("is none where the metadata names anybody else: $other") {
                    expected("https://contoso.b2clogin.com/tfp/policy", other).shouldBeNull()
                }
            }

            test("may be one of login.microsoftonline.com") {
                expected("https://contoso.b2clogin.com/p", "$ENTRA_ID/5f1b/v2.0/")?.of(NO_CLAIMS) shouldBe
                    "$ENTRA_ID/5f1b/v2.0/"
            }

            for (host in listOf("b2clogin.com", "evilb2clogin.com", "contoso.b2clogin.com.evil.ex")) {
                test("is not granted to $host") { expected("https://$host/p", B2C_ISSUER).shouldBeNull() }
            }

            test("is not granted with the OAuth 2 document") {
                expected("https://contoso.b2clogin.com/p", B2C_ISSUER, OAUTH2).shouldBeNull()
            }
        }
    })

private fun expected(
    requested: String,
    received: String,
    algorithm: DiscoveryAlgorithm = OIDC,
): ExpectedIssuer? = ExpectedIssuer.of(checkNotNull(AbsoluteUrl.parse(requested)), received, algorithm)
