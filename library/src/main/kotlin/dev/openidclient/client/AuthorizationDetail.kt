package dev.openidclient.client

import dev.openidclient.json.JsonMembers
import dev.openidclient.json.text
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.function.Consumer

/**
 * One element of `authorization_details`: access of one [type] ([RFC 9396
 * §2](https://www.rfc-editor.org/rfc/rfc9396#section-2)); members of the type's own survive in [json].
 */
public class AuthorizationDetail(
    json: JsonObject,
) : JsonMembers(json, "AuthorizationDetail") {
    init {
        require(!text(json["type"]).isNullOrEmpty()) { "an authorization detail must have a non-empty \"type\"" }
    }

    /** Of [type], with the members that [configure] sets: for Java. */
    @JvmOverloads
    public constructor(
        type: String,
        configure: Consumer<AuthorizationDetailBuilder> = Consumer {},
    ) : this(AuthorizationDetailBuilder(type).also(configure::accept).build())

    public val type: String get() = read.requiredString("type")

    /** Where the access is to: often the URLs of resource servers. */
    public val locations: List<String>? get() = read.optionalStrings("locations")
    public val actions: List<String>? get() = read.optionalStrings("actions")
    public val datatypes: List<String>? get() = read.optionalStrings("datatypes")
    public val identifier: String? get() = read.optionalString("identifier")
    public val privileges: List<String>? get() = read.optionalStrings("privileges")

    override val shown: Set<String> get() = setOf("type")

    internal companion object {
        /** The `authorization_details` that a server answered. */
        fun listOf(members: List<JsonElement>?): List<AuthorizationDetail>? =
            members
                ?.filterIsInstance<JsonObject>()
                ?.filter {
                    !text(
                        it["type"],
                    ).isNullOrEmpty()
                }?.map(::AuthorizationDetail)
    }
}

/** One of [type], with the members that [configure] sets. */
@JvmSynthetic // a constructor, but that would not hide from Java, where a lambda would fit both
public fun AuthorizationDetail(
    type: String,
    configure: AuthorizationDetailBuilder.() -> Unit,
): AuthorizationDetail = AuthorizationDetail(AuthorizationDetailBuilder(type).apply(configure).build())

/** Builds an [AuthorizationDetail]; a function is named after its member. */
@OpenIdClientDsl
public class AuthorizationDetailBuilder internal constructor(
    type: String,
) {
    private val members = linkedMapOf<String, JsonElement>("type" to JsonPrimitive(type))

    public fun locations(vararg locations: String): AuthorizationDetailBuilder = strings("locations", locations)

    public fun actions(vararg actions: String): AuthorizationDetailBuilder = strings("actions", actions)

    public fun datatypes(vararg datatypes: String): AuthorizationDetailBuilder = strings("datatypes", datatypes)

    public fun identifier(identifier: String): AuthorizationDetailBuilder =
        member("identifier", JsonPrimitive(identifier))

    public fun privileges(vararg privileges: String): AuthorizationDetailBuilder = strings("privileges", privileges)

    /** A member of the type's own. */
    public fun member(
        name: String,
        value: JsonElement,
    ): AuthorizationDetailBuilder {
        members[name] = value
        return this
    }

    /** The same with a string. */
    public fun member(
        name: String,
        value: String,
    ): AuthorizationDetailBuilder = member(name, JsonPrimitive(value))

    private fun strings(
        name: String,
        values: Array<out String>,
    ): AuthorizationDetailBuilder = member(name, JsonArray(values.map(::JsonPrimitive)))

    internal fun build(): JsonObject = JsonObject(members)
}
