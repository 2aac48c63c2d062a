package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.Parameters
import java.util.function.Predicate

/**
 * A sign-in that somebody else asks for, as the server's page of applications: what came to the `initiate_login_uri`
 * ([OpenID Connect Core
 * §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)). Begin a sign-in of your own at
 * [issuer] with it, with [loginHint] in the request. It comes from anybody: it signs nobody in by itself. `toString` does
 * not show the hint.
 *
 * The page `docs/sign-in.md` leads to the sign-in.
 */
public class InitiatedLogin private constructor(
    /** `iss`: the server to sign in at, one of those that were named. */
    public val issuer: String,
    /** `login_hint`: who is probably signing in. */
    public val loginHint: String?,
    /** `target_link_uri`: where the browser is to go after the sign-in; permitted. */
    public val targetLinkUri: String?,
) {
    override fun toString(): String = "InitiatedLogin(${printable(issuer)})"

    public companion object {
        /**
         * Reads [parameters], of the query or of a posted form. [issuers] are those that the application has clients
         * for. [permitTarget] says for each `target_link_uri` whether the browser may be sent there after the sign-in;
         * what is not a page of the application must be refused, or its links lead anywhere.
         *
         * Throws [InvalidResponseException] where `iss` is absent or a parameter comes twice; [ValidationException]
         * where `iss` is none of [issuers], or the target is not permitted.
         */
        @JvmStatic
        public fun parse(
            parameters: Parameters,
            issuers: Collection<String>,
            permitTarget: Predicate<String>,
        ): InitiatedLogin {
            val issuer =
                parameters.single("iss")
                    ?: throw InvalidResponseException(
                        ErrorCode.INVALID_RESPONSE,
                        "a sign-in that somebody else asks for must name the server, but has no \"iss\"",
                    )
            if (issuer !in issuers) {
                throw refused(
                    "it is for \"${printable(issuer)}\" (\"iss\"), which is none of the issuers that are named here",
                    ValidationSubject.ISS,
                )
            }
            val target = parameters.single("target_link_uri")?.ifEmpty { null }
            if (target != null && !permitTarget.test(target)) {
                throw refused(
                    "permitTarget does not permit \"${printable(target)}\" (\"target_link_uri\")",
                    "target_link_uri",
                )
            }
            return InitiatedLogin(issuer, parameters.single("login_hint")?.ifEmpty { null }, target)
        }

        private fun refused(
            why: String,
            subject: String,
        ) = ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "a sign-in that somebody else asks for is refused: $why",
            subject = subject,
        )
    }
}
