package dev.openidclient.authorization

import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.function.Consumer

/**
 * The `claims` of an authorization request, one by one ([OpenID Connect Core
 * §5.5](https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter)). A claim that is named again is another
 * one. Nothing of it is checked afterwards: a server may leave out what is asked for, also what is essential.
 */
@OpenIdClientDsl
public class ClaimsRequest internal constructor() {
    private val idToken = LinkedHashMap<String, JsonElement>()
    private val userinfo = LinkedHashMap<String, JsonElement>()

    /** Asks for [claim] in the ID Token. */
    public fun idToken(claim: String): ClaimsRequest = add(idToken, claim) { }

    /** Asks for [claim] in the ID Token, as [configure] says. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun idToken(
        claim: String,
        configure: ClaimRequest.() -> Unit,
    ): ClaimsRequest = add(idToken, claim, configure)

    /** Asks for [claim] in the ID Token, as [configure] says: for Java. */
    public fun idToken(
        claim: String,
        configure: Consumer<ClaimRequest>,
    ): ClaimsRequest = add(idToken, claim) { configure.accept(this) }

    /** Asks for [claim] from the UserInfo endpoint. */
    public fun userinfo(claim: String): ClaimsRequest = add(userinfo, claim) { }

    /** Asks for [claim] from the UserInfo endpoint, as [configure] says. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun userinfo(
        claim: String,
        configure: ClaimRequest.() -> Unit,
    ): ClaimsRequest = add(userinfo, claim, configure)

    /** Asks for [claim] from the UserInfo endpoint, as [configure] says: for Java. */
    public fun userinfo(
        claim: String,
        configure: Consumer<ClaimRequest>,
    ): ClaimsRequest = add(userinfo, claim) { configure.accept(this) }

    private fun add(
        claims: MutableMap<String, JsonElement>,
        claim: String,
        configure: ClaimRequest.() -> Unit,
    ): ClaimsRequest {
        require(claim.isNotEmpty()) { "the name of a claim must not be empty" }
        claims[claim] = ClaimRequest().apply(configure).json()
        return this
    }

    internal fun json(): JsonObject {
        val all = listOf("id_token" to idToken, "userinfo" to userinfo).filter { (_, claims) -> claims.isNotEmpty() }
        return JsonObject(all.associate { (name, claims) -> name to JsonObject(claims.toMap()) })
    }

    override fun toString(): String = "ClaimsRequest(${idToken.keys}, ${userinfo.keys})"
}

/**
 * How one claim is asked for ([OpenID Connect Core
 * §5.5.1](https://openid.net/specs/openid-connect-core-1_0.html#IndividualClaimsRequests)).
 */
@OpenIdClientDsl
public class ClaimRequest internal constructor() {
    private val members = LinkedHashMap<String, JsonElement>()

    /** `essential: true`: without the claim the person cannot do what they came for. */
    public fun essential(): ClaimRequest = member("essential", JsonPrimitive(true))

    /** `value`: the claim is to have this value, as `sub` of a certain person. */
    public fun value(value: String): ClaimRequest = member("value", JsonPrimitive(value))

    /** `values`: the claim is to have one of these, the preferred one first. */
    public fun values(vararg values: String): ClaimRequest =
        member("values", JsonArray(values.map { JsonPrimitive(it) }))

    /** Any other member, or a value that is no text. */
    public fun member(
        name: String,
        value: JsonElement,
    ): ClaimRequest {
        members[name] = value
        return this
    }

    internal fun json(): JsonElement = if (members.isEmpty()) JsonNull else JsonObject(members.toMap())

    override fun toString(): String = "ClaimRequest(${members.keys})"
}
