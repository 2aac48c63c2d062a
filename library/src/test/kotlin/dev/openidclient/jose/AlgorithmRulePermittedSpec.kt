package dev.openidclient.jose

import dev.openidclient.error.ValidationException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain

private val PROFILE = setOf("PS256", "ES256", "EdDSA", "Ed25519")

/** What the rule says without a profile, where client metadata, server metadata or neither name the algorithm. */
private enum class NamedBy(
    val client: String?,
    val server: List<String>?,
) {
    CLIENT("*", null),
    SERVER(null, listOf("RS512", "*")),
    BOTH("*", listOf("*")),
    ONLY_ANOTHER_BY_CLIENT("HS256", listOf("*")),
    ONLY_ANOTHER_BY_SERVER(null, listOf("HS256")),
    NOBODY(null, null),
    ;

    fun names(algorithm: String): Boolean =
        when (this) {
            CLIENT, SERVER, BOTH -> true
            ONLY_ANOTHER_BY_CLIENT, ONLY_ANOTHER_BY_SERVER -> false
            NOBODY -> algorithm == AlgorithmRule.DEFAULT
        }

    fun rule(
        algorithm: String,
        permitted: Set<String>?,
    ) = AlgorithmRule(
        "id_token_signed_response_alg",
        client?.replace("*", algorithm),
        "id_token_signing_alg_values_supported",
        server?.map { it.replace("*", algorithm) },
        AlgorithmRule.DEFAULT,
        permitted,
    )
}

private fun token(algorithm: String): Jwt =
    Jwt.parse(TestKeys.compact(idTokenClaims(), algorithm, jsonObject("{}")) { ByteArray(0) }, "ID Token")

class AlgorithmRulePermittedSpec :
    FunSpec({
        for (permitted in listOf(null, PROFILE)) {
            for (named in NamedBy.entries) {
                for (algorithm in listOf("PS256", "ES256", "EdDSA", "Ed25519", "RS256", "ES384", "none")) {
                    val isNamed = named.names(algorithm)
                    val isPermitted = permitted == null || algorithm in permitted
                    // without a profile the client alone may choose unsigned tokens
                    val isKnown = algorithm != "none" || named == NamedBy.CLIENT || named == NamedBy.BOTH
                    val profile = if (permitted == null) "no profile" else "a profile"
                    val rule = named.rule(algorithm, permitted)

                    if (isNamed && isPermitted && isKnown) {
                        test("$algorithm, named by $named, is accepted under $profile") {
                            shouldNotThrowAny { rule.check(token(algorithm), unsignedAllowed = true) }
                        }
                    } else if (isNamed && !isPermitted) {
                        test("$algorithm, named by $named, is refused under $profile, for the profile") {
                            shouldThrowExactly<ValidationException> {
                                rule.check(token(algorithm), unsignedAllowed = true)
                            }.message shouldContain "PS256 or ES256 or EdDSA or Ed25519 (security profile)"
                        }
                    } else if (!isNamed) {
                        test("$algorithm, named by $named, is refused under $profile, for nobody names it") {
                            shouldThrowExactly<ValidationException> {
                                rule.check(token(algorithm), unsignedAllowed = true)
                            }.message shouldContain "but its \"alg\" is \"$algorithm\""
                        }
                    }
                }
            }
        }

        test("the two names of one algorithm are both needed in what is permitted") {
            val rule = NamedBy.SERVER.rule("Ed25519", setOf("Ed25519"))

            shouldNotThrowAny { rule.check(token("Ed25519"), unsignedAllowed = false) }
            shouldThrowExactly<ValidationException> { rule.check(token("EdDSA"), unsignedAllowed = false) }
        }
    })
