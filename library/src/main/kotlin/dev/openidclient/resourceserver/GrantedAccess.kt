package dev.openidclient.resourceserver

import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.ProtocolTime
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.printable
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.epochSeconds
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.token.Confirmation
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.time.Instant
import java.util.Collections
import java.util.function.Predicate

/** How an access came about, and how it is refused afterwards. */
internal class AccessContext(
    val issuer: TrustedIssuer,
    val scheme: TokenScheme,
    val challenges: Challenges,
    val time: ProtocolTime,
    val responseHeaders: Map<String, List<String>>,
)

/**
 * What the access token of a request grants, which [ResourceServer.authorize] took: its claims, or what its server says
 * of it. A property is null where there is no such claim, or one of another type; those that are not named here are in
 * [json]. Immutable.
 *
 * What the operation at hand needs beyond a valid token is demanded with the functions `require…`: they return this
 * access, so that they chain, or throw [RequestRefusedException] with the answer to send.
 *
 * The page `docs/receiving-tokens.md` shows how it is used.
 */
public class GrantedAccess internal constructor(
    json: JsonObject,
    private val context: AccessContext,
) : JsonMembers(json, "GrantedAccess", isOwn = true) {
    /** The authorization server that issued the token, as the settings name it. */
    public val issuer: String get() = context.issuer.issuer

    /** `sub`: whose data the access is to, a person's or, without one, the client's own; unique at its [issuer] only. */
    public val subject: String? get() = text(json["sub"])

    /** `client_id`: who has the access. */
    public val clientId: String? get() = text(json["client_id"])

    /** `scope`, or what the setting `scopeClaim` names; empty where there is none. */
    public val scopes: Set<String> by lazy(LazyThreadSafetyMode.PUBLICATION) { readScopes() }

    /** `aud` */
    public val audience: List<String>
        get() = text(json["aud"])?.let(::listOf) ?: (json["aud"] as? JsonArray)?.mapNotNull(::text).orEmpty()

    /** `exp` */
    public val expiresAt: Instant? get() = number(json["exp"])?.let(::epochSeconds)

    /** `acr`: how the person was authenticated. */
    public val acr: String? get() = text(json["acr"])

    /** `auth_time`: when the person was authenticated. */
    public val authTime: Instant? get() = number(json["auth_time"])?.let(::epochSeconds)

    /** `authorization_details` ([RFC 9396 §9](https://www.rfc-editor.org/rfc/rfc9396#section-9)); empty: none. */
    public val authorizationDetails: List<AuthorizationDetail>
        get() = AuthorizationDetail.listOf(json["authorization_details"] as? JsonArray).orEmpty()

    /** `cnf`: the key or certificate that the token is bound to, whose possession was proven; null: a bearer token. */
    public val confirmation: Confirmation? get() = (json["cnf"] as? JsonObject)?.let(::Confirmation)

    /** How the token came: `Bearer` or `DPoP`. */
    public val tokenType: String get() = context.scheme.title

    /** What the answer to the request must have, whatever it is otherwise: `dpop-nonce`, where a new one is due. */
    public val responseHeaders: Map<String, List<String>> get() = context.responseHeaders

    /**
     * All of [scopes] must be granted, else 403 `insufficient_scope` with all of them ([RFC 6750
     * §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)). Throws [IllegalArgumentException] where none is named, or
     * one is no scope.
     */
    public fun requireScopes(vararg scopes: String): GrantedAccess {
        checkScopes(scopes)
        return requireThat(scopes.all(this.scopes::contains)) { scopeRefusal(scopes, "all") }
    }

    /** The same where one of [scopes] is enough. */
    public fun requireAnyScope(vararg scopes: String): GrantedAccess {
        checkScopes(scopes)
        return requireThat(scopes.any(this.scopes::contains)) { scopeRefusal(scopes, "one") }
    }

    /**
     * The person must have been authenticated in one of the ways [acr], where there are some, and [maxAge] ago at the
     * most, unless that is null; else 401 `insufficient_user_authentication`, which sends the person to sign in anew ([RFC
     * 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)). A token that does not say it counts as one that says
     * no. [maxAge] is in whole seconds; the setting `clockTolerance` is added.
     *
     * Throws [IllegalArgumentException] where nothing is demanded, an [acr] has a space or is empty, or [maxAge] is
     * negative, has a fraction, or is more than 100 years.
     */
    @JvmOverloads
    public fun requireAuthentication(
        acr: List<String>,
        maxAge: Duration? = null,
    ): GrantedAccess {
        require(acr.isNotEmpty() || maxAge != null) { "requireAuthentication needs an acr, or maxAge" }
        require(acr.all(::isScope)) { "an acr must be printable ASCII without spaces, and not be empty" }
        require(maxAge == null || (maxAge in Duration.ZERO..LONGEST_AGE && maxAge.nano == 0)) {
            "maxAge must be whole seconds, from zero to 100 years, but is $maxAge"
        }
        // a list of Java's may take it ill to be asked for null
        val isOfAcr = acr.isEmpty() || this.acr.let { it != null && it in acr }
        val isMet = isOfAcr && (maxAge == null || isAuthenticatedWithin(maxAge))
        return requireThat(isMet) {
            val parameters =
                listOfNotNull(
                    acr.takeIf { it.isNotEmpty() }?.let { "acr_values" to it.joinToString(" ") },
                    maxAge?.let { "max_age" to "${it.seconds}" },
                )
            refusal(
                Challenge.insufficientAuthentication(parameters),
                "the operation needs another authentication: ${parameters.joinToString { (name, value) ->
                    "$name $value"
                }}, but the token has the acr ${this.acr?.let { "\"${printable(it)}\"" } ?: "none"}" +
                    " and the auth_time ${authTime ?: "none"}",
            )
        }
    }

    /** The same with [maxAge] alone. */
    public fun requireAuthentication(maxAge: Duration): GrantedAccess = requireAuthentication(emptyList(), maxAge)

    /**
     * One of the [authorizationDetails] of [type] must be such that [isEnough] says so, else 403 `insufficient_scope`
     * ([RFC 9396 §2](https://www.rfc-editor.org/rfc/rfc9396#section-2)). A detail of which [isEnough] reads a member of
     * another type than its name says is not enough.
     */
    @JvmOverloads
    public fun requireAuthorizationDetails(
        type: String,
        isEnough: Predicate<AuthorizationDetail> = Predicate { true },
    ): GrantedAccess =
        requireThat(authorizationDetails.any { it.type == type && isEnough(isEnough, it) }) {
            val message = "the operation needs authorization details of the type \"${printable(type)}\" that suffice"
            refusal(Challenge.INSUFFICIENT_DETAILS, message)
        }

    private fun isEnough(
        predicate: Predicate<AuthorizationDetail>,
        detail: AuthorizationDetail,
    ): Boolean =
        try {
            predicate.test(detail)
        } catch (_: InvalidResponseException) {
            false
        }

    private fun isAuthenticatedWithin(maxAge: Duration): Boolean {
        val at = authTime ?: return false
        val tolerance = Duration.ofSeconds(context.time.tolerance)
        val age = Duration.between(at, context.time.instant)
        return age <= maxAge.plus(tolerance) && age >= tolerance.negated()
    }

    private inline fun requireThat(
        isMet: Boolean,
        refusal: () -> RequestRefusedException,
    ): GrantedAccess {
        if (!isMet) throw refusal()
        return this
    }

    private fun scopeRefusal(
        needed: Array<out String>,
        how: String,
    ): RequestRefusedException {
        val scope = needed.joinToString(" ")
        val has = scopes.joinToString(" ").ifEmpty { "none" }
        return refusal(
            Challenge.insufficientScope(scope),
            "the operation needs $how of the scopes $scope, but the token has ${printable(has)}$arrayHint",
        )
    }

    private val arrayHint: String
        get() =
            if (context.issuer.rules.scopeClaim == null && json["scope"] is JsonArray) {
                "; its \"scope\" is an array, which scopeClaim(\"scope\") of the issuer reads"
            } else {
                ""
            }

    private fun refusal(
        challenge: Challenge,
        message: String,
    ) = context.challenges.refusal(challenge, context.scheme, message, more = responseHeaders)

    private fun readScopes(): Set<String> {
        val name = context.issuer.rules.scopeClaim
        val claim = json[name ?: "scope"]
        val array = (claim as? JsonArray)?.takeIf { name != null }
        val scopes = text(claim)?.split(' ') ?: array?.mapNotNull(::text).orEmpty()
        return Collections.unmodifiableSet(scopes.filterTo(LinkedHashSet(), String::isNotEmpty))
    }

    override val shown: Set<String> get() = setOf("iss", "aud", "exp", "iat", "client_id", "scope")

    internal companion object {
        private val LONGEST_AGE = Duration.ofDays(36_525)

        private fun checkScopes(scopes: Array<out String>) {
            require(scopes.isNotEmpty()) { "a scope must be named" }
            for (scope in scopes) requireScope(scope)
        }

        fun requireScope(scope: String) {
            require(isScope(scope)) {
                "a scope must be printable ASCII without spaces, quotes and backslashes (RFC 6749 §3.3), " +
                    "but is \"${printable(scope)}\""
            }
        }

        // RFC 6749 §3.3
        private fun isScope(text: String): Boolean =
            text.isNotEmpty() && text.all { it in '!'..'~' && it != '"' && it != '\\' }
    }
}
