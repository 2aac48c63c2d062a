package dev.openidclient.vectors

import dev.openidclient.dpop.Dpop
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.text
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

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

            if ("accessToken" in vector) {
                test("RFC 9449 §${vector.section} ath is the hash of the access token") {
                    val url = checkNotNull(AbsoluteUrl.parse(vector.text("htu")))
                    val own = Dpop(SigningKey.generate()).proof("GET", url, vector.text("accessToken"), 0, null)

                    Jwt.parse(vector.compact, "DPoP proof").claims["ath"] shouldBe
                        Jwt.parse(own, "DPoP proof").claims["ath"]
                }
            }
        }
    })
