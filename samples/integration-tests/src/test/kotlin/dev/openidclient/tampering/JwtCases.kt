package dev.openidclient.tampering

import dev.openidclient.integration.withOtherSignature
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_KEY
import dev.openidclient.tampering.Refusal.UNPARSABLE
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** Header, form and signature of a JWT, as the ID Token of a code flow. */
internal val jwtCases: List<Case> =
    table("JWT", Flows.code) {
        for (none in listOf("none", "None", "NONE", "nOnE")) {
            refused("alg is $none", UNTRUSTED, idTokenHeader("alg" to none))
        }
        refused("alg is none and a signature stands there", UNTRUSTED, idTokenText { withHeader(it, "alg" to "none") })
        refused("alg is absent", UNTRUSTED, idTokenHeader("alg" to Absent))
        refused("alg is null", UNTRUSTED, idTokenHeader("alg" to null))
        refused("alg is a number", UNTRUSTED, idTokenHeader("alg" to 256))
        refused("alg is a list", UNTRUSTED, idTokenHeader("alg" to listOf("RS256")))
        refused("alg is in lower case", UNTRUSTED, idTokenHeader("alg" to "rs256"))
        refused("alg has a space", UNTRUSTED, idTokenHeader("alg" to "RS256 "))
        refused("alg is unknown", UNTRUSTED, idTokenHeader("alg" to "ES256K"))
        refused("alg breaks the line", UNTRUSTED, idTokenHeader("alg" to "RS256\r\nINFO signed in: admin"))
        refused("alg is HS256 with the client secret", UNSUPPORTED, hmac("HS256") { Forgery.secretOf("basic") })
        refused("alg is HS512 with the client secret", UNSUPPORTED, hmac("HS512") { Forgery.secretOf("basic") })
        refused(
            "alg is HS256 with the public key",
            UNSUPPORTED,
            hmac("HS256") { "${Forgery.jwks}".encodeToByteArray() },
        )
        refused("alg is HS256 with an empty secret", UNSUPPORTED, hmac("HS256") { ByteArray(1) })
        refused("alg is HS256, but RS256 registered", UNTRUSTED, hmac("HS256") { ByteArray(1) }, Flows.codeOfRs256)
        refused("alg is none, but RS256 registered", UNTRUSTED, idTokenHeader("alg" to "none"), Flows.codeOfRs256)
        refused("alg is ES256, but RS256 registered", UNTRUSTED, es256(), Flows.codeOfRs256)
        refused("alg is PS256, but RS256 registered", UNTRUSTED, idTokenHeader("alg" to "PS256"), Flows.codeOfRs256)
        refused("alg is RS384, for which there is no key", NO_KEY, idTokenHeader("alg" to "RS384"))
        refused("alg is ES256 with the kid of an RSA key", NO_KEY, idTokenHeader("alg" to "ES256"))
        refused(
            "alg is ES512 with the kid of a P-256 key",
            NO_KEY,
            idTokenHeader(
                "alg" to "ES512",
                "kid" to "server-p256",
            ),
        )
        refused("alg is EdDSA with the kid of an RSA key", NO_KEY, idTokenHeader("alg" to "EdDSA"))

        refused("kid is unknown", NO_KEY, idTokenHeader("kid" to "another"))
        refused("kid is empty", NO_KEY, idTokenHeader("kid" to ""))
        refused("kid is a number", MALFORMED, idTokenHeader("kid" to 1))
        refused("kid is a list", MALFORMED, idTokenHeader("kid" to listOf("server-rsa")))
        refused("kid is a path", NO_KEY, idTokenHeader("kid" to "../../../../dev/null"))
        refused("kid is SQL", NO_KEY, idTokenHeader("kid" to "x' UNION SELECT 'key"))
        refused("kid is in upper case", NO_KEY, idTokenHeader("kid" to "SERVER-RSA"))
        refused("kid breaks the line", NO_KEY, idTokenHeader("kid" to "a\nINFO signed in: admin\u2028\u202E"))
        refused("kid is endless", NO_KEY, idTokenHeader("kid" to "k".repeat(100_000)))

        refused("crit is there", UNSUPPORTED, idTokenHeader("crit" to listOf("exp"), "exp" to 1))
        refused("crit is empty", UNSUPPORTED, idTokenHeader("crit" to emptyList<String>()))
        refused("crit is null", UNSUPPORTED, idTokenHeader("crit" to null))
        refused("crit is text", UNSUPPORTED, idTokenHeader("crit" to "b64"))
        refused("crit is b64", UNSUPPORTED, idTokenHeader("crit" to listOf("b64"), "b64" to false))

        refused("somebody else signed", UNTRUSTED, stranger())
        refused("somebody else signed and says which key in jwk", UNTRUSTED, stranger("jwk" to mapOf("kty" to "oct")))
        refused(
            "somebody else signed and says where in jku",
            UNTRUSTED,
            stranger("jku" to "${TamperingProxy.origin}/evil"),
        )
        refused(
            "somebody else signed and says where in x5u",
            UNTRUSTED,
            stranger("x5u" to "${TamperingProxy.origin}/evil"),
        )
        refused("somebody else signed and brings x5c", UNTRUSTED, stranger("x5c" to listOf("MIIB")))
        refused("the signature is another", UNTRUSTED, idTokenText(::withOtherSignature))
        refused("the signature is empty", UNTRUSTED, signature { ByteArray(0) })
        refused("the signature is cut off", UNTRUSTED, signature { it.copyOf(it.size - 1) })
        refused("the signature goes on", UNTRUSTED, signature { it + 0 })
        refused("the signature is nothing but zeros", UNTRUSTED, signature { ByteArray(it.size) })
        refused("the signature is huge", UNTRUSTED, signature { ByteArray(100_000) })
        refused("the signature of ES256 is zero", UNTRUSTED, ecSignature { ByteArray(64) })
        refused("the signature of ES256 is the order of the curve", UNTRUSTED, ecSignature { P256_ORDER + P256_ORDER })
        refused("the signature of ES256 is DER", UNTRUSTED, ecSignature { byteArrayOf(0x30, 0x44) + it })
        refused("the signature of ES256 is empty", UNTRUSTED, ecSignature { ByteArray(0) })
        refused("the signature is not base64url", MALFORMED, idTokenText { it.substringBeforeLast('.') + ".!!!!" })

        refused(
            "the claims were exchanged",
            UNTRUSTED,
            idTokenText {
                withPart(
                    it,
                    1,
                    Forgery.part(it, 1).changed("sub" to "b"),
                )
            },
        )
        refused("the header was exchanged", UNTRUSTED, idTokenText { withHeader(it, "typ" to "JWT", "x" to 1) })
        refused("there are two parts", MALFORMED, idTokenText { it.substringBeforeLast('.') })
        refused("there are four parts", MALFORMED, idTokenText { "$it.e30" })
        refused("there are five parts", UNSUPPORTED, idTokenText { "$it.e30.e30" })
        refused("there is one part", MALFORMED, idTokenText { "token" })
        refused("there are dots only", UNPARSABLE, idTokenText { ".." })
        refused("the header is no JSON", UNPARSABLE, idTokenText { "bm8" + it.substring(it.indexOf('.')) })
        refused("the header is a list", MALFORMED, idTokenText { "W10" + it.substring(it.indexOf('.')) })
        refused("the header is not base64url", MALFORMED, idTokenText { "{}" + it.substring(it.indexOf('.')) })
        refused(
            "the claims are no JSON",
            UNPARSABLE,
            idTokenText {
                it.replaceAfter(
                    '.',
                    "bm8." + it.substringAfterLast('.'),
                )
            },
        )
        refused(
            "the claims are a list",
            MALFORMED,
            idTokenText {
                it.replaceAfter(
                    '.',
                    "W10." + it.substringAfterLast('.'),
                )
            },
        )
        refused(
            "the claims are a string",
            MALFORMED,
            idTokenText {
                it.replaceAfter(
                    '.',
                    "ImEi." + it.substringAfterLast('.'),
                )
            },
        )
        refused(
            "the claims are empty",
            UNPARSABLE,
            idTokenText { it.replaceAfter('.', "." + it.substringAfterLast('.')) },
        )
        refused(
            "the claims are nested without end",
            UNPARSABLE,
            idTokenPayload("\"a\":" + "[".repeat(5000) + "]".repeat(5000)),
        )
    }

private fun withHeader(
    jwt: String,
    vararg changes: Pair<String, Any?>,
): String = withPart(jwt, 0, Forgery.part(jwt, 0).changed(*changes))

private fun withPart(
    jwt: String,
    index: Int,
    value: Any,
): String = jwt.split('.').toMutableList().also { it[index] = Forgery.base64("$value") }.joinToString(".")

private fun hmac(
    algorithm: String,
    secret: () -> ByteArray,
): Tampering = idTokenText { Forgery.withHmac(it, algorithm, secret()) }

private fun es256() = idTokenHeader("alg" to "ES256", "kid" to "server-p256")

private fun stranger(vararg header: Pair<String, Any?>): Tampering =
    idTokenText { Forgery.signedByStranger(it, *header) }

private fun signature(edit: (ByteArray) -> ByteArray): Tampering = idTokenText { Forgery.withSignature(it, edit) }

private fun ecSignature(edit: (ByteArray) -> ByteArray): Tampering =
    signed(Endpoint.TOKEN) {
        withJson(
            json.changed(
                "id_token" to
                    changed {
                        val header = arrayOf<Pair<String, Any?>>("alg" to "ES256", "kid" to "server-p256")
                        Forgery.withSignature(Forgery.signedAgain(it.string, header), edit)
                    },
            ),
        )
    }

private val P256_ORDER =
    "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
        .chunked(2)
        .map {
            it.toInt(16).toByte()
        }.toByteArray()
