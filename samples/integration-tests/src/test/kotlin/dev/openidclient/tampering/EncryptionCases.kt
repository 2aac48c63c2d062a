package dev.openidclient.tampering

import com.nimbusds.jose.CompressionAlgorithm
import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.ECDHEncrypter
import com.nimbusds.jose.crypto.RSAEncrypter
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.integration.ClientKeys
import dev.openidclient.integration.OidcProvider
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.UNDECRYPTABLE
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTRUSTED
import kotlinx.coroutines.runBlocking

/** Where an encrypted token stands. */
private typealias Place = ((String) -> String) -> Tampering

private val inUserInfo: Place = { edit -> answer(Endpoint.USERINFO) { withText(edit(text)) } }

/** Encrypted ID Tokens, UserInfo and authorization responses. */
internal val encryptionCases: List<Case> =
    table("ID Token encrypted with RSA", Flows.encryptedWithRsa) {
        envelope(::idTokenText)
        contents("rsa-enc", ::idTokenText)
    } +
        table("ID Token encrypted with ECDH", Flows.encryptedWithEc) {
            envelope(::idTokenText)
            ephemeralKey(::idTokenText)
            contents("p256-enc", ::idTokenText)
        } +
        table("encrypted UserInfo", Flows.encryptedUserInfo) {
            envelope(inUserInfo)
            ephemeralKey(inUserInfo)
        } +
        table("encrypted JARM", Flows.encryptedJarm) {
            envelope { edit -> callbackJwtText("response", edit) }
            contents("rsa-enc") { edit -> callbackJwtText("response", edit) }
        }

private fun CaseTable.envelope(place: Place) {
    for (alg in listOf(
        Absent,
        null,
        1,
        "none",
        "RSA1_5",
        "dir",
        "A256KW",
        "PBES2-HS256+A128KW",
        "rsa-oaep-256",
        "ECDH-1PU",
    )) {
        refused("alg is ${shown(alg)}", UNDECRYPTABLE, place { header(it, "alg" to alg) })
    }
    for (enc in listOf(Absent, null, 1, "", "A256CBC", "A256CTR", "a256gcm", "A128CBC-HS256")) {
        refused("enc is ${shown(enc)}", UNDECRYPTABLE, place { header(it, "enc" to enc) })
    }
    for (zip in listOf("DEF", "GZIP", null, 1)) {
        refused("zip is $zip", UNDECRYPTABLE, place { header(it, "zip" to zip) })
    }
    for (kid in listOf("another", null, 1)) refused("kid is $kid", UNDECRYPTABLE, place { header(it, "kid" to kid) })
    refused("crit is there", UNDECRYPTABLE, place { header(it, "crit" to listOf("exp"), "exp" to 1) })
    refused("the header is a list", UNDECRYPTABLE, place { "W10" + it.substring(it.indexOf('.')) })
    refused("the header is no JSON", UNDECRYPTABLE, place { "bm8" + it.substring(it.indexOf('.')) })
    for ((name, index) in mapOf("vector" to 2, "ciphertext" to 3, "tag" to 4)) {
        refused(
            "the $name is another",
            UNDECRYPTABLE,
            place {
                part(it, index) { bytes ->
                    bytes.apply {
                        set(
                            0,
                            (
                                get(0) +
                                    1
                            ).toByte(),
                        )
                    }
                }
            },
        )
        refused(
            "the $name is cut off",
            UNDECRYPTABLE,
            place { part(it, index) { bytes -> bytes.copyOf(bytes.size - 1) } },
        )
        refused("the $name goes on", UNDECRYPTABLE, place { part(it, index) { bytes -> bytes + 0 } })
        refused("the $name is empty", UNDECRYPTABLE, place { part(it, index) { ByteArray(0) } })
    }
    refused(
        "the key is another",
        UNDECRYPTABLE,
        place { part(it, 1) { bytes -> ByteArray(bytes.size.coerceAtLeast(1)) } },
    )
    refused("the tag has 32 bits", UNDECRYPTABLE, place { part(it, 4) { bytes -> bytes.copyOf(4) } })
    refused("a part is not base64url", MALFORMED, place { it.dropLast(1) + "!" })
    refused("there are four parts", UNTRUSTED, place { it.substringBeforeLast('.') })
    refused("there are six parts", UNTRUSTED, place { "$it.e30" })
}

private fun CaseTable.ephemeralKey(place: Place) {
    refused("epk is absent", UNDECRYPTABLE, place { header(it, "epk" to Absent) })
    refused("epk is null", UNDECRYPTABLE, place { header(it, "epk" to null) })
    refused("epk is text", UNDECRYPTABLE, place { header(it, "epk" to "P-256") })
    refused("epk is empty", UNDECRYPTABLE, place { header(it, "epk" to emptyMap<String, Any>()) })
    refused("epk is on another curve", UNDECRYPTABLE, place { header(it, "epk" to point("P-384", 48)) })
    refused("epk is on no curve", UNDECRYPTABLE, place { header(it, "epk" to point("P-256", 32)) })
    refused(
        "epk is of a family without curves",
        UNDECRYPTABLE,
        place {
            header(
                it,
                "epk" to mapOf("kty" to "oct", "k" to "AA", "crv" to "P-256"),
            )
        },
    )
    refused(
        "epk is infinity",
        UNDECRYPTABLE,
        place {
            header(
                it,
                "epk" to mapOf("kty" to "EC", "crv" to "P-256", "x" to "AA", "y" to "AA"),
            )
        },
    )
    refused("epk is another key", UNDECRYPTABLE, place { header(it, "epk" to otherKey()) })
    refused("apu is endless", UNDECRYPTABLE, place { header(it, "apu" to "A".repeat(100_000)) })
}

private fun CaseTable.contents(
    key: String,
    place: Place,
) {
    refused("it holds JSON", MALFORMED, place { again(it, key) { "{}" } })
    refused("it holds nothing", MALFORMED, place { again(it, key) { "" } })
    refused("it holds another encrypted token", UNSUPPORTED, place { again(it, key) { "e30.e30.e30.e30.e30" } })
    refused(
        "it holds a token that is not signed",
        UNTRUSTED,
        place {
            again(it, key) { inner ->
                Forgery.signedAgain(
                    inner,
                    arrayOf("alg" to "none"),
                )
            }
        },
    )
    refused(
        "it holds a token that somebody else signed",
        UNTRUSTED,
        place {
            again(it, key) { inner -> Forgery.signedByStranger(inner) }
        },
    )
    accepted("it is compressed", place { again(it, key, compressed = true) { inner -> inner } })
    refused(
        "it holds sixteen mebibytes of nothing",
        UNDECRYPTABLE,
        place {
            again(it, key, compressed = true) { " ".repeat(BOMB) }
        },
    )
}

private fun shown(value: Any?) =
    if (value === Absent) {
        "absent"
    } else if (value == "") {
        "empty"
    } else {
        "$value"
    }

private fun header(
    jwe: String,
    vararg changes: Pair<String, Any?>,
): String = Forgery.base64(Forgery.part(jwe, 0).changed(*changes).toString()) + jwe.substring(jwe.indexOf('.'))

private fun part(
    jwe: String,
    index: Int,
    edit: (ByteArray) -> ByteArray,
): String =
    jwe
        .split('.')
        .toMutableList()
        .also {
            it[index] = Forgery.base64(edit(Forgery.decoded(it[index])))
        }.joinToString(".")

private fun point(
    curve: String,
    size: Int,
) = mapOf(
    "kty" to "EC",
    "crv" to curve,
    "x" to Forgery.base64(ByteArray(size) { 1 }),
    "y" to Forgery.base64(ByteArray(size) { 2 }),
)

private fun otherKey() = Forgery.jwks.objects("keys").first { it["crv"]?.string == "P-256" }

/** What [jwe] holds through [edit], encrypted again for the client's [key]. */
internal fun again(
    jwe: String,
    key: String,
    compressed: Boolean = false,
    edit: (String) -> String,
): String {
    val algorithm = JWEAlgorithm.parse(Forgery.part(jwe, 0).getValue("alg").string)
    val encryption = EncryptionMethod.parse(Forgery.part(jwe, 0).getValue("enc").string)
    val decryption = ClientKeys.decryption(key, algorithm.name.takeIf { key.startsWith("rsa") })
    val inner = runBlocking { decryption.decrypt(jwe) }.decodeToString()
    val header = JWEHeader.Builder(algorithm, encryption)
    if (compressed) header.compressionAlgorithm(CompressionAlgorithm.DEF)
    val jwk = OidcProvider.clientKey(key).toString()
    val encrypter = if (key.startsWith("rsa")) RSAEncrypter(RSAKey.parse(jwk)) else ECDHEncrypter(ECKey.parse(jwk))
    return JWEObject(header.build(), Payload(edit(inner))).apply { encrypt(encrypter) }.serialize()
}

private const val BOMB = 16 * 1024 * 1024
