package dev.openidclient.messages

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.verifyIdToken
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

private val RSA = TestKeys.publicJwk(TestKeys.rsa)

private fun header(kid: String) = mapOf("kid" to text(kid))

/** A token without kid, and without its signature. */
private val UNNAMED by lazy { TestKeys.signRsa(idTokenClaims(), header = emptyMap()).substringBeforeLast('.') }

private fun rsaWith(vararg members: Pair<String, JsonElement>) = JsonObject(RSA + members)

/** Verifies [token] with the set of [keys]. */
private suspend fun verify(
    vararg keys: JsonElement,
    token: String = idToken().content,
) = StubServer().answerKeys(*keys).client().verifyIdToken(token, null)

/** Which key of the server's set is the one, and whether it verifies. */
internal suspend fun Messages.keys() {
    of { verify() }
    of { verify(TestKeys.publicJwk(TestKeys.otherRsa), TestKeys.publicJwk(TestKeys.ec)) }
    of { verify(rsaWith("kid" to json("null"))) }
    of { verify(rsaWith("e" to text("AQEB".repeat(11)))) }
    of { verify(rsaWith("use" to text("enc"))) }
    of { verify(rsaWith("use" to text("enc")), rsaWith("alg" to text("RS512"))) }
    of { verify(rsaWith("key_ops" to json("""["encrypt"]"""))) }
    of { verify(rsaWith("issuer" to text("https://other.example.com"))) }
    of { verify(rsaWith("kty" to text("EC"))) }
    of { verify(rsaWith("use" to text("enc")), token = TestKeys.signRsa(idTokenClaims(), header = emptyMap())) }
    of { verify(*Array(9) { rsaWith("n" to text("${'A' + it}")) }) }
    of { verify(RSA, token = TestKeys.signRsa(idTokenClaims(), key = TestKeys.otherRsa, header = header("rsa-1"))) }
    of { verify(RSA, TestKeys.publicJwk(TestKeys.otherRsa), token = "$UNNAMED.AAAA") }
    of { verify(RSA, token = "$UNNAMED.A") }
    of { JwkSet.verifies(Jwt.parse(unverifiable(idTokenClaims(), "HS256"), "ID Token"), emptyList()) }
    of { Jwk(TestKeys.publicJwk(TestKeys.ec)).verifier(JwsAlgorithm.RS256) }
    of { verify(token = TestKeys.signRsa(idTokenClaims(), header = mapOf("kid" to number(1)))) }
    of { verify(rsaWith("n" to text("AQAB"))) }
    of { verify(rsaWith("n" to text("!"))) }
    of { verify(rsaWith("e" to text("AQ"))) }
    of { verify(json(TestKeys.rsa.toJSONString())) }
    of { verifyEdDsa("""{"kty":"OKP","crv":"Ed448","kid":"ed-1","x":"AAAA"}""") }
    of { verifyEdDsa("""{"kty":"OKP","crv":"Ed25519","kid":"ed-1","x":"AAAA"}""") }
    of { verifyEdDsa("""{"kty":"OKP","crv":"Ed25519","kid":"ed-1","x":"${"A".repeat(43)}"}""") }
    of { verifyEs256("""{"kty":"EC","crv":"P-256","kid":"ec-1","x":"AAAA","y":"AAAA"}""") }
    of { verifyEs256("""{"kty":"EC","crv":"P-256","kid":"ec-1","x":"${"A".repeat(43)}","y":"${"A".repeat(43)}"}""") }
    of { verifyEs256("""{"kty":"EC","crv":"P-384","kid":"ec-1","x":"AAAA","y":"AAAA"}""") }
}

private suspend fun verifyEdDsa(key: String) =
    StubServer()
        .answerKeys(json(key))
        .client { metadata { idTokenSignedResponseAlg("EdDSA") } }
        .verifyIdToken(TestKeys.signEd25519(idTokenClaims(), "EdDSA"), null)

private suspend fun verifyEs256(key: String) =
    StubServer()
        .answerKeys(json(key))
        .client { metadata { idTokenSignedResponseAlg("ES256") } }
        .verifyIdToken(TestKeys.signEc(idTokenClaims()), null)

/** Downloading the server's keys, and taking them from elsewhere. */
internal suspend fun Messages.keyDownloads() {
    of { StubServer().answer("/jwks", "{}", 500).client().verifyIdToken(idToken().content, null) }
    of {
        StubServer()
            .answer(
                "/jwks",
                "<p>",
                contentType = "text/html",
            ).client()
            .verifyIdToken(idToken().content, null)
    }
    of { StubServer().answer("/jwks", """{"keys":{}}""").client().verifyIdToken(idToken().content, null) }
    of { StubServer().client(serverMetadata("jwks_uri" to null)).verifyIdToken(idToken().content, null) }
    val unknown = TestKeys.signRsa(idTokenClaims(), header = mapOf("kid" to text("other")))
    val known = JwksServer().client()
    repeat(HELD_BACK) { of { known.verifyIdToken(unknown, null) } }
    val failing = JwksServer { HttpResponse(500) }.client()
    repeat(HELD_BACK) { of { failing.verifyIdToken(unknown, null) } }
    of { JwksServer { throw IllegalArgumentException("of a transport") }.client().verifyIdToken(unknown, null) }
    val client = StubServer().client()
    of { client.importJwks("[]") }
    of { client.importJwks("{}") }
    of { client.importJwks("""{"jwks":{}}""") }
    of { client.importJwks("""{"jwks":{},"uat":1}""") }
    of { client.importJwks("""{"jwks":{"keys":[]},"uat":1,"issuer":"https://other.example.com"}""") }
    of { client.importJwks("""{"jwks":{"keys":[]},"uat":1,"issuer":"$ISSUER"}""") }
}

/** So often until a download is held back, and once more. */
private const val HELD_BACK = 5

/** Signatures with the client secret. */
internal suspend fun Messages.secretSignatures() {
    val secret = "a-secret-of-at-least-32-bytes-in-all"
    of { StubServer().client { metadata { idTokenSignedResponseAlg("HS256") } } }
    of {
        StubServer().client {
            clientSecret("s3cret")
            metadata { idTokenSignedResponseAlg("HS512") }
        }
    }
    of {
        idTokenAnswer(unverifiable(idTokenClaims(), "HS256")) {
            clientSecret(secret)
            metadata { idTokenSignedResponseAlg("HS256") }
        }
    }
}
