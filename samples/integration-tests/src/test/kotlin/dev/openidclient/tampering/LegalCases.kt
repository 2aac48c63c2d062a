package dev.openidclient.tampering

import dev.openidclient.http.HttpRequest
import dev.openidclient.tampering.Endpoint.DEVICE
import dev.openidclient.tampering.Endpoint.INTROSPECTION
import dev.openidclient.tampering.Endpoint.JWKS
import dev.openidclient.tampering.Endpoint.METADATA
import dev.openidclient.tampering.Endpoint.PAR
import dev.openidclient.tampering.Endpoint.RESOURCE
import dev.openidclient.tampering.Endpoint.REVOCATION
import dev.openidclient.tampering.Endpoint.TOKEN
import dev.openidclient.tampering.Endpoint.USERINFO

/** Odd, but legal: it is accepted. */
internal val legalCases: List<Case> =
    legalTokenResponses + legalIdTokens + legalKeys + legalCallbacks + legalMetadata + legalEndpoints

private val legalTokenResponses
    get() =
        table("legal token response", Flows.code) {
            accepted("an unknown member", members(TOKEN, "x" to mapOf("y" to listOf(1, null))))
            accepted("an unknown member of an unknown size", members(TOKEN, "x" to literal("-1e400")))
            accepted(
                "an unknown member 50 levels deep",
                members(TOKEN, "x" to literal("[".repeat(50) + "]".repeat(50))),
            )
            accepted("token_type in upper case", members(TOKEN, "token_type" to "BEARER"))
            accepted("token_type in lower case", members(TOKEN, "token_type" to "bearer"))
            accepted("expires_in is absent", members(TOKEN, "expires_in" to Absent))
            accepted("expires_in is 0", members(TOKEN, "expires_in" to 0))
            accepted("expires_in is a fraction", members(TOKEN, "expires_in" to 1.5))
            accepted("expires_in is text", members(TOKEN, "expires_in" to "3600"))
            accepted("expires_in is 300 years", members(TOKEN, "expires_in" to 1e10))
            accepted("expires_in is longer than the universe", members(TOKEN, "expires_in" to literal("1e300")))
            accepted("scope is empty", members(TOKEN, "scope" to ""))
            accepted("scope is absent", members(TOKEN, "scope" to Absent))
            accepted(
                "a member comes twice and the last is right",
                text(TOKEN) { it.replaceFirst("{", "{\"token_type\":1,") },
            )
            accepted("the media type is in upper case", answer(TOKEN) { withType("Application/JSON") })
            accepted(
                "the media type has parameters",
                answer(TOKEN) { withType("application/json ; charset=\"UTF-8\"; v=1") },
            )
            accepted("the media type is another, but it is JSON", answer(TOKEN) { withType("text/html") })
            accepted("there is no media type", answer(TOKEN) { withType(null) })
            accepted("a byte order mark", text(TOKEN) { "\uFEFF$it" })
            accepted("white space around it", text(TOKEN) { "\r\n\t $it\n\n" })
            accepted("everything is escaped", text(TOKEN) { it.replace("Bearer", "\\u0042earer") })
            accepted(
                "exactly as long as allowed",
                text(TOKEN) {
                    it +
                        " ".repeat(HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE - it.length)
                },
            )
            accepted("a challenge beside success", answer(TOKEN) { plusHeaders("www-authenticate" to "Bearer") })
            accepted(
                "a hundred cookies",
                answer(TOKEN) {
                    plusHeaders(
                        *Array(100) {
                            "set-cookie" to
                                "c$it=${"v".repeat(50)}"
                        },
                    )
                },
            )
            accepted("a place to go", answer(TOKEN) { plusHeaders("location" to "${TamperingProxy.origin}/elsewhere") })
        }

private val legalIdTokens
    get() =
        table("legal ID Token", Flows.code) {
            accepted("unknown claims", idToken("x" to mapOf("y" to 1), "roles" to listOf("a")))
            accepted("aud is a list of one", idToken("aud" to changed { listOf(it.string) }))
            accepted("aud are two and azp is the client", idToken("aud" to listOf("post", "basic"), "azp" to "basic"))
            accepted("at_hash is right", atHash { Forgery.halfHash(it) })
            accepted("exp is within the tolerance", idToken("exp" to now(-20)))
            accepted("nbf is within the tolerance", idToken("nbf" to now(20)))
            accepted("exp is a fraction", idToken("exp" to changed { it.string.toDouble() + 0.5 }))
            accepted("exp is in a million years", idToken("exp" to 3e13))
            accepted("exp is longer than the universe", idToken("exp" to literal("1e300")))
            accepted("auth_time is 0 without max_age", idToken("auth_time" to 0))
            accepted("auth_time is within max_age", idToken("auth_time" to now(-3600)), Flows.codeWithAge)
            accepted("the header names no key", idTokenHeader("kid" to Absent))
            accepted("typ and unknown header parameters", idTokenHeader("typ" to "JWT", "x" to 1))
            accepted("another listed algorithm", idTokenHeader("alg" to "ES256", "kid" to "server-p256"))
            accepted("a claim comes twice and the last is right", idTokenPayload("\"sub\":\"alice\""))
            accepted("a refreshed one without auth_time", idToken("auth_time" to Absent), Flows.refresh)
            accepted("a refreshed one without nonce", idToken("nonce" to Absent), Flows.refresh)
            accepted("none when refreshed", members(TOKEN, "id_token" to Absent), Flows.refresh)
            accepted("no new refresh token", members(TOKEN, "refresh_token" to Absent), Flows.refresh)
            accepted("s_hash though nobody asked", stateHash(), Flows.hybrid)
            accepted("encrypted again", idTokenText { again(it, "rsa-enc") { inner -> inner } }, Flows.encryptedWithRsa)
        }

private val legalKeys
    get() =
        table("legal JWK Set", Flows.code) {
            accepted("a key of an unknown type", keys { it + mapOf("kty" to "LWE", "kid" to "server-rsa") })
            accepted(
                "a key of an unknown curve",
                keys { it + mapOf("kty" to "EC", "crv" to "X", "kid" to "server-rsa") },
            )
            accepted("a broken key of another name", keys { it + mapOf("kty" to "RSA", "kid" to "another", "n" to 1) })
            accepted(
                "a private key of another name",
                keys { it + mapOf("kty" to "RSA", "kid" to "another", "d" to "AA") },
            )
            accepted("a key without members", keys { it + emptyMap<String, Any>() })
            accepted("keys without use", keys { all -> all.map { it.changed("use" to Absent) } })
            accepted(
                "key_ops beside use",
                keys { all ->
                    all.map { it.changed("key_ops" to listOf("verify", "sign")) }
                },
            )
            accepted("unknown members", members(JWKS, "x" to 1))
            accepted("a broken chain of certificates", keys { all -> all.map { it.changed("x5c" to listOf("!")) } })
            accepted("the media type of JWK Sets", answer(JWKS) { withType("application/jwk-set+json") })
        }

private val legalCallbacks
    get() =
        table("legal callback", Flows.code) {
            accepted("an unknown parameter", callback { plus("session_state", "x") })
            accepted("an unknown parameter twice", callback { plus("x", "1").plus("x", "2") })
            accepted("an empty error", callback { plus("error", "") })
            accepted("an empty response", callback { plus("response", "") })
            accepted("an error_description without an error", callback { plus("error_description", "x") })
            accepted("aud of JARM is a list", jarm("aud" to listOf("x", "jarm")), Flows.jarm)
            accepted("unknown claims of JARM", jarm("x" to 1, "y" to listOf("z")), Flows.jarm)
            accepted("parameters beside JARM", callback { plus("code", "x").plus("state", "y") }, Flows.jarm)
        }

private val legalMetadata
    get() =
        table("legal metadata", Flows.code) {
            accepted("unknown members", members(METADATA, "x" to mapOf("y" to 1)))
            accepted("no algorithms", members(METADATA, "id_token_signing_alg_values_supported" to Absent))
            accepted("algorithms that are null", members(METADATA, "id_token_signing_alg_values_supported" to null))
            accepted(
                "broken members that nobody needs",
                members(
                    METADATA,
                    "mtls_endpoint_aliases" to 1,
                    "scopes_supported" to "x",
                ),
            )
            accepted(
                "the scheme of the issuer in upper case",
                members(
                    METADATA,
                    "issuer" to changed { it.string.replace("http", "HTTP") },
                ),
                DiscoveryFlows.openId,
            )
            accepted(
                "dots in the path of the issuer",
                members(
                    METADATA,
                    "issuer" to changed { it.string.replace("/every", "/x/../every") },
                ),
                DiscoveryFlows.openId,
            )
            accepted(
                "broken members in discovery",
                members(METADATA, "token_endpoint" to 1, "jwks_uri" to null),
                DiscoveryFlows.openId,
            )
        }

private val legalEndpoints
    get() =
        table("legal answer", Flows.code) {
            accepted("UserInfo with unknown members", members(USERINFO, "x" to 1, "email" to null), Flows.userInfo)
            accepted("UserInfo without a media type", answer(USERINFO) { withType(null) }, Flows.userInfo)
            accepted("signed UserInfo without iss", jwtBody(USERINFO, "iss" to Absent), Flows.signedUserInfo)
            accepted(
                "signed UserInfo for several",
                jwtBody(USERINFO, "aud" to listOf("x", "userinfo-signed")),
                Flows.signedUserInfo,
            )
            accepted(
                "signed UserInfo in upper case",
                answer(USERINFO) { withType("Application/JWT; x=y") },
                Flows.signedUserInfo,
            )
            accepted("a token that is not active", members(INTROSPECTION, "active" to false), Flows.introspection)
            accepted("an introspection of typ in upper case", typ("Token-Introspection+JWT"), Flows.signedIntrospection)
            accepted(
                "an introspection of the full typ",
                typ("application/token-introspection+jwt"),
                Flows.signedIntrospection,
            )
            accepted(
                "an introspection for several",
                jwtBody(INTROSPECTION, "aud" to listOf("x", "introspection-signed")),
                Flows.signedIntrospection,
            )
            accepted(
                "a revocation with a page",
                answer(REVOCATION) { withText("<html>").withType("text/html") },
                Flows.revocation,
            )
            accepted("a pushed request for text seconds", members(PAR, "expires_in" to "60"), Flows.pushed)
            accepted("a pushed request with any URI", members(PAR, "request_uri" to "x"), Flows.pushed)
            accepted("a device without interval", members(DEVICE, "interval" to Absent), PollingFlows.device)
            accepted("a device with an interval of a fraction", members(DEVICE, "interval" to 0.5), PollingFlows.device)
            accepted(
                "a device with one URI",
                members(DEVICE, "verification_uri_complete" to Absent),
                PollingFlows.device,
            )
            accepted(
                "a nonce beside tokens",
                answer(TOKEN) { plusHeaders("dpop-nonce" to "n".repeat(2_000)) },
                Flows.dpop,
            )
            for (status in listOf(204, 302, 404, 500)) {
                accepted("a resource with status $status", answer(RESOURCE) { withStatus(status) }, Flows.resource)
            }
        }

/** The authorization response and the ID Token, both signed with the same forged keys. */
private fun jarm(vararg claims: Pair<String, Any?>): Tampering =
    idToken().alsoCallback { with("response", Forgery.signedAgain(getValue("response"), claims = claims)) }

private fun stateHash(): Tampering =
    idToken().alsoCallback {
        val hash = arrayOf<Pair<String, Any?>>("s_hash" to Forgery.halfHash(getValue("state")))
        with("id_token", Forgery.signedAgain(getValue("id_token"), claims = hash))
    }

private fun typ(typ: String): Tampering = jwtBody(INTROSPECTION, header = arrayOf("typ" to typ))
