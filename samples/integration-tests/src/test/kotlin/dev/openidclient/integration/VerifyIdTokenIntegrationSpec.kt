package dev.openidclient.integration

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.token.verifyIdToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** An ID Token that reaches a backend by another way than its own sign-in. */
class VerifyIdTokenIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a backend verifies the ID Token that an app got" {
                val request = server.connect().signInRequest()
                val idToken = server.connect().signIn(server.browser(), request).idToken.shouldNotBeNull()
                val backend = server.connect()
                backend.verifyIdToken(idToken, request.pending.nonce).subject shouldBe "alice"
                shouldThrow<ValidationException> { backend.verifyIdToken(idToken, "another-nonce") }.code shouldBe
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED
                shouldThrow<ValidationException> { backend.verifyIdToken(idToken, null) }
                shouldThrow<ValidationException> {
                    backend.verifyIdToken(withOtherSignature(idToken), request.pending.nonce)
                }
            }

            "$server: an ID Token for another client is refused" {
                val request = server.connect(server.publicClient).signInRequest()
                val app = server.connect(server.publicClient)
                val idToken = app.signIn(server.browser(), request).idToken.shouldNotBeNull()
                shouldThrow<ValidationException> {
                    server.connect().verifyIdToken(idToken, request.pending.nonce)
                }.code shouldBe ErrorCode.JWT_CLAIM_COMPARISON_FAILED
            }
        }
    })
