package dev.openidclient.client

import dev.openidclient.metadata.OpenIdClientDsl
import java.util.Locale

/**
 * The checks that can be loosened for a server that needs it. Each call names what it gives up; every security profile
 * refuses every one of them with [IllegalArgumentException] when the client is made.
 *
 * The page `docs/security.md` says what each check is for.
 */
@OpenIdClientDsl
public abstract class LooserChecks internal constructor() : SendingSettings<ClientSettings>() {
    private val calls = LinkedHashSet<String>()
    private val tokenTypeAliases = LinkedHashMap<String, String>()
    private var trustedAudiences: Set<String>? = null

    /**
     * An access token whose answer has no `token_type` is a bearer token, though the member is required ([RFC 6749
     * §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)): for Shopify, LinkedIn and others that leave it out.
     * Contradicts [ClientSettings.requireSenderConstrained].
     */
    public fun assumeBearer(): ClientSettings = loosened(ASSUME_BEARER)

    /**
     * The `token_type` [alias], in any case, stands for [tokenType], which can only be `TokenType.BEARER`: for servers
     * with a name of their own for it, as `BearerToken` or `bot`. Contradicts
     * [ClientSettings.requireSenderConstrained]. Throws [IllegalArgumentException] where [alias] is empty or a type
     * with a meaning of its own (`dpop`, `n_a`), or [tokenType] is another.
     */
    public fun tokenTypeAlias(
        alias: String,
        tokenType: String,
    ): ClientSettings {
        val name = alias.lowercase(Locale.ROOT)
        require(name.isNotEmpty()) { "the alias of a token type must not be empty" }
        require(name !in TOKEN_TYPES) { "\"$alias\" is a token type of its own and cannot stand for another" }
        require(tokenType.lowercase(Locale.ROOT) == BEARER) {
            "an alias can only stand for \"$BEARER\" (TokenType.BEARER), not for \"$tokenType\": " +
                "no other name makes a token sender-constrained"
        }
        tokenTypeAliases[name] = BEARER
        return loosened(TOKEN_TYPE_ALIAS)
    }

    /**
     * ID Tokens may be for [audiences] beside this client, and for nobody else ([OpenID Connect Core
     * §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation), rule 3); another call adds to
     * the earlier ones. `azp` may then be absent, also from a token for several; where it is there it must be this
     * client. Without this call a token for several audiences needs `azp`, and the others may be anybody.
     *
     * Throws [IllegalArgumentException] where none is named, or an empty one.
     */
    public fun trustAudiences(vararg audiences: String): ClientSettings {
        require(audiences.isNotEmpty() && audiences.all(String::isNotEmpty)) {
            "trustAudiences(…) needs an audience at least, and none may be empty"
        }
        trustedAudiences = trustedAudiences.orEmpty() + audiences
        return loosened("trustAudiences(…)")
    }

    /**
     * The ID Token of a code may lack the `nonce` that was asked for: for LinkedIn. The sign-in must then have both
     * PKCE and `state`, and a `nonce` that comes must be the one of the request. Refused with a response type that has
     * an ID Token in the front channel, where nothing else would hold a replayed one.
     */
    public fun acceptMissingNonce(): ClientSettings = loosened(MISSING_NONCE)

    /**
     * A refreshed ID Token may have another `auth_time` than the earlier one, against [OpenID Connect Core
     * §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse): for Amazon Cognito and Azure
     * AD B2C.
     */
    public fun acceptRefreshedAuthTime(): ClientSettings = loosened(REFRESHED_AUTH_TIME)

    /**
     * ID Tokens, authorization responses, UserInfo and introspection answers may come unencrypted although the client
     * metadata (`…_encrypted_response_alg`) says that they must not.
     */
    public fun acceptUnencrypted(): ClientSettings = loosened(UNENCRYPTED)

    private fun loosened(call: String): ClientSettings {
        calls += call
        return self()
    }

    internal fun leniency(): Leniency = Leniency(calls.toSet(), tokenTypeAliases.toMap(), trustedAudiences)

    internal companion object {
        const val ASSUME_BEARER: String = "assumeBearer()"
        const val TOKEN_TYPE_ALIAS: String = "tokenTypeAlias(…)"
        const val MISSING_NONCE: String = "acceptMissingNonce()"
        const val REFRESHED_AUTH_TIME: String = "acceptRefreshedAuthTime()"
        const val UNENCRYPTED: String = "acceptUnencrypted()"
        private const val BEARER = "bearer"
        private val TOKEN_TYPES = setOf(BEARER, "dpop", "n_a")
    }
}

/** What [LooserChecks] name, fixed. */
internal class Leniency(
    private val calls: Set<String>,
    /** In lower case, what each stands for. */
    val tokenTypeAliases: Map<String, String>,
    /** Null: not named, so that `azp` decides. */
    val trustedAudiences: Set<String>?,
) {
    val isBearerAssumed: Boolean get() = LooserChecks.ASSUME_BEARER in calls
    val isMissingNonceAccepted: Boolean get() = LooserChecks.MISSING_NONCE in calls
    val isRefreshedAuthTimeAccepted: Boolean get() = LooserChecks.REFRESHED_AUTH_TIME in calls
    val isUnencryptedAccepted: Boolean get() = LooserChecks.UNENCRYPTED in calls

    /** Throws [IllegalArgumentException] where other settings contradict this. */
    fun check(
        profile: SecurityProfile?,
        isSenderConstrainingRequired: Boolean,
        responseKind: ResponseKind,
    ) {
        require(profile == null || calls.isEmpty()) {
            "${profile?.title}: ${calls.joinToString(" and ")} must not be called: the profile allows no looser check"
        }
        val bearer = calls.filter { it == LooserChecks.ASSUME_BEARER || it == LooserChecks.TOKEN_TYPE_ALIAS }
        require(!isSenderConstrainingRequired || bearer.isEmpty()) {
            "${bearer.joinToString(" and ")} takes bearer tokens, which requireSenderConstrained() refuses: " +
                "leave one of them out"
        }
        require(!isMissingNonceAccepted || !responseKind.hasFrontChannelIdToken) {
            "${LooserChecks.MISSING_NONCE} is for the ID Token of a code: with response_type=" +
                "${responseKind.responseType} the nonce alone holds off a replayed ID Token"
        }
    }

    companion object {
        val NONE: Leniency = Leniency(emptySet(), emptyMap(), null)
    }
}
