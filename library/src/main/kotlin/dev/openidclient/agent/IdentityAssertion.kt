package dev.openidclient.agent

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.beforeSending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MASK
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.printable
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.token.TOKEN_EXCHANGE
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.TokenType
import dev.openidclient.token.extraTokenTypes
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.requestTokens
import dev.openidclient.token.requireOwn
import java.time.Instant

internal const val ID_JAG: String = "urn:ietf:params:oauth:token-type:id-jag"
private const val ID_JAG_PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag"

private val SUBJECT_TOKEN_TYPES = setOf(TokenType.ID_TOKEN, TokenType.SAML2, TokenType.REFRESH_TOKEN)

/**
 * What an identity provider says of a person to another authorization server, so that a client gets an access token
 * there without asking the person once more (draft-ietf-oauth-identity-assertion-authz-grant-04, "ID-JAG"). It is no
 * access token; [jwtBearerGrant] gives it to the server that it is for, as often as it lives. `toString` shows none of
 * it.
 *
 * The page `docs/workload-identity.md` shows both steps.
 */
@DraftSpecification
public class IdentityAssertion internal constructor(
    /** The assertion itself, a secret. */
    public val assertion: String,
    /** The issuer of the authorization server that it is for. */
    public val audience: String,
    /** When it expires, by this machine's clock; null where the provider does not say. */
    public val expiresAt: Instant?,
    /** `scope` as the provider granted it, which may be less than was asked for; null where it did not say. */
    public val scope: String?,
) {
    override fun toString(): String = "IdentityAssertion($MASK)"
}

/**
 * Asks this provider, with the ID Token of [tokens], for an [IdentityAssertion] to the server with the issuer [audience]
 * ([RFC 8693 §2](https://www.rfc-editor.org/rfc/rfc8693#section-2), draft §4.3). `resource`, `scope` and
 * `authorizationDetails` of the access that is wanted there are named in [configure].
 *
 * What comes must be an identity assertion and no access token, from this provider and for [audience] alone, and bound
 * to the DPoP key where the client has one; its signature is the other server's business. Throws [ValidationException]
 * where it is something else, [MetadataException] where the provider does not list that it issues any, another
 * [OAuthException] where it refuses (of `insufficient_user_authentication` [AccessChallenge.of] tells which sign-in it
 * wants); [IllegalArgumentException] where [tokens] have no ID Token, or are another client's
 * or of another issuer, or [audience] is empty.
 *
 * The page `docs/workload-identity.md` shows both steps.
 */
@DraftSpecification
public suspend fun OpenIdClient.identityAssertion(
    tokens: TokenResponse,
    audience: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): IdentityAssertion {
    requireOwn(tokens)
    val idToken =
        requireNotNull(tokens.idToken) {
            "the tokens came without an ID Token (was \"openid\" in the scope?): " +
                "identityAssertion(subjectToken, subjectTokenType, audience) takes another token"
        }
    return identityAssertion(idToken, TokenType.ID_TOKEN, audience, configure)
}

/**
 * The same with [subjectToken] of [subjectTokenType]: [TokenType.ID_TOKEN], [TokenType.SAML2] or
 * [TokenType.REFRESH_TOKEN]. Throws [IllegalArgumentException] where it is another type, or an argument is empty.
 */
@DraftSpecification
public suspend fun OpenIdClient.identityAssertion(
    subjectToken: String,
    subjectTokenType: String,
    audience: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): IdentityAssertion {
    require(subjectToken.isNotEmpty()) { "the subject token must not be empty" }
    require(subjectTokenType in SUBJECT_TOKEN_TYPES) {
        "an identity assertion is exchanged for TokenType.ID_TOKEN, TokenType.SAML2 or TokenType.REFRESH_TOKEN, " +
            "not for \"${printable(subjectTokenType)}\""
    }
    require(audience.isNotEmpty()) { "the audience, the issuer of the other server, must not be empty" }
    beforeSending {
        requireListed(
            "identity_chaining_requested_token_types_supported",
            server.identityChainingRequestedTokenTypesSupported,
            ID_JAG,
        )
    }
    val own =
        Parameters.of(
            "requested_token_type" to ID_JAG,
            "audience" to audience,
            "subject_token" to subjectToken,
            "subject_token_type" to subjectTokenType,
        )
    val checks = IdentityAssertionChecks(audience, expectedIssuer, dpop)
    val answer =
        requestTokens(TOKEN_EXCHANGE, own, configure, extraTokenTypes(TOKEN_EXCHANGE)) { checks.check(it.response) }
    return IdentityAssertion(answer.accessToken, audience, answer.expiresAt, answer.scope)
}

/**
 * An access token of this client's server for [assertion] ([RFC 7523
 * §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1), draft §4.4). When it has expired the same [assertion] gives
 * another one while it lives; a refresh token is not to be expected.
 *
 * Throws [MetadataException] where the server's metadata lists grant profiles without this one; another
 * [OAuthException]; [IllegalArgumentException] where [assertion] is for another server, which must not get to see it.
 */
@DraftSpecification
public suspend fun OpenIdClient.jwtBearerGrant(
    assertion: IdentityAssertion,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    require(assertion.audience == server.issuer) {
        "the identity assertion is for \"${printable(assertion.audience)}\", " +
            "but this is a client of \"${printable(server.issuer)}\": use the client of the server that it is for"
    }
    beforeSending {
        requireListed(
            "authorization_grant_profiles_supported",
            server.authorizationGrantProfilesSupported,
            ID_JAG_PROFILE,
        )
    }
    return jwtBearerGrant(assertion.assertion, configure)
}

private fun OpenIdClient.requireListed(
    member: String,
    listed: List<String>?,
    value: String,
) {
    if (listed == null || value in listed) return
    throw MetadataException(
        ErrorCode.MISSING_SERVER_METADATA,
        "server metadata \"$member\" of ${printable(server.issuer)} must have $value, " +
            "but has ${listed.joinToString(transform = ::printable).ifEmpty { "none" }}: " +
            "the server does not offer identity assertions",
    )
}
