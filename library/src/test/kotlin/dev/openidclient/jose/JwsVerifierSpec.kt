package dev.openidclient.jose

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

class JwsVerifierSpec :
    FunSpec({
        context("published vectors:") {
            for (vector in VECTORS) {
                val (header, payload, signature) = vector.jws.split('.')
                val verifier = JwsVerifier.of(Jwk(jsonObject(vector.jwk)), vector.algorithm)
                val input = "$header.$payload".encodeToByteArray()
                val bytes = Base64Url.decode(signature)!!

                test("${vector.source} verifies") {
                    verifier.verify(input, bytes) shouldBe true
                }

                test("${vector.source} does not verify with another payload") {
                    verifier.verify("$header.${payload}A".encodeToByteArray(), bytes) shouldBe false
                }

                test("${vector.source} does not verify with a changed signature") {
                    val changed = bytes.copyOf()
                    changed[10] = (changed[10].toInt() xor 1).toByte()
                    verifier.verify(input, changed) shouldBe false
                }

                for (size in listOf(0, 1, bytes.size - 1, bytes.size + 1, bytes.size * 2)) {
                    test("${vector.source} does not verify with a signature of $size bytes") {
                        verifier.verify(input, bytes.copyOf(size)) shouldBe false
                    }
                }

                test("${vector.source} does not verify with a signature of zeros") {
                    verifier.verify(input, ByteArray(bytes.size)) shouldBe false
                }
            }
        }

        context("RSA:") {
            val jwk = Jwk(TestKeys.publicJwk(TestKeys.rsa))
            val input = "a.b".encodeToByteArray()
            val rsa = JwsAlgorithm.entries.filter { it.keyType == "RSA" }

            fun sign(algorithm: JwsAlgorithm) =
                RSASSASigner(TestKeys.rsa).sign(JWSHeader(JWSAlgorithm.parse(algorithm.identifier)), input).decode()
            for (algorithm in rsa) {
                test("a signature of ${algorithm.identifier} verifies") {
                    JwsVerifier.of(jwk, algorithm).verify(input, sign(algorithm)) shouldBe true
                }

                for (other in rsa - algorithm) {
                    test("a signature of ${algorithm.identifier} is none of ${other.identifier}") {
                        JwsVerifier.of(jwk, other).verify(input, sign(algorithm)) shouldBe false
                    }
                }
            }

            test("a PS256 signature whose salt is not as long as the hash does not verify (RFC 7518 §3.5)") {
                val signature =
                    Signature.getInstance("RSASSA-PSS").run {
                        setParameter(PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1))
                        initSign(TestKeys.rsa.toPrivateKey())
                        update(input)
                        sign()
                    }
                JwsVerifier.of(jwk, JwsAlgorithm.PS256).verify(input, signature) shouldBe false
            }
        }

        context("elliptic curves:") {
            val curves =
                mapOf(
                    JwsAlgorithm.ES256 to Curve.P_256,
                    JwsAlgorithm.ES384 to Curve.P_384,
                    JwsAlgorithm.ES512 to Curve.P_521,
                )
            for ((algorithm, curve) in curves) {
                val key = ECKeyGenerator(curve).generate()
                val input = "a.b".encodeToByteArray()
                val verifier = JwsVerifier.of(Jwk(TestKeys.publicJwk(key)), algorithm)

                test("a signature of ${algorithm.identifier} verifies") {
                    val signature = ECDSASigner(key).sign(JWSHeader(JWSAlgorithm.parse(algorithm.identifier)), input)
                    verifier.verify(input, signature.decode()) shouldBe true
                }

                test("a signature of ${algorithm.identifier} in DER does not verify (RFC 7518 §3.4)") {
                    val hash = algorithm.hash.replace("-", "")
                    val der =
                        Signature.getInstance("${hash}withECDSA").run {
                            initSign(key.toPrivateKey())
                            update(input)
                            sign()
                        }
                    verifier.verify(input, der) shouldBe false
                }
            }
        }

        test("one verifier serves many threads at once") {
            val key = TestKeys.ed25519Jwk()
            val verifier = JwsVerifier.of(Jwk(key), JwsAlgorithm.ED25519)
            val token = TestKeys.signEd25519(jsonObject("{}"))
            val input = token.substringBeforeLast('.').encodeToByteArray()
            val signature = Base64Url.decode(token.substringAfterLast('.'))!!

            (1..200).toList().parallelStream().allMatch { verifier.verify(input, signature) } shouldBe true
        }
    })

private class Vector(
    val source: String,
    val algorithm: JwsAlgorithm,
    val jwk: String,
    val jws: String,
)

private const val JOE =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

private const val RFC_8037_KEY = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"""

private const val RFC_8037_JWS =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc" +
        ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

private val VECTORS =
    listOf(
        Vector(
            "RFC 7515 A.2 (RS256)",
            JwsAlgorithm.RS256,
            """{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4""" +
                "qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0" +
                "LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5" +
                "ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp" +
                """oQ"}""",
            "eyJhbGciOiJSUzI1NiJ9.$JOE" +
                ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbd" +
                "s9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZ" +
                "RmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs" +
                "98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        Vector(
            "RFC 7515 A.3 (ES256)",
            JwsAlgorithm.ES256,
            """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",""" +
                """"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""",
            "eyJhbGciOiJFUzI1NiJ9.$JOE" +
                ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        Vector(
            "RFC 7515 A.4 (ES512)",
            JwsAlgorithm.ES512,
            """{"kty":"EC","crv":"P-521",""" +
                """"x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",""" +
                """"y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}""",
            "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA" +
                ".AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKd" +
                "CAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
        ),
        Vector("RFC 8037 A.4, A.5 (EdDSA)", JwsAlgorithm.EDDSA, RFC_8037_KEY, RFC_8037_JWS),
        Vector("RFC 8037 A.4, A.5 as Ed25519", JwsAlgorithm.ED25519, RFC_8037_KEY, RFC_8037_JWS),
    )
