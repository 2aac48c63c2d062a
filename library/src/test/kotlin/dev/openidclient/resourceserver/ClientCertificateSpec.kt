package dev.openidclient.resourceserver

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.URLEncoder
import java.security.cert.X509Certificate
import java.util.Base64

class ClientCertificateSpec :
    FunSpec({
        val store = Certificates.keyStore("client-certificate", "EC")
        val certificate = store.getCertificate(Certificates.ALIAS) as X509Certificate
        val other = Certificates.keyStore("client-certificate-2", "EC").getCertificate(Certificates.ALIAS)
        val pem = Certificates.pem("CERTIFICATE", certificate.encoded)
        val base64 = Base64.getEncoder().encodeToString(certificate.encoded)

        fun reads(
            name: String,
            text: () -> String,
        ) = test("$name is read") { ClientCertificate.parse(text()) shouldBe certificate }

        fun refuses(
            name: String,
            part: String = "must be PEM, PEM with URL escapes, or :base64: (RFC 9440), and one alone",
            text: () -> String,
        ) = test("$name is refused") {
            val failure = shouldThrowExactly<RequestRefusedException> { ClientCertificate.parse(text()) }
            failure.message shouldContain part
            failure.status shouldBe 400
            failure.error shouldBe "invalid_request"
            failure.code shouldBe ErrorCode.REQUEST_REFUSED
        }

        reads("PEM") { pem }
        reads("PEM with CRLF") { pem.replace("\n", "\r\n") }
        reads("PEM in one line, as headers have it") { pem.trim().replace("\n", " ") }
        reads("PEM whose lines a proxy folded with tabs") { pem.trim().replace("\n", "\n\t") }
        reads("PEM without any line break") { "-----BEGIN CERTIFICATE-----$base64-----END CERTIFICATE-----" }
        reads("PEM with URL escapes, a space as %20, as nginx writes it") {
            URLEncoder.encode(pem, "UTF-8").replace("+", "%20")
        }
        reads("PEM with URL escapes, a space as +, as forms have it") { URLEncoder.encode(pem, "UTF-8") }
        reads("PEM with URL escapes, base64 as it is, as AWS load balancers write it") {
            pem.replace("\n", "%0A").replace(" ", "%20")
        }
        reads("Client-Cert of RFC 9440") { ":$base64:" }
        reads("Client-Cert with white space around") { " :$base64:\t" }

        test("no certificate is none: null, or blank where a proxy writes the header all the same") {
            for (text in listOf(null, "", " \t")) ClientCertificate.parse(text).shouldBeNull()
        }

        refuses("garbage") { "garbage" }
        refuses("DER in base64 without a form around it") { base64 }
        refuses("another block") { pem.replace("CERTIFICATE", "PUBLIC KEY") }
        refuses("PEM without its end") { pem.substringBefore("-----END") }
        refuses("PEM that begins and ends in one line of dashes") { "-----BEGIN CERTIFICATE-----END CERTIFICATE-----" }
        refuses("PEM without content") { "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----" }
        refuses("PEM with other characters in it") { pem.replaceFirst("M", "§") }
        refuses("PEM with text before it") { "subject=CN=x\n$pem" }
        refuses("PEM with broken escapes") { URLEncoder.encode(pem, "UTF-8").replace("%0A", "%0") }
        refuses("two certificates as PEM") { pem + Certificates.pem("CERTIFICATE", other.encoded) }
        refuses("two certificates with URL escapes") {
            URLEncoder.encode(pem + Certificates.pem("CERTIFICATE", other.encoded), "UTF-8")
        }
        refuses("two lines of Client-Cert") { ":$base64:, :$base64:" }
        refuses("Client-Cert without its end") { ":$base64" }
        refuses("Client-Cert without content") { "::" }
        refuses("a colon alone") { ":" }
        refuses("Client-Cert with a parameter") { ":$base64:;a=1" }
        refuses("Client-Cert of base64url") { ":-_-_:" }

        val none = "what stands for the client certificate is no X.509 certificate"
        refuses("base64 of no certificate", none) { ":AAAA:" }
        refuses(
            "a certificate cut short",
            none,
        ) { ":${Base64.getEncoder().encodeToString(certificate.encoded.copyOf(90))}:" }
        refuses("two certificates in one byte sequence", none) {
            ":${Base64.getEncoder().encodeToString(certificate.encoded + other.encoded)}:"
        }
        refuses("a certificate with bytes behind it", none) {
            ":${Base64.getEncoder().encodeToString(certificate.encoded + ByteArray(3))}:"
        }
        refuses("PEM within base64", none) { ":${Base64.getEncoder().encodeToString(pem.encodeToByteArray())}:" }

        refuses(
            "what is longer than any certificate",
            "has 32769 characters, but may have 32768",
        ) { "a".repeat(32_769) }

        test("the longest input costs nothing to speak of") {
            for (text in listOf(
                "%",
                ":",
                "-----BEGIN CERTIFICATE-----",
                "A",
                "+",
                " ",
                "%2B",
                "-----BEGIN+CERTIFICATE-----",
            )) {
                val long = text.repeat(32_768 / text.length)
                withClue(text) {
                    if (text !=
                        " "
                    ) {
                        shouldThrowExactly<RequestRefusedException> { ClientCertificate.parse(long) }
                    }
                }
            }
        }

        test("no message repeats the input") {
            val failure =
                shouldThrowExactly<RequestRefusedException> { ClientCertificate.parse(base64) }
            failure.message!!.contains(base64.take(16)) shouldBe false
        }

        context("a token that is bound to a certificate") {
            val thumbprint = ClientCertificate.thumbprint(certificate)

            fun refused(
                part: String,
                certificate: X509Certificate?,
                thumbprint: String =
                    ClientCertificate.thumbprint(
                        store.getCertificate(Certificates.ALIAS) as X509Certificate,
                    ),
            ) {
                shouldThrowExactly<RefusedToken> {
                    requireBoundCertificate(
                        thumbprint,
                        certificate,
                    )
                }.message shouldContain
                    part
            }

            test("is taken with that certificate") {
                requireBoundCertificate(thumbprint, certificate)
                requireBoundCertificate(thumbprint, ClientCertificate.parse(pem))
            }

            test("is refused without one") {
                refused("is bound to a client certificate, but the request came without one", null)
            }

            test("is refused with another one") {
                refused("is bound to another client certificate than that of the request", other as X509Certificate)
            }

            test("is refused where its thumbprint is another text, in case or padding too") {
                for (text in listOf(
                    "",
                    "$thumbprint=",
                    thumbprint.dropLast(1),
                    thumbprint.lowercase(),
                    " $thumbprint",
                )) {
                    refused("is bound to another client certificate", certificate, text)
                }
            }

            test("is refused with a certificate that cannot be encoded") {
                refused("cannot be encoded", UnencodableCertificate(certificate))
                shouldThrowExactly<IllegalArgumentException> {
                    ClientCertificate.thumbprint(UnencodableCertificate(certificate))
                }.message shouldBe "the certificate cannot be encoded"
            }
        }
    })
