package dev.openidclient.samples.docs

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnacceptedTokens
import dev.openidclient.error.ValidationException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import java.util.Optional

class ErrorsSpec :
    FunSpec({
        val refused =
            ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "",
                reached = Reached.ANSWERED,
                unacceptedTokens = UnacceptedTokens("access", "rotated"),
            )
        val without =
            ValidationException(ErrorCode.INVALID_RESPONSE, "", unacceptedTokens = UnacceptedTokens("access", null))
        val ofAnother =
            ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "",
                subject = "claim:sub",
                unacceptedTokens = UnacceptedTokens("access", "another's"),
            )

        val cases =
            listOf(
                Triple("none", ResponseBodyException(400, "invalid_grant", null, JsonObject(emptyMap())), null),
                Triple(
                    "the earlier",
                    ResponseBodyException(503, "temporarily_unavailable", null, JsonObject(emptyMap())),
                    "earlier",
                ),
                Triple(
                    "the earlier",
                    TransportException(ErrorCode.NETWORK_ERROR, "", reached = Reached.UNKNOWN),
                    "earlier",
                ),
                Triple("the one that came", refused, "rotated"),
                Triple("the earlier", without, "earlier"),
                Triple("none", ofAnother, null),
            )
        for ((index, case) in cases.withIndex()) {
            val (which, failure, kept) = case
            test("${index + 1}: after ${failure.javaClass.simpleName} $which is kept, in both languages") {
                refreshTokenToKeep("earlier", failure) shouldBe kept
                Errors.refreshTokenToKeep("earlier", failure) shouldBe Optional.ofNullable(kept)
            }
        }
    })
