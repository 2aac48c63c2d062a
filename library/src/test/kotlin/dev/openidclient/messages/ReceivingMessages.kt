package dev.openidclient.messages

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resourceserver.ClientCertificate
import dev.openidclient.resourceserver.DpopProofValidation
import dev.openidclient.resourceserver.DpopSettings
import dev.openidclient.resourceserver.ExternalUrl
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.TrustedProxies
import dev.openidclient.resourceserver.UnencodableCertificate
import dev.openidclient.resourceserver.proof
import dev.openidclient.resourceserver.proofClaims
import dev.openidclient.resourceserver.proofHeader
import dev.openidclient.resourceserver.proofs
import dev.openidclient.resourceserver.requireBoundCertificate
import dev.openidclient.resourceserver.signedProof
import dev.openidclient.resourceserver.verified
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.tokenstore.ReplayCache
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.security.cert.X509Certificate
import java.time.Duration
import java.time.Instant

/** Proofs of DPoP, as a resource server judges them. */
internal suspend fun Messages.proofsOfPossession() {
    suspend fun judged(
        proof: String,
        server: DpopProofValidation = proofs(),
    ) = of { server.verified(proof) }

    suspend fun header(vararg changes: Pair<String, JsonElement?>) = judged(signedProof(header = proofHeader(*changes)))

    judged("a".repeat(20_000))
    judged("garbage")
    judged("a.b.c")
    judged(signedProof(algorithm = "HS256"))
    header("crit" to json("""["b64"]"""))
    header("typ" to JsonPrimitive("JWT"))
    header("jwk" to null)
    header("jwk" to jsonObject(TestKeys.ec.toJSONString()))
    header("jwk" to jsonObject("""${TestKeys.publicJwk(TestKeys.ec).toString().dropLast(1)},"use":"enc"}"""))
    judged(signedProof(key = ECKeyGenerator(Curve.P_256).generate()))
    judged(proof("jti" to null))
    judged(proof("htm" to JsonPrimitive("GET")))
    judged(proof("htm" to null))
    judged(proof("htu" to JsonPrimitive("http://internal:8080/orders/7")))
    judged(proof("iat" to null))
    judged(proof("iat" to number(NOW.epochSecond - 91)))
    judged(proof("ath" to null))
    val withNonces = proofs { requireNonce() }
    judged(proof(), withNonces)
    judged(proof("nonce" to JsonPrimitive("n")), withNonces)
    of { proofs().run { repeat(2) { registerOnce(verified(signedProof(proofClaims()))) } } }
    val clock = MovableClock()
    of {
        val server = proofs(clock)
        val proven = server.verified(proof())
        clock.advance(91)
        server.registerOnce(proven)
    }
    val broken =
        object : ReplayCache {
            override suspend fun register(
                key: String,
                until: Instant,
            ): Boolean = throw IOException("broken")
        }
    of { proofs { replayCache(broken) }.run { registerOnce(verified(proof())) } }
    of { DpopSettings().proofLifetime(Duration.ZERO) }
    of { DpopSettings().algorithms() }
    of { DpopSettings().nonceSecrets(ByteArray(31)) }
}

/** What proxies tell of a request. */
internal suspend fun Messages.proxies() {
    val proxies = TrustedProxies.of(listOf("10.0.0.7"))

    suspend fun told(vararg headers: Pair<String, String>) =
        of {
            val request = ResourceRequest("GET", "http://internal/", HttpHeaders.of(*headers), peer = "10.0.0.7")
            ExternalUrl(proxies = proxies).of(request)
        }

    of { ExternalUrl().of(ResourceRequest("GET", "/orders?secret", HttpHeaders.EMPTY)) }
    told("forwarded" to "host=api.example.com:8443")
    val elsewhere = ResourceRequest("GET", "https://other.example.com/orders", HttpHeaders.EMPTY)
    of { ExternalUrl(origins = setOf("https://api.example.com")).of(elsewhere) }
    told("x-forwarded-host" to "a, ")
    told("x-forwarded-proto" to "ftp")
    told("x-forwarded-port" to "a")
    told("x-forwarded-host" to "a/b")
    told("forwarded" to "host=a", "x-forwarded-host" to "b")
    of { ExternalUrl({ it.url }, proxies) }
    of { TrustedProxies.of(emptyList()) }
    of { TrustedProxies.of(listOf("proxy.example.com")) }

    val certificate = Certificates.keyStore("told", "EC").getCertificate(Certificates.ALIAS) as X509Certificate
    of { ClientCertificate.parse("a".repeat(40_000)) }
    of { ClientCertificate.parse("garbage") }
    of { ClientCertificate.parse(":AAAA:") }
    of { requireBoundCertificate("x", null) }
    of { requireBoundCertificate("x", certificate) }
    val unencodable = UnencodableCertificate(certificate)
    of { requireBoundCertificate("x", unencodable) }
    of { ClientCertificate.thumbprint(unencodable) }
}
