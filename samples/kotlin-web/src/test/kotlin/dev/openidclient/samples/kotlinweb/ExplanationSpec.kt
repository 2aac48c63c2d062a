package dev.openidclient.samples.kotlinweb

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.WwwAuthenticateChallengeException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject

class ExplanationSpec :
    FunSpec({
        fun challenge(error: String) =
            WwwAuthenticateChallengeException(
                401,
                listOf(WwwAuthenticateChallenge("bearer", mapOf("error" to error))),
                emptyMap(),
                ByteArray(0),
            )

        fun invalid(subject: String) =
            ValidationException(ErrorCode.INVALID_RESPONSE, "unexpected $subject", null, subject)

        fun refusal(error: String) = ResponseBodyException(400, error, null, JsonObject(emptyMap()))

        val explanations: Map<OAuthException, Explanation> =
            mapOf(
                AuthorizationResponseException("access_denied", null, null, emptyMap()) to Explanation.DENIED,
                AuthorizationResponseException("server_error", null, null, emptyMap()) to Explanation.SERVER_FAULT,
                refusal("invalid_grant") to Explanation.NO_LONGER_ACCEPTED,
                refusal("invalid_client") to Explanation.SERVER_FAULT,
                invalid(ValidationSubject.PENDING_AUTHORIZATION) to Explanation.SIGN_IN_OVER,
                invalid(ValidationSubject.STATE) to Explanation.SIGN_IN_OVER,
                invalid(ValidationSubject.SIGNATURE) to Explanation.NOT_TRUSTED,
                challenge("invalid_token") to Explanation.NO_LONGER_ACCEPTED,
                challenge("insufficient_scope") to Explanation.NOT_ALLOWED,
                TransportException(ErrorCode.TIMEOUT, "too late") to Explanation.NO_ANSWER,
                TokenSourceException(ErrorCode.SIGN_IN_REQUIRED, "over") to Explanation.NO_LONGER_ACCEPTED,
                TokenSourceException(ErrorCode.REFRESH_IN_DOUBT, "in doubt") to Explanation.NO_ANSWER,
                TokenSourceException(ErrorCode.TOKEN_STORE_FAILED, "store") to Explanation.OWN_FAULT,
                ReplayCacheException("full") to Explanation.OWN_FAULT,
            )

        for ((failure, explanation) in explanations) {
            test("$explanation explains: ${failure.message}") {
                Explanation.of(failure) shouldBe explanation
            }
        }
    })
