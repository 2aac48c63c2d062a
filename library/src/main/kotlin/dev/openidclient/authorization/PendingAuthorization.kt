package dev.openidclient.authorization

import dev.openidclient.error.MASK
import dev.openidclient.jose.Base64Url
import dev.openidclient.json.StoredMembers
import dev.openidclient.json.boolean
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

/**
 * What has to be remembered between an authorization request and its callback, to check the one against the other.
 *
 * Store [encode] where only this person's browser session leads to it (the server-side session, or a cookie with
 * *authenticated* encryption, a name that begins with `__Host-`, `HttpOnly`, `Secure` and `SameSite=Lax`), [decode] it
 * when the callback comes, and **remove it then**, whatever the outcome. It holds secrets, which `toString` does not
 * show; who can change it unnoticed can drop a check, as `max_age`.
 *
 * The page `docs/callback.md` shows where to store it; `docs/sign-in-sessions.md` what does all of that.
 */
@Suppress("LongParameterList") // each is remembered of one request; nobody else makes one
public class PendingAuthorization internal constructor(
    /** The issuer of the server that the person was sent to. */
    public val issuer: String,
    public val clientId: String,
    public val redirectUri: String?,
    public val state: String,
    /** Null where no ID Token was asked for. */
    public val nonce: String?,
    public val codeVerifier: String,
    /** Whole seconds. */
    public val createdAt: Instant,
    internal val authentication: AskedAuthentication = AskedAuthentication(),
    /** The `scope` that was asked for: space-separated; null where the request named none. */
    public val scope: String? = null,
    /** The `resource` that were asked for; the token request names them again. */
    public val resource: List<String> = emptyList(),
    /**
     * As the server is asked for by a [ClientRegistry][dev.openidclient.client.ClientRegistry], where it calls itself
     * otherwise; null: as [issuer].
     */
    internal val askedIssuer: String? = null,
) {
    public val maxAge: Duration? get() = authentication.maxAge

    /** The `acr_values` that were asked for, the preferred one first. */
    public val acrValues: List<String> get() = authentication.acrValues

    /** Whether the ID Token must have one of [acrValues]. */
    public val isAcrRequired: Boolean get() = authentication.isAcrRequired

    /** One string of URL-safe characters; neither encrypted nor protected against changes. */
    public fun encode(): String {
        val json =
            StoredMembers.write(
                ISSUER to JsonPrimitive(issuer),
                CLIENT_ID to JsonPrimitive(clientId),
                REDIRECT_URI to redirectUri?.let(::JsonPrimitive),
                STATE to JsonPrimitive(state),
                NONCE to nonce?.let(::JsonPrimitive),
                CODE_VERIFIER to JsonPrimitive(codeVerifier),
                MAX_AGE to maxAge?.let { JsonPrimitive(it.seconds) },
                CREATED_AT to JsonPrimitive(createdAt.epochSecond),
                SCOPE to scope?.let(::JsonPrimitive),
                RESOURCE to StoredMembers.array(resource),
                ACR_VALUES to StoredMembers.array(acrValues),
                ACR_REQUIRED to if (isAcrRequired) JsonPrimitive(true) else null,
                ASKED_ISSUER to askedIssuer?.let(::JsonPrimitive),
                STEP_UP to if (authentication.isStepUp) JsonPrimitive(true) else null,
            )
        return VERSION + Base64Url.encode(json.toString().encodeToByteArray())
    }

    override fun equals(other: Any?): Boolean = other is PendingAuthorization && encode() == other.encode()

    override fun hashCode(): Int = encode().hashCode()

    override fun toString(): String =
        "PendingAuthorization(issuer=$issuer, clientId=$clientId, redirectUri=$redirectUri, state=$MASK, " +
            "nonce=$MASK, codeVerifier=$MASK, maxAge=$maxAge, createdAt=$createdAt, scope=$scope, " +
            "resource=$resource, acrValues=$acrValues, isAcrRequired=$isAcrRequired)"

    public companion object {
        private const val VERSION = "v2."
        private const val FIRST_VERSION = "v1."
        private const val ISSUER = "iss"
        private const val CLIENT_ID = "client_id"
        private const val REDIRECT_URI = "redirect_uri"
        private const val STATE = "state"
        private const val NONCE = "nonce"
        private const val CODE_VERIFIER = "code_verifier"
        private const val MAX_AGE = "max_age"
        private const val CREATED_AT = "created_at"
        private const val SCOPE = "scope"
        private const val RESOURCE = "resource"
        private const val ACR_VALUES = "acr_values"
        private const val ACR_REQUIRED = "acr_required"
        private const val ASKED_ISSUER = "asked_iss"
        private const val STEP_UP = "step_up"
        private val FIRST_MEMBERS =
            setOf(ISSUER, CLIENT_ID, REDIRECT_URI, STATE, NONCE, CODE_VERIFIER, MAX_AGE, CREATED_AT, SCOPE)
        private val MEMBERS = FIRST_MEMBERS + setOf(RESOURCE, ACR_VALUES, ACR_REQUIRED, ASKED_ISSUER, STEP_UP)

        /**
         * Reads what [encode] wrote, also that of the first version. Throws [IllegalArgumentException] for anything
         * else, also for what a later version wrote.
         */
        @JvmStatic
        public fun decode(encoded: String): PendingAuthorization {
            val isFirst = encoded.startsWith(FIRST_VERSION)
            require(isFirst || encoded.startsWith(VERSION)) {
                "not a pending authorization of a version that is known here: it must start with \"$VERSION\""
            }
            val json = Base64Url.decode(encoded.drop(VERSION.length))?.let(::parseJson) as? JsonObject
            requireNotNull(json) { "the pending authorization is damaged: it is not base64url of a JSON object" }
            val stored = StoredMembers("the pending authorization", json)
            stored.requireKnown(if (isFirst) FIRST_MEMBERS else MEMBERS)
            return PendingAuthorization(
                issuer = stored.required(ISSUER, ::text),
                clientId = stored.required(CLIENT_ID, ::text),
                redirectUri = stored.optional(REDIRECT_URI, ::text),
                state = stored.required(STATE, StoredMembers::nonEmptyText),
                nonce = stored.optional(NONCE, StoredMembers::nonEmptyText),
                codeVerifier = Pkce(stored.required(CODE_VERIFIER, ::text)).codeVerifier,
                createdAt = Instant.ofEpochSecond(stored.required(CREATED_AT, StoredMembers::wholeNumber)),
                authentication = authenticationIn(stored),
                scope = stored.optional(SCOPE, ::text),
                resource = stored.optional(RESOURCE, StoredMembers::texts).orEmpty(),
                askedIssuer = stored.optional(ASKED_ISSUER, ::text),
            )
        }

        private fun authenticationIn(stored: StoredMembers) =
            AskedAuthentication(
                maxAge = stored.optional(MAX_AGE, StoredMembers::wholeNumber)?.let(Duration::ofSeconds),
                acrValues = stored.optional(ACR_VALUES, StoredMembers::texts).orEmpty(),
                isAcrRequired = stored.optional(ACR_REQUIRED, ::boolean) ?: false,
                isStepUp = stored.optional(STEP_UP, ::boolean) ?: false,
            )

        /** The longest `max_age` that [decode] reads. */
        internal val LONGEST_AGE: Duration = Duration.ofSeconds(StoredMembers.MOST_SECONDS)
    }
}
