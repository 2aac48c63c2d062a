package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class JwkThumbprintSpec :
    FunSpec({
        // RFC 7638 §3.1
        test("is that of the example of an RSA key, whatever else the key has") {
            val n =
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE" +
                    "CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" +
                    "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6" +
                    "WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
            thumbprint("""{"kty":"RSA","n":"$n","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""") shouldBe
                "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        }

        // RFC 9449 §4.1, §6.1
        test("is that of the example of a DPoP key") {
            thumbprint(
                """{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",""" +
                    """"y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}""",
            ) shouldBe "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
        }

        // RFC 8037 A.3
        test("is that of the example of an Ed25519 key") {
            thumbprint("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""") shouldBe
                "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        }

        test("of an AKP key depends on its alg") {
            val one = thumbprint("""{"kty":"AKP","alg":"ML-DSA-44","pub":"AQ"}""")

            (one == thumbprint("""{"kty":"AKP","alg":"ML-DSA-65","pub":"AQ"}""")) shouldBe false
            one shouldBe thumbprint("""{"pub":"AQ","kty":"AKP","priv":"AQ","alg":"ML-DSA-44"}""")
        }

        val lacking =
            mapOf(
                "y" to """{"kty":"EC","crv":"P-256","x":"AQ"}""",
                "crv" to """{"kty":"OKP","x":"AQ"}""",
                "e" to """{"kty":"RSA","n":"AQ"}""",
                "alg" to """{"kty":"AKP","pub":"AQ"}""",
            )
        for ((member, jwk) in lacking) {
            test("does not exist without \"$member\": $jwk") {
                shouldThrow<UnsupportedFeatureException> { thumbprint(jwk) }.message shouldContain
                    "the key has no \"$member\""
            }
        }

        for (jwk in listOf("{}", """{"kty":"oct","k":"AQ"}""", """{"kty":"rsa","n":"AQ","e":"AQAB"}""")) {
            test("does not exist for $jwk") {
                shouldThrow<UnsupportedFeatureException> { thumbprint(jwk) }.message shouldContain
                    "has no thumbprint here"
            }
        }
    })

private fun thumbprint(jwk: String): String = Jwk(jsonObject(jwk)).thumbprint()
