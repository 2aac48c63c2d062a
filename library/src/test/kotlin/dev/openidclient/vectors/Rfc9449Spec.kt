package dev.openidclient.vectors

import dev.openidclient.client.ProtocolTime
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.text
import dev.openidclient.resourceserver.DpopProofValidation
import dev.openidclient.resourceserver.DpopSettings
import dev.openidclient.resourceserver.ProvenKey
import dev.openidclient.resourceserver.RefusedProof
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset

class Rfc9449Spec :
    FunSpec({
        for (vector in Vector.of("rfc9449.json")) {
            verifies("RFC 9449", vector)

            test("RFC 9449 §${vector.section} proof says what it is for, and carries its key") {
                val proof = Jwt.parse(vector.compact, "DPoP proof")

                text(proof.header["typ"]) shouldBe "dpop+jwt"
                proof.header["jwk"] shouldBe vector.key
                text(proof.claims["htm"]) shouldBe vector.text("htm")
                text(proof.claims["htu"]) shouldBe vector.text("htu")
            }

            test("RFC 9449 §${vector.section} key has the thumbprint of §6.1") {
                Jwk(vector.key).thumbprint() shouldBe vector.text("thumbprint")
            }

            if ("accessToken" !in vector) {
                test("RFC 9449 §${vector.section} proof, for the token endpoint, is of no use at a resource server") {
                    val clock = Clock.fixed(Instant.ofEpochSecond(1_562_262_616), ZoneOffset.UTC)
                    val url = checkNotNull(AbsoluteUrl.parse(vector.text("htu")))
                    val proofs = DpopProofValidation(DpopSettings(), ProtocolTime(clock, 0, 30), url.origin)
                    shouldThrow<RefusedProof> { proofs.verify(vector.compact, vector.text("htm"), url, "token") }
                        .message shouldContain "\"ath\""
                }
            }

            if ("accessToken" in vector) {
                test(
                    "RFC 9449 §${vector.section} proof is taken by a resource server of its time, and by none of another",
                ) {
                    val issued = Instant.ofEpochSecond(1_562_262_618)
                    val url = checkNotNull(AbsoluteUrl.parse(vector.text("htu")))

                    fun proven(time: Instant): ProvenKey {
                        val clock = Clock.fixed(time, ZoneOffset.UTC)
                        val proofs = DpopProofValidation(DpopSettings(), ProtocolTime(clock, 0, 30), url.origin)
                        return proofs.verify(vector.compact, vector.text("htm"), url, vector.text("accessToken"))
                    }
                    proven(issued).thumbprint shouldBe vector.text("thumbprint")
                    proven(issued).jti shouldBe "e1j3V_bKic8-LAEB"
                    proven(issued.plusSeconds(90)).htu shouldBe "https://resource.example.org/protectedresource"
                    shouldThrow<RefusedProof> { proven(issued.plusSeconds(91)) }
                }

                test("RFC 9449 §${vector.section} ath is the hash of the access token") {
                    val url = checkNotNull(AbsoluteUrl.parse(vector.text("htu")))
                    val own = Dpop(SigningKey.generate()).proof("GET", url, vector.text("accessToken"), 0, null)

                    Jwt.parse(vector.compact, "DPoP proof").claims["ath"] shouldBe
                        Jwt.parse(own, "DPoP proof").claims["ath"]
                }
            }
        }
    })
