package dev.openidclient.integration

import dev.openidclient.authorization.push
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpBody
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

/** RFC 9449. */
@EnabledIf(OidcProviderAvailable::class)
class DpopIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for (algorithm in ClientKeys.signingAlgorithms()) {
            "tokens are bound to a key for ${algorithm.identifier}, at the token endpoint, UserInfo and a resource" {
                val client = issuer.connect("dpop").withDpop(Dpop(SigningKey.generate(algorithm)))
                val tokens = client.signIn(OidcProvider.browser())
                tokens.tokenType shouldBe "dpop"
                tokens.isSenderConstrained shouldBe true
                client.userInfo(tokens).subject shouldBe "alice"
                client.resource(issuer.resource, tokens).bodyText() shouldContain "\"scheme\":\"DPoP\""
            }
        }

        "a request with a body and a query is proved too" {
            val client = issuer.connect("dpop").withDpop(Dpop(SigningKey.generate()))
            val tokens = client.signIn(OidcProvider.browser())
            val answer =
                client.resource("${issuer.resource}?page=2#top", tokens) {
                    method = "POST"
                    body = HttpBody.json("{\"item\":\"A-1001\"}")
                }
            answer.bodyText() shouldContain "\"method\":\"POST\""
        }

        "the server tells the thumbprint of the key" {
            val dpop = Dpop(SigningKey.generate())
            val client = issuer.connect("dpop").withDpop(dpop)
            val tokens = client.signIn(OidcProvider.browser())
            client.introspect(tokens.accessToken).confirmation?.jwkThumbprint shouldBe dpop.thumbprint()
        }

        "tokens are refreshed with the same key" {
            val client = issuer.connect("dpop").withDpop(Dpop(SigningKey.generate()))
            val tokens =
                client.signIn(OidcProvider.browser()) { scope("offline_access").prompt("consent") }
            val refreshed = client.refreshTokenGrant(tokens)
            refreshed.isSenderConstrained shouldBe true
            client.userInfo(refreshed).subject shouldBe "alice"
        }

        "a pushed request binds the code to the key" {
            val plain = issuer.connect("dpop")
            val client = plain.withDpop(Dpop(SigningKey.generate()))
            val pushed = client.push(client.signInRequest())
            client.signIn(OidcProvider.browser(), pushed).isSenderConstrained shouldBe true

            val stolen = client.push(client.signInRequest())
            val callback = received(OidcProvider.browser().signIn(stolen.url, Application.CALLBACK))
            shouldThrow<ResponseBodyException> {
                plain.withDpop(Dpop(SigningKey.generate())).authorizationCodeGrant(callback, stolen.pending)
            }.error shouldBe "invalid_grant"
        }

        "dpop_jkt binds the code to the key" {
            val plain = issuer.connect("dpop")
            val dpop = Dpop(SigningKey.generate())
            val client = plain.withDpop(dpop)
            client.signIn(OidcProvider.browser()) { dpopJkt(dpop) }.isSenderConstrained shouldBe true

            val stolen = client.signInRequest { dpopJkt(dpop) }
            val callback = received(OidcProvider.browser().signIn(stolen.url, Application.CALLBACK))
            shouldThrow<ResponseBodyException> {
                plain.withDpop(Dpop(SigningKey.generate())).authorizationCodeGrant(callback, stolen.pending)
            }.error shouldBe "invalid_grant"
        }

        "a token is of no use without its key" {
            val plain = issuer.connect("dpop")
            val tokens = plain.withDpop(Dpop(SigningKey.generate())).signIn(OidcProvider.browser())
            shouldThrow<WwwAuthenticateChallengeException> { plain.resource(issuer.resource, tokens.accessToken) }
            val thief = plain.withDpop(Dpop(SigningKey.generate()))
            shouldThrow<WwwAuthenticateChallengeException> { thief.resource(issuer.resource, tokens) }
            shouldThrow<WwwAuthenticateChallengeException> { thief.userInfo(tokens) }
        }

        "a client that must prove a key gets nothing without one" {
            shouldThrow<ResponseBodyException> { issuer.connect("dpop").signIn(OidcProvider.browser()) }
        }

        "a bearer token is refused where the settings demand a bound one" {
            val client = issuer.connect("basic") { requireSenderConstrained() }
            shouldThrow<OAuthException> { client.signIn(OidcProvider.browser()) }
        }
    })

@EnabledIf(OidcProviderAvailable::class)
class DpopNonceIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.dpopNonces

        for (id in listOf("public", "basic")) {
            "the nonces of server and resource are learned on the way by the client $id" {
                val client = issuer.connect(id).withDpop(Dpop(SigningKey.generate()))
                val tokens =
                    client.signIn(OidcProvider.browser()) { scope("offline_access").prompt("consent") }
                client.userInfo(tokens).subject shouldBe "alice"
                client.resource(issuer.resource, tokens).status shouldBe 200
                client.userInfo(client.refreshTokenGrant(tokens)).subject shouldBe "alice"
            }
        }

        "a pushed request is repeated with the nonce" {
            val client = issuer.connect("public").withDpop(Dpop(SigningKey.generate()))
            val pushed = client.push(client.signInRequest())
            client.signIn(OidcProvider.browser(), pushed).isSenderConstrained shouldBe true
        }

        "many coroutines share one key and its nonces" {
            val client = issuer.connect("service").withDpop(Dpop(SigningKey.generate()))
            val tokens =
                coroutineScope {
                    List(20) {
                        async {
                            val issued =
                                client.clientCredentialsGrant {
                                    resource(
                                        issuer.resource,
                                    ).scope("orders:read")
                                }
                            client.resource(issuer.resource, issued).status shouldBe 200
                            issued.accessToken
                        }
                    }.awaitAll()
                }
            tokens shouldHaveSize 20
            tokens.shouldBeUnique()
        }
    })
