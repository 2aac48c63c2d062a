package dev.openidclient.resourceserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.json.CharacterSet

/**
 * The access token of a request, and the proof that came with it ([RFC 6750
 * §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1), [RFC 9449
 * §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)). A token in the body or the query is not looked for.
 */
internal class RequestCredentials private constructor(
    val scheme: TokenScheme,
    val token: String,
    /** Null with [TokenScheme.BEARER], and only then. */
    val proof: String?,
) {
    companion object {
        private val TOKEN = CharacterSet.ALPHANUMERIC + "-._~+/"

        /**
         * Those of a request with [headers]. Throws [RequestRefusedException][dev.openidclient.error.RequestRefusedException]
         * as [challenges] have it where there are none, or not exactly one of a scheme that is taken: [isDpopTaken] says
         * whether DPoP is.
         */
        fun of(
            headers: HttpHeaders,
            isDpopTaken: Boolean,
            challenges: Challenges,
        ): RequestCredentials {
            val values = headers.all("authorization")
            if (values.isEmpty()) {
                throw challenges.refusal(Challenge.NO_TOKEN, null, "the request has no Authorization header")
            }
            if (values.size > 1) {
                val challenge = Challenge.malformed("More than one Authorization header")
                throw challenges.refusal(challenge, null, "the request has ${values.size} Authorization headers")
            }
            val value = values.single()
            val name = value.substringBefore(' ')
            val scheme = TokenScheme.of(name)?.takeIf { it != TokenScheme.DPOP || isDpopTaken }
            if (scheme == null && name.isNotEmpty()) {
                val taken = if (isDpopTaken) "Bearer or DPoP" else "Bearer"
                val message = "the Authorization header must be of the scheme $taken, but is of another"
                throw challenges.refusal(Challenge.NO_TOKEN, null, message)
            }
            val token = value.substring(name.length).trimStart(' ')
            if (scheme == null || !isToken(token)) {
                val challenge = Challenge.malformed("The Authorization header must have one access token")
                throw challenges.refusal(challenge, scheme, "the Authorization header has no access token, or more")
            }
            return RequestCredentials(scheme, token, proofOf(headers, scheme, challenges))
        }

        private fun proofOf(
            headers: HttpHeaders,
            scheme: TokenScheme,
            challenges: Challenges,
        ): String? {
            val proofs = headers.all("dpop")
            val isBearer = scheme == TokenScheme.BEARER
            return when {
                proofs.size > 1 ->
                    throw challenges.refusal(
                        Challenge.malformed("More than one DPoP header"),
                        scheme,
                        "the request has ${proofs.size} DPoP headers",
                    )
                // RFC 9449 §7.2: a proof beside a bearer token would seem to be checked
                isBearer && proofs.isNotEmpty() ->
                    throw challenges.refusal(
                        Challenge.malformed("A DPoP proof belongs to the scheme DPoP"),
                        scheme,
                        "the request has a DPoP proof, but its token came as Bearer",
                    )
                isBearer -> null
                else ->
                    proofs.firstOrNull()
                        ?: throw challenges.refusal(
                            Challenge.proof(Challenge.INVALID_DPOP_PROOF),
                            scheme,
                            "the token came as DPoP, but without a DPoP proof",
                        )
            }
        }

        /** `b64token` of RFC 6750 §2.1. */
        private fun isToken(text: String): Boolean {
            val end = text.indexOfLast { it != '=' } + 1
            // other characters may have more bytes, each of which is no member
            return end > 0 && TOKEN.hasAllOf(text.encodeToByteArray(), end)
        }
    }
}
