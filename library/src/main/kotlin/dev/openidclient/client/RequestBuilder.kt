package dev.openidclient.client

import dev.openidclient.http.Parameters
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.serialization.json.JsonArray

/**
 * Collects the parameters of one request. A function is named after its parameter; [parameter] covers all others. [B]
 * is the builder itself, so that calls chain. Belongs to one thread.
 */
@OpenIdClientDsl
public abstract class RequestBuilder<B : RequestBuilder<B>> internal constructor(
    /** The names that the operation sets itself, with the way to give them a value, if there is one. */
    private val owned: Map<String, String?>,
    /** What `toString` calls it; an optimizer may give its class another name. */
    private val typeName: String,
) {
    internal var parameters: Parameters = Parameters.EMPTY
        private set

    /**
     * Sets [name] to [value], in place of an earlier value. Throws [IllegalArgumentException] where the operation
     * itself sets [name].
     */
    public fun parameter(
        name: String,
        value: String,
    ): B {
        require(name !in owned) {
            "parameter \"$name\" is set by the operation itself${owned[name]?.let { ": use $it" }.orEmpty()}"
        }
        return set(name, value)
    }

    internal fun set(
        name: String,
        value: String,
    ): B {
        parameters = parameters.with(name, value)
        return self()
    }

    internal fun add(
        name: String,
        value: String,
    ) {
        parameters = parameters.plus(name, value)
    }

    internal abstract fun self(): B

    override fun toString(): String = "$typeName($parameters)"
}

/** A [RequestBuilder] for a request that asks for access. */
public abstract class AccessRequestBuilder<B : AccessRequestBuilder<B>> internal constructor(
    owned: Map<String, String?>,
    typeName: String,
) : RequestBuilder<B>(owned, typeName) {
    /**
     * `scope`: space-separated on the wire; another call adds to the earlier ones ([RFC 6749
     * §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
     */
    public fun scope(vararg scopes: String): B {
        val single = scopes.singleOrNull()?.takeIf { it.isNotEmpty() && ' ' !in it }
        if (single != null && "scope" !in parameters) return set("scope", single)
        val all = LinkedHashSet<String>()
        for (scope in listOfNotNull(parameters["scope"], *scopes)) scope.split(' ').filterTo(all, String::isNotEmpty)
        return if (all.isEmpty()) self() else set("scope", all.joinToString(" "))
    }

    /**
     * `resource`: where the access token is to be used; may come more than once ([RFC 8707
     * §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
     */
    public fun resource(vararg resources: String): B {
        for (resource in resources) add("resource", resource)
        return self()
    }

    /**
     * `authorization_details`: what exactly the access is for ([RFC 9396
     * §2](https://www.rfc-editor.org/rfc/rfc9396#section-2)).
     */
    public fun authorizationDetails(vararg details: AuthorizationDetail): B =
        set("authorization_details", JsonArray(details.map { it.json }).toString())
}
