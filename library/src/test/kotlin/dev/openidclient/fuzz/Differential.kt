package dev.openidclient.fuzz

import com.nimbusds.jose.JWSObject
import com.nimbusds.jose.jwk.JWK
import com.nimbusds.jose.util.Base64URL
import com.nimbusds.jose.util.JSONObjectUtils
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.Jwt
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.text.ParseException

/** The strings of [members] are those that Nimbus reads in [text], where Nimbus takes it. */
internal fun requireSameJson(
    text: String,
    members: JsonObject,
) {
    val others = orNull { JSONObjectUtils.parse(text) } ?: return
    rule(others.keys == members.keys) { "members that Nimbus reads otherwise" }
    for ((name, value) in members) {
        rule(text(value) == others[name] as? String) { "the member \"$name\", which Nimbus reads otherwise" }
    }
}

/** Algorithm and claims of [jwt] are those that Nimbus reads in [compact], where Nimbus takes it. */
internal fun requireSameJwt(
    compact: String,
    jwt: Jwt,
) {
    val others = orNull { JWSObject.parse(compact) } ?: return
    rule(others.header.algorithm.name == jwt.algorithm) { "an algorithm that Nimbus reads otherwise" }
    rule(others.header.keyID == jwt.keyId) { "a key id that Nimbus reads otherwise" }
    requireSameJson(others.payload.toString(), jwt.claims)
}

/** The thumbprint of [key] is Nimbus', where Nimbus takes it. */
internal fun requireSameThumbprint(key: Jwk) {
    val others = orNull { JWK.parse(key.json.toString()) } ?: return
    // Nimbus' own key types only, written as RFC 7518 says
    if (key.json.values.mapNotNull(::text).any { it.any { char -> char !in BASE64URL } }) return
    val own =
        try {
            key.thumbprint()
        } catch (_: UnsupportedFeatureException) {
            return
        }
    rule(others.computeThumbprint().toString() == own) { "a thumbprint that Nimbus computes otherwise" }
}

/** What [text] decodes to is what Nimbus decodes, and, written anew, decodes to the same. */
internal fun requireSameBytes(text: String) {
    val bytes = Base64Url.decode(text) ?: return
    val again = Base64Url.decode(Base64Url.encode(bytes))
    rule(again.contentEquals(bytes)) { "bytes that are written anew read otherwise" }
    rule(Base64URL(text).decode().contentEquals(bytes)) { "base64url that Nimbus decodes otherwise" }
}

private val BASE64URL = ('a'..'z') + ('A'..'Z') + ('0'..'9') + '-' + '_'

@Suppress("TooGenericExceptionCaught") // what another library throws is not judged here
private fun <T : Any> orNull(parse: () -> T?): T? =
    try {
        parse()
    } catch (_: ParseException) {
        null
    } catch (_: RuntimeException) {
        null
    }
