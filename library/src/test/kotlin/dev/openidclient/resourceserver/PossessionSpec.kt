package dev.openidclient.resourceserver

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.NOW
import dev.openidclient.testing.json
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.security.cert.X509Certificate
import java.time.Instant

private fun certificate(name: String) =
    Certificates.keyStore("resource server $name", "EC").getCertificate(Certificates.ALIAS) as X509Certificate

private val KEY = Dpop(SigningKey.generate("ES256"))
private val OTHER_KEY = Dpop(SigningKey.generate("ES256"))

private fun boundTo(
    jkt: Dpop? = null,
    certificate: X509Certificate? = null,
): String {
    val members =
        listOfNotNull(
            jkt?.let { "\"jkt\":\"${it.thumbprint()}\"" },
            certificate?.let { "\"x5t#S256\":\"${ClientCertificate.thumbprint(it)}\"" },
        )
    return accessToken("cnf" to json("{${members.joinToString(",")}}"))
}

private suspend fun proven(
    token: String,
    key: Dpop = KEY,
    method: String = "GET",
    url: String = ORDERS,
    certificate: X509Certificate? = null,
): ResourceRequest {
    val target = checkNotNull(AbsoluteUrl.parse(url))
    val proof = key.proof(method, target, token, NOW.epochSecond, listOf("ES256"))
    return request("Authorization" to "DPoP $token", "DPoP" to proof, method = method, certificate = certificate)
}

private const val BAD_PROOF =
    "DPoP algs=\"ES256\", error=\"invalid_dpop_proof\", " +
        "error_description=\"The DPoP proof is not valid here\", $METADATA"

private const val NONCE_WANTED =
    "DPoP algs=\"ES256\", error=\"use_dpop_nonce\", error_description=\"A DPoP nonce is needed\", $METADATA"

private fun cache(register: () -> Boolean) =
    object : ReplayCache {
        override suspend fun register(
            key: String,
            until: Instant,
        ): Boolean = register()
    }

class PossessionSpec :
    FunSpec({
        test("a token that is bound to a key is taken with a proof of it") {
            val access = ApiWorld().dpopApi().authorize(proven(boundTo(KEY)))
            access.tokenType shouldBe "DPoP"
            access.confirmation.shouldNotBeNull().jwkThumbprint shouldBe KEY.thumbprint()
            access.responseHeaders shouldBe emptyMap()
        }

        test("a token that is bound to a key is no bearer token, whether proofs are taken or not") {
            val request = bearer(boundTo(KEY))
            ApiWorld().dpopApi().shouldRefuse(request, 401, INVALID_BEARER, DPOP)
            val refused = ApiWorld().api().shouldRefuse(request, 401, INVALID_BEARER)
            refused.message shouldContain "dpop { } of the settings takes proofs"
        }

        test("a token that is bound to nothing does not come as DPoP") {
            val refused = ApiWorld().dpopApi().shouldRefuse(proven(accessToken()), 401, BEARER, INVALID_DPOP)
            refused.message shouldContain "is bound to no DPoP key"
            val byCertificate = boundTo(certificate = certificate("own"))
            ApiWorld()
                .dpopApi()
                .shouldRefuse(proven(byCertificate, certificate = certificate("own")), 401, BEARER, INVALID_DPOP)
        }

        test("a proof of another key does not go with the token") {
            val refused =
                ApiWorld().dpopApi().shouldRefuse(proven(boundTo(KEY), OTHER_KEY), 401, BEARER, INVALID_DPOP)
            refused.message shouldContain "another DPoP key"
        }

        test("a proof for another method, another URL or another token is none") {
            val api = ApiWorld().dpopApi()
            val token = boundTo(KEY)
            val stolen = proven(accessToken("cnf" to json("{}"))).headers["dpop"].orEmpty()
            val requests =
                listOf(
                    proven(token, url = "https://evil.example.com/orders"),
                    request("Authorization" to "DPoP $token", "DPoP" to stolen),
                    request("Authorization" to "DPoP $token", "DPoP" to "a.b.c"),
                    proven(token).let { ResourceRequest("POST", it.url, it.headers) },
                )
            for (request in requests) {
                api.shouldRefuse(request, 401, BEARER, BAD_PROOF).error shouldBe "invalid_dpop_proof"
            }
        }

        test("a token that does not hold is refused before its proof is looked at, and fills no cache") {
            var asked = 0
            val api =
                ApiWorld().dpopApi {
                    dpop {
                        replayCache =
                            cache {
                                asked++
                                true
                            }
                    }
                }
            val expired = accessToken("exp" to JsonPrimitive(1), "cnf" to json("{\"jkt\":\"${KEY.thumbprint()}\"}"))
            api.shouldRefuse(proven(expired), 401, BEARER, INVALID_DPOP)
            api.shouldRefuse(proven(boundTo(KEY), OTHER_KEY), 401, BEARER, INVALID_DPOP)
            api.shouldRefuse(proven(boundTo(KEY, certificate("own"))), 401, BEARER, INVALID_DPOP)
            asked shouldBe 0
        }

        test("the same proof is taken once") {
            val api = ApiWorld().dpopApi()
            val request = proven(boundTo(KEY))
            api.authorize(request)
            api.shouldRefuse(request, 401, BEARER, BAD_PROOF).message shouldContain "came before"
        }

        test("where it cannot be told whether a proof came before, the answer is 503, and when to ask again") {
            val full = InMemoryReplayCache(maximumEntries = 1, clock = ApiWorld().clock)
            val caches = listOf(full, cache { throw ReplayCacheException("full") }, cache { throw IOException("down") })
            for (replays in caches) {
                val api = ApiWorld().dpopApi { dpop { replayCache = replays } }
                if (replays === full) api.authorize(proven(boundTo(KEY)))
                val refused = api.refusal(proven(boundTo(KEY)))
                refused.status shouldBe 503
                refused.error.shouldBeNull()
                refused.headers shouldBe mapOf("retry-after" to listOf("5"))
                refused.cause.shouldBeInstanceOf<ReplayCacheException>()
            }
        }

        test("a nonce is demanded, taken, and renewed when half of its time is over") {
            val world = ApiWorld()
            val key = Dpop(SigningKey.generate("ES256"))
            val token = boundTo(key)
            val api = world.dpopApi { dpop { requireNonce() } }
            val target = checkNotNull(AbsoluteUrl.parse(ORDERS))

            val first = api.refusal(proven(token, key))
            first.status shouldBe 401
            first.error shouldBe "use_dpop_nonce"
            first.headers.keys shouldBe setOf("www-authenticate", "dpop-nonce")
            first.headers["www-authenticate"] shouldBe listOf(BEARER, NONCE_WANTED)
            key.learnNonce(target, HttpHeaders.of(first.headers))

            api.authorize(proven(token, key)).responseHeaders shouldBe emptyMap()
            world.clock.advance(151)
            val renewed = api.authorize(proven(token, key)).responseHeaders
            renewed.keys shouldBe setOf("dpop-nonce")
            // the nonce tells the time, also where the operation is refused afterwards
            val access = api.authorize(proven(token, key))
            val scopes = refusalOf { access.requireScopes("orders:delete") }
            scopes.headers.keys shouldBe setOf("www-authenticate", "dpop-nonce")
        }

        test("a token that is bound to a certificate is taken with that one") {
            val access = ApiWorld().api().authorize(certified(boundTo(certificate = certificate("own")), "own"))
            access.tokenType shouldBe "Bearer"
            access.confirmation.shouldNotBeNull().certificateThumbprint shouldBe
                ClientCertificate.thumbprint(certificate("own"))
        }

        test("a token that is bound to a certificate is refused without one, and with another") {
            val api = ApiWorld().api()
            val token = boundTo(certificate = certificate("own"))
            api.shouldRefuse(bearer(token), 401, INVALID_BEARER).message shouldContain "came without one"
            api.shouldRefuse(certified(token, "other"), 401, INVALID_BEARER).message shouldContain "another client"
        }

        test("a token that is bound to a key and a certificate needs both") {
            val token = boundTo(KEY, certificate("own"))
            val api = ApiWorld().dpopApi()
            api.authorize(proven(token, certificate = certificate("own")))
            api.shouldRefuse(proven(token), 401, BEARER, INVALID_DPOP)
            api.shouldRefuse(proven(token, certificate = certificate("other")), 401, BEARER, INVALID_DPOP)
            api.shouldRefuse(proven(token, OTHER_KEY, certificate = certificate("own")), 401, BEARER, INVALID_DPOP)
            api.shouldRefuse(certified(token, "own"), 401, INVALID_BEARER, DPOP)
        }

        test("a certificate that the token does not ask for changes nothing") {
            ApiWorld().api().authorize(certified(accessToken(), "own")).tokenType shouldBe "Bearer"
        }

        test("a token that is bound to what is not known here is refused") {
            val api = ApiWorld().dpopApi()
            val confirmations =
                listOf(
                    "{}",
                    "[]",
                    "\"jkt\"",
                    "true",
                    "{\"jwk\":{}}",
                    "{\"kid\":\"a\"}",
                    "{\"jkt\":\"${KEY.thumbprint()}\",\"jwk\":{}}",
                    "{\"jkt\":\"\"}",
                    "{\"jkt\":null}",
                    "{\"jkt\":1}",
                    "{\"x5t#S256\":\"\"}",
                    "{\"x5t#S256\":[\"a\"]}",
                    "{\"x5t\":\"a\"}",
                    "{\"JKT\":\"a\"}",
                )
            for (confirmation in confirmations) {
                withClue(confirmation) {
                    val token = accessToken("cnf" to json(confirmation))
                    val refused = api.shouldRefuse(certified(token, "own"), 401, INVALID_BEARER, DPOP)
                    refused.message shouldContain "the claim \"cnf\" of the access token"
                    api.shouldRefuse(proven(token), 401, BEARER, INVALID_DPOP)
                }
            }
            api.authorize(bearer(accessToken("cnf" to JsonNull)))
        }

        test("requireSenderConstrained refuses a token whose possession was not proven") {
            val api = ApiWorld().dpopApi { requireSenderConstrained() }
            val refused = api.shouldRefuse(bearer(accessToken()), 401, INVALID_BEARER, DPOP)
            refused.message shouldContain "requireSenderConstrained()"
            // a certificate that nothing is bound to proves nothing
            api.shouldRefuse(certified(accessToken(), "own"), 401, INVALID_BEARER, DPOP)
            api.authorize(proven(boundTo(KEY))).tokenType shouldBe "DPoP"
            api.authorize(certified(boundTo(certificate = certificate("own")), "own")).tokenType shouldBe "Bearer"
        }

        test("a URL that cannot be told is malformed, and never a fault of the program's") {
            val token = boundTo(KEY)
            val headers = proven(token).headers
            val api = ApiWorld().dpopApi()
            val refused =
                api.shouldRefuse(
                    ResourceRequest("GET", "/orders", headers),
                    400,
                    "DPoP algs=\"ES256\", error=\"invalid_request\", " +
                        "error_description=\"The URL of the request cannot be told\", $METADATA",
                )
            refused.error shouldBe "invalid_request"
            // nobody needs it for a bearer token
            api.authorize(ResourceRequest("GET", "/orders", bearer(accessToken()).headers))
        }

        test("a proof that was made for another host is refused, whatever host the request names") {
            val token = boundTo(KEY)
            val evil = "https://evil.example/orders"
            val stolen = suspend { proven(token, url = evil).let { ResourceRequest("GET", evil, it.headers) } }
            val api = ApiWorld().dpopApi()
            val refused = api.shouldRefuse(stolen(), 401, BEARER, BAD_PROOF)
            refused.message shouldContain "origins(…) says so"
            val spoofed = stolen().headers.with("X-Forwarded-Host", "evil.example").with("X-Forwarded-Proto", "https")
            val proxied = ApiWorld().dpopApi { forwarded("10.0.0.0/8") }
            val behind = ResourceRequest("GET", "http://10.0.0.9:8080/orders", spoofed, null, "10.0.0.7")
            proxied.refusal(behind).error shouldBe "invalid_dpop_proof"

            ApiWorld().dpopApi { origins("https://evil.example") }.authorize(stolen()).tokenType shouldBe "DPoP"
            for (origin in listOf("evil.example", "https://evil.example/a", "https://evil.example?a", "https://a@b")) {
                shouldThrow<IllegalArgumentException> { ApiWorld().dpopApi { origins(origin) } }
            }
        }

        test("a proof names the URL that the client used, where the settings say how it is found") {
            val token = boundTo(KEY)
            val inside = { request: ResourceRequest, peer: String? ->
                val forwarded =
                    request.headers.with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "api.example.com")
                ResourceRequest("GET", "http://10.0.0.9:8080/orders", forwarded, null, peer)
            }
            val given = ApiWorld().dpopApi { externalUrl { ORDERS } }
            given.authorize(inside(proven(token), null))
            val proxied = ApiWorld().dpopApi { forwarded("10.0.0.0/8") }
            proxied.authorize(inside(proven(token), "10.0.0.7"))
            proxied.shouldRefuse(inside(proven(token), "192.0.2.1"), 401, BEARER, BAD_PROOF)
            proxied.shouldRefuse(inside(proven(token), null), 401, BEARER, BAD_PROOF)
        }
    })

private fun certified(
    token: String,
    name: String,
) = request("Authorization" to "Bearer $token", certificate = certificate(name))
