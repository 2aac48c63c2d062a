package dev.openidclient.vectors

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.halfHash
import dev.openidclient.json.text
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class OpenIdConnectCoreSpec :
    FunSpec({
        for (vector in Vector.of(CORE)) {
            verifies("OpenID Connect Core", vector)

            test("OpenID Connect Core §${vector.section} ID Token is for the client of the example") {
                val jwt = Jwt.parse(vector.compact, "ID Token")

                jwt.keyId shouldBe "1e9gdk7"
                jwt.audience shouldBe listOf("s6BhdRkqt3")
                text(jwt.claims["nonce"]) shouldBe "n-0S6_WzA2Mj"
            }
        }

        for ((member, claim) in mapOf("accessToken" to "at_hash", "code" to "c_hash")) {
            for (vector in Vector.of(CORE).filter { member in it }) {
                val expected = text(Jwt.parse(vector.compact, "ID Token").claims[claim])

                test("OpenID Connect Core §${vector.section} $claim is that of what came with the ID Token") {
                    halfHash(vector.text(member), JwsAlgorithm.RS256) shouldBe expected
                }

                test("OpenID Connect Core §${vector.section} $claim is none of another algorithm's hash") {
                    halfHash(vector.text(member), JwsAlgorithm.RS384) shouldNotBe expected
                }
            }
        }
    })

private const val CORE = "openid-connect-core.json"
