package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.unverifiable
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val URL = "https://as.example.com/jwks"

private fun token(kid: String? = null): Jwt {
    val header = kid?.let { mapOf("kid" to JsonPrimitive(it)) }.orEmpty()
    return Jwt.parse(unverifiable(jsonObject("{}"), header = header), "ID Token")
}

private fun set(vararg keys: String) = JwkSet(jsonObject("""{"keys":[${keys.joinToString()}]}"""))

private fun failure(
    set: JwkSet,
    kid: String? = "a",
    fitting: Int = 0,
    heldBack: Long? = null,
): ValidationException =
    KeyFailures.selectionFailed(token(kid), List(fitting) { Jwk(jsonObject("{}")) }, URL, set, heldBack)

private fun reason(
    set: JwkSet,
    kid: String? = "a",
): String = failure(set, kid).message!!.substringAfter("but no key did: ")

class KeyFailuresSpec :
    FunSpec({
        context("a signature that does not verify") {
            test("is said to be of no key that fits, with the number of those that were tried") {
                val tried = List(2) { Jwk(jsonObject("{}")) }

                KeyFailures.signatureFailed(token("a"), tried.take(1), URL).message shouldBe
                    "the signature of the ID Token with alg \"RS256\" and kid \"a\" does not verify with the key of " +
                    "$URL that fits: the ID Token was changed on its way, or signed with a key that is not " +
                    "published there"
                KeyFailures.signatureFailed(token(), tried, URL).message!!.substringBefore(": the ID Token") shouldBe
                    "the signature of the ID Token with alg \"RS256\" does not verify with any of the 2 keys of " +
                    "$URL that fit"
            }

            test("has its own subject") {
                KeyFailures.signatureFailed(token(), emptyList(), URL).subject shouldBe ValidationSubject.SIGNATURE
            }
        }

        context("a failed selection") {
            test("has its own code and subject") {
                failure(set()).code shouldBe ErrorCode.KEY_SELECTION_FAILED
                failure(set()).subject shouldBe ValidationSubject.KEY
            }

            test("says which key was wanted, and where, without control characters") {
                failure(set(), "a\nb").message shouldBe
                    "a key of $URL must fit the ID Token with alg \"RS256\" and kid \"a\uFFFDb\", " +
                    "but no key did: there is none at all"
            }

            test("says how many keys fit, and how many are tried") {
                failure(set(), fitting = 9).message!!.substringAfter("but ") shouldBe
                    "9 keys did, of which at most 8 are tried: the \"kid\" of the ID Token must say which one"
            }

            test("says that a download is held back, and for how long") {
                failure(set(), heldBack = 17).message!!.substringAfter("; ") shouldBe
                    "a new download is held back for 17 s after the last ones"
            }

            test("says which kids there are where there is not the wanted one") {
                reason(set("""{"kid":"b"}""", """{"kid":"c"}""", "{}")) shouldBe
                    "those there have the kid \"b\", \"c\" or no kid (1)"
                reason(set("{}", "{}")) shouldBe "those there have no kid (2)"
            }

            test("shows a few of many kids") {
                reason(set(*Array(9) { """{"kid":"${it + 1}"}""" })) shouldBe
                    "those there have the kid \"1\", \"2\", \"3\", \"4\", \"5\", ..."
            }

            val obstacles =
                mapOf(
                    """{"kid":"a","kty":"EC"}""" to "its kty is \"EC\"",
                    """{"kid":"a"}""" to "its kty is absent",
                    """{"kid":"a","kty":"RSA","alg":"PS256"}""" to "its alg is \"PS256\"",
                    """{"kid":"a","kty":"RSA","use":"enc"}""" to "its use is \"enc\"",
                    """{"kid":"a","kty":"RSA","key_ops":["encrypt"]}""" to "its key_ops is [\"encrypt\"]",
                    """{"kid":"a","kty":"RSA","issuer":"https://b.example"}""" to "its issuer is \"https://b.example\"",
                )
            for ((key, why) in obstacles) {
                test("says for what the one key with the wanted kid was passed over: $why") {
                    reason(set(key, """{"kid":"b","kty":"RSA"}""")) shouldBe
                        "1 key with kid \"a\" was passed over, as $why"
                }
            }

            test("says for what the keys were passed over where none is named") {
                val keys = set("""{"kty":"RSA","use":"enc"}""", """{"kty":"EC"}""", """{"kty":"EC"}""")

                reason(keys, kid = null) shouldBe
                    "3 keys were passed over, as the use is \"enc\" (1) and the kty is \"EC\" (2)"
            }
        }
    })
