package dev.openidclient.resourceserver

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.testing.NOW
import dev.openidclient.testing.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.util.stream.Collectors
import java.util.stream.Stream

private const val NO_SCOPE =
    "Bearer error=\"insufficient_scope\", error_description=\"The access token does not cover this request\""
private const val OTHER_AUTHENTICATION =
    "Bearer error=\"insufficient_user_authentication\", " +
        "error_description=\"Another or more recent authentication is needed\""

internal fun refusalOf(demand: () -> Any?): RequestRefusedException = shouldThrowExactly { demand() }

class GrantedAccessSpec :
    FunSpec({
        suspend fun access(vararg changes: Pair<String, JsonElement?>) =
            ApiWorld().api().authorize(bearer(accessToken(*changes)))

        fun refused(
            status: Int,
            challenge: String,
            demand: () -> Any?,
        ): RequestRefusedException {
            val refused = refusalOf(demand)
            withClue(refused.message) {
                refused.status shouldBe status
                refused.headers shouldBe mapOf("www-authenticate" to listOf(challenge))
            }
            return refused
        }

        test("what is granted is granted, and the demands chain") {
            val access = access("acr" to JsonPrimitive("phr"), "auth_time" to JsonPrimitive(NOW.epochSecond - 60))
            access
                .requireScopes("orders:read")
                .requireScopes("orders:write", "orders:read")
                .requireAnyScope("orders:delete", "orders:read")
                .requireAuthentication(acr = listOf("phr", "phrh"), maxAge = Duration.ofMinutes(5))
                .requireAuthentication(listOf("phr"))
                .requireAuthentication(Duration.ofMinutes(1)) shouldBeSameInstanceAs access
        }

        test("requireScopes needs all of them, and tells all of them") {
            val access = access()
            val challenge = "$NO_SCOPE, scope=\"orders:read orders:delete\", $METADATA"
            val refused = refused(403, challenge) { access.requireScopes("orders:read", "orders:delete") }
            refused.error shouldBe "insufficient_scope"
            refused.message shouldContain "has orders:read orders:write"
            for (scope in listOf("orders", "ORDERS:READ", "orders:rea")) {
                refused(403, "$NO_SCOPE, scope=\"$scope\", $METADATA") { access.requireScopes(scope) }
            }
            val none = access("scope" to null)
            refused(403, "$NO_SCOPE, scope=\"a\", $METADATA") { none.requireScopes("a") }
        }

        test("requireAnyScope needs one of them, and tells all of them") {
            val access = access()
            refused(403, "$NO_SCOPE, scope=\"a b\", $METADATA") { access.requireAnyScope("a", "b") }
        }

        test("a scope that is none, and no scope at all, is the program's mistake") {
            val access = access()
            for (scope in listOf("", "a b", "a\"b", "a\\b", "ä", "a\n")) {
                shouldThrow<IllegalArgumentException> { access.requireScopes(scope) }
                shouldThrow<IllegalArgumentException> { access.requireAnyScope("a", scope) }
            }
            shouldThrow<IllegalArgumentException> { access.requireScopes() }
            shouldThrow<IllegalArgumentException> { access.requireAnyScope() }
        }

        test("requireAuthentication needs one of the ways, and a token that does not say one says no") {
            val challenge = "$OTHER_AUTHENTICATION, acr_values=\"phr phrh\", $METADATA"
            val claims = listOf(null, JsonPrimitive("pwd"), JsonPrimitive("PHR"), JsonPrimitive(1), json("[\"phr\"]"))
            for (acr in claims) {
                val access = access("acr" to acr)
                val refused = refused(401, challenge) { access.requireAuthentication(listOf("phr", "phrh")) }
                refused.error shouldBe "insufficient_user_authentication"
            }
            val none = access()
            refused(401, "$OTHER_AUTHENTICATION, acr_values=\"phr\", $METADATA") {
                none.requireAuthentication(Stream.of("phr").collect(Collectors.toUnmodifiableList()))
            }
        }

        test("requireAuthentication needs it to be recent, and a token that does not say when says no") {
            val challenge = "$OTHER_AUTHENTICATION, max_age=\"300\", $METADATA"
            val seconds = NOW.epochSecond
            for (time in listOf(null, seconds - 331, seconds + 31)) {
                val access = access("auth_time" to time?.let(::JsonPrimitive))
                refused(401, challenge) { access.requireAuthentication(Duration.ofMinutes(5)) }
            }
            val text = access("auth_time" to JsonPrimitive("$seconds"))
            refused(401, challenge) { text.requireAuthentication(Duration.ofMinutes(5)) }
            for (time in listOf(seconds - 330, seconds + 30)) {
                access("auth_time" to JsonPrimitive(time)).requireAuthentication(Duration.ofMinutes(5))
            }
            val both = "$OTHER_AUTHENTICATION, acr_values=\"phr\", max_age=\"0\", $METADATA"
            val access = access("acr" to JsonPrimitive("phr"), "auth_time" to JsonPrimitive(seconds - 31))
            refused(401, both) { access.requireAuthentication(listOf("phr"), Duration.ZERO) }
        }

        test("a demand for no authentication, or one that no challenge can tell, is the program's mistake") {
            val access = access()
            shouldThrow<IllegalArgumentException> { access.requireAuthentication(emptyList()) }
            shouldThrow<IllegalArgumentException> { access.requireAuthentication(listOf("a b")) }
            shouldThrow<IllegalArgumentException> { access.requireAuthentication(listOf("")) }
            shouldThrow<IllegalArgumentException> { access.requireAuthentication(Duration.ofSeconds(-1)) }
        }

        test("requireAuthorizationDetails needs one of the type that suffices") {
            val details = json("""[{"type":"payment","actions":["read"]},{"type":"x","actions":"read"},1,{"a":1}]""")
            val access = access("authorization_details" to details)
            access.authorizationDetails.map { it.type } shouldBe listOf("payment", "x")
            access
                .requireAuthorizationDetails("payment")
                .requireAuthorizationDetails("payment") { "read" in it.actions.orEmpty() } shouldBeSameInstanceAs access
            val challenge =
                "Bearer error=\"insufficient_scope\", " +
                    "error_description=\"The authorization details do not cover this request\", $METADATA"
            refused(403, challenge) { access.requireAuthorizationDetails("payment") { "pay" in it.actions.orEmpty() } }
            refused(403, challenge) { access.requireAuthorizationDetails("account") }
            // its actions are no array
            refused(403, challenge) { access.requireAuthorizationDetails("x") { "read" in it.actions.orEmpty() } }
            val none = access()
            refused(403, challenge) { none.requireAuthorizationDetails("payment") }
        }

        test("a claim of another type counts as absent, and never breaks a request") {
            val odd = json("{\"a\":1}")
            val access =
                access("acr" to odd, "auth_time" to odd, "scope" to odd, "authorization_details" to odd)
            access.acr.shouldBeNull()
            access.authTime.shouldBeNull()
            access.scopes shouldBe emptySet()
            access.authorizationDetails shouldBe emptyList()
        }

        test("what is printed of it shows no claim of a person") {
            val printed = access("email" to JsonPrimitive("alice@example.com")).toString()
            printed shouldContain "scope=\"orders:read orders:write\""
            printed shouldNotContain "alice"
            printed shouldNotContain "248289761001"
        }
    })
