package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import dev.openidclient.testserver.SamlIssuer.Companion.ISSUER
import dev.openidclient.testserver.SamlIssuer.Companion.MORE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import javax.xml.crypto.dsig.CanonicalizationMethod
import javax.xml.crypto.dsig.SignatureMethod
import javax.xml.crypto.dsig.Transform

class SamlChecksSpec :
    FunSpec({
        val idp = SamlIssuer()
        val right = idp.assertion()

        suspend fun ask(assertion: String): HttpResponse {
            val server = TestAuthorizationServer { clock = StandingClock() }.trustIssuer(ISSUER, idp.jwks)
            val form = arrayOf("grant_type" to GRANT_SAML, "assertion" to base64Url(assertion))
            return RawClient(server).token("client_id" to "app", *form)
        }

        suspend fun refused(
            part: String,
            assertion: String,
        ) = ask(assertion).shouldRefuse("invalid_grant", part)

        context("a SAML assertion is refused") {
            val broken =
                mapOf(
                    "the assertion is no XML" to "<",
                    "is no SAML 2.0 Assertion" to "<a/>",
                    "is no XML" to "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>$right",
                    "has no Issuer" to right.replace("<Issuer>$ISSUER</Issuer>", ""),
                    "has no ID" to right.replace("ID=\"_1\"", ""),
                )
            val signedAllTheSame =
                mapOf(
                    "has no NameID" to right.replace("<NameID>alice</NameID>", ""),
                    "Audience of the assertion" to right.replace("Audience>https://as", "Audience>https://other"),
                    "has no SubjectConfirmation" to right.replace("cm:bearer", "cm:sender-vouches"),
                    "Recipient of the assertion" to right.replace("/token", "/other"),
                    "expired" to right.replace("2030", "2020"),
                    "has no NotOnOrAfter" to right.replace("NotOnOrAfter", "NotBefore"),
                ).mapValues { (_, assertion) -> idp.sign(assertion) }
            for ((part, assertion) in broken + signedAllTheSame) test("that $part") { refused(part, assertion) }
        }

        context("the signature of a SAML assertion") {
            val signed = idp.sign(right)

            test("is taken with ECDSA and with RSA, of an issuer that is trusted") {
                ask(signed).status shouldBe 200
                val rsa = SamlIssuer("RSA")
                val server = TestAuthorizationServer { clock = StandingClock() }.trustIssuer(ISSUER, rsa.jwks)
                for (algorithm in listOf("${MORE}rsa-sha256", "${MORE}rsa-sha512", MGF1)) {
                    val assertion = rsa.sign(right.replace("_1", "_${algorithm.hashCode()}"), algorithm = algorithm)
                    val form = arrayOf("grant_type" to GRANT_SAML, "assertion" to base64Url(assertion))
                    RawClient(server).token("client_id" to "app", *form).status shouldBe 200
                }
            }

            test("must be there, once, and beside the Issuer") {
                val signature = signed.substring(signed.indexOf("<Signature"), signed.indexOf("</Signature>") + SIZE)
                refused("must have one signature", right)
                refused("must have one signature", signed.replace(signature, signature + signature))
                val elsewhere = right.replace("</Subject>", "$signature</Subject>")
                refused("must have one signature", elsewhere)
            }

            test("must be of a key of its issuer, whatever key it names") {
                refused("is of no key of '$ISSUER'", SamlIssuer().sign(right))
                refused("is of no key of '$ISSUER'", SamlIssuer("RSA").sign(right))
                refused("nobody trusts the issuer 'https://evil.example'", idp.sign(right.replace(ISSUER, EVIL)))
            }

            test("must be of what stands there") {
                refused("not of what stands there", signed.replace("alice", "root"))
                refused("not of what stands there", signed.replace("2030", "2031"))
                refused("not of what stands there", signed.replace("_1", "_2"))
            }

            test("covers nothing that stands in itself") {
                val other = "<NameID xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\">root</NameID>"
                val inside = "<Object>$other</Object></Signature>"
                val wrapped = idp.sign(right.replace("<NameID>alice</NameID>", "")).replace("</Signature>", inside)
                refused("has no NameID", wrapped)
            }

            test("must be of the whole assertion, and of nothing else") {
                val inner = right.replace("<Subject>", "<Subject ID=\"_2\">")
                refused("one reference, to the ID of the assertion", idp.sign(inner, reference = ""))
                val whole = listOf(CanonicalizationMethod.EXCLUSIVE)
                refused("the transforms of the signature", idp.sign(right, transforms = whole))
                val inclusive = listOf(Transform.ENVELOPED, CanonicalizationMethod.INCLUSIVE)
                refused("the transforms of the signature", idp.sign(right, transforms = inclusive))
                val canonicalized = idp.sign(right, canonicalization = CanonicalizationMethod.INCLUSIVE)
                refused("must be canonicalized exclusively", canonicalized)
            }

            test("must be made with SHA-256, SHA-384 or SHA-512") {
                val others = "is none of RSA or ECDSA with SHA-256, SHA-384 or SHA-512"
                refused(others, idp.sign(right, algorithm = "${MORE}ecdsa-sha224"))
                // the JDK refuses it before, in its own words
                refused("the signature", SamlIssuer("RSA").sign(right, algorithm = SignatureMethod.RSA_SHA1))
            }

            test("must be readable") {
                refused(
                    "cannot be read",
                    signed.replace("<SignedInfo>", "<Signed>").replace("</SignedInfo>", "</Signed>"),
                )
            }
        }
    }) {
    private companion object {
        const val SIZE = "</Signature>".length
        const val EVIL = "https://evil.example"
        const val MGF1 = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
    }
}
