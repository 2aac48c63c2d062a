package dev.openidclient.resourceserver

import dev.openidclient.http.WwwAuthenticate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ChallengesSpec :
    FunSpec({
        test("the realm stands first, and quotes and backslashes in it are escaped") {
            val api = ApiWorld().api { realm = "the \"orders\" \\ API" }
            val realm = "realm=\"the \\\"orders\\\" \\\\ API\""
            api.shouldRefuse(request(), 401, "Bearer $realm, $METADATA")
            api.shouldRefuse(bearer("opaque"), 401, "Bearer $realm, $DESCRIBED_TOKEN, $METADATA")
            val line =
                api
                    .refusal(request())
                    .headers
                    .getValue("www-authenticate")
                    .single()
            WwwAuthenticate.parse(line).single().realm shouldBe "the \"orders\" \\ API"
        }

        test("a realm that no header may have, or not every server sends as it is, is refused") {
            for (text in listOf("a\r\nSet-Cookie: a=b", "a\u0000", "a\tb", "ä", "a\u010Ab", "a\u007F")) {
                shouldThrow<IllegalArgumentException> { ApiWorld().api { realm = text } }
            }
        }

        test(
            "proofs have a line of their own, with their algorithms, and the error stands under the scheme that came",
        ) {
            val api = ApiWorld().dpopApi { realm = "orders" }
            api.shouldRefuse(request(), 401, "Bearer realm=\"orders\", $METADATA", DPOP)
            val bearer = "Bearer realm=\"orders\", $DESCRIBED_TOKEN, $METADATA"
            api.shouldRefuse(bearer("opaque"), 401, bearer, DPOP)
            val dpop = request("Authorization" to "DPoP opaque", "DPoP" to "a.b.c")
            api.shouldRefuse(dpop, 401, "Bearer realm=\"orders\", $METADATA", INVALID_DPOP)
        }

        test("without other settings the algorithms of proofs are all but those of ML-DSA") {
            val algorithms = "ES256 Ed25519 EdDSA ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512"
            val line = "DPoP algs=\"$algorithms\", $METADATA"
            ApiWorld().api { dpop() }.shouldRefuse(request(), 401, BEARER, line)
        }
    })
