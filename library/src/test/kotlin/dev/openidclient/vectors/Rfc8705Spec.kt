package dev.openidclient.vectors

import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Pem
import dev.openidclient.jose.PublicJwk
import dev.openidclient.resourceserver.ClientCertificate
import dev.openidclient.resourceserver.requireBoundCertificate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class Rfc8705Spec :
    FunSpec({
        for (vector in Vector.of("rfc8705.json")) {
            val certificate = Pem.certificates(vector.text("certificate")).single()

            test("RFC 8705 §A certificate has the key of the JWK") {
                PublicJwk.of(certificate.publicKey, JwsAlgorithm.ES256).thumbprint() shouldBe
                    Jwk(vector.key).thumbprint()
            }

            test("RFC 8705 §A x5t#S256 is the hash of the certificate") {
                Base64Url.encode(Jca.digest("SHA-256").digest(certificate.encoded)) shouldBe vector.text("x5t#S256")
            }

            test("RFC 8705 §A token that is bound to x5t#S256 is taken with the certificate") {
                val parsed = ClientCertificate.parse(vector.text("certificate"))
                requireBoundCertificate(vector.text("x5t#S256"), parsed)
                ClientCertificate.thumbprint(checkNotNull(parsed)) shouldBe vector.text("x5t#S256")
            }
        }
    })
