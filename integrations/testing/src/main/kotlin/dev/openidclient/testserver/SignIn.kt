package dev.openidclient.testserver

import kotlinx.serialization.json.JsonElement
import java.time.Instant

/** How a person signs in; a function is named after what it says. */
@TestServerDsl
public class SignIn internal constructor(
    internal val subject: String,
) {
    internal val claims = LinkedHashMap<String, JsonElement>()
    internal var scopes: Set<String>? = null
        private set
    internal var sessionId: String? = null
        private set
    internal var authenticatedAt: Instant? = null
        private set
    internal var acr: String? = null
        private set

    /** A claim of the ID Tokens: text, a number, true or false, a list or a map. It may replace one of the server's. */
    public fun claim(
        name: String,
        value: Any?,
    ): SignIn = apply { claims[name] = element(value) }

    /** Claims of the ID Tokens. */
    public fun claims(claims: Map<String, Any?>): SignIn =
        apply { claims.forEach { (name, value) -> claim(name, value) } }

    /** What the person grants, in place of all that was asked for. */
    public fun scope(vararg scopes: String): SignIn = apply { this.scopes = scopes.toSet() }

    /** `sid`. Default: a random one. */
    public fun sessionId(sessionId: String): SignIn = apply { this.sessionId = sessionId }

    /** `auth_time`. Default: now. */
    public fun authenticatedAt(time: Instant): SignIn = apply { authenticatedAt = time }

    /** `acr`. Default: the first that the request asks for. */
    public fun acr(acr: String): SignIn = apply { this.acr = acr }

    override fun toString(): String = "SignIn(${claims.keys})"
}
