package dev.openidclient.benchmarks.jose

import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.token.IdTokenClaims
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.awaitCancellation

class JoseSubjectSpec :
    FunSpec({
        context("every subject of a row does its work") {
            withData(nameFn = { (row, subject) ->
                "${row.title}: ${subject.title}"
            }, rowsAndSubjects()) { (row, subject) ->
                subject.operation(Case.of(row.algorithm), CryptoProviders.JDK)().shouldNotBeNull()
            }
        }

        context("every subject that verifies refuses a token that was tampered with") {
            val verifying = rowsAndSubjects().filter { (row, _) -> row.floor != JoseSubject.RAW_SIGN }
            withData(nameFn = { (row, subject) -> "${row.title}: ${subject.title}" }, verifying) { (row, subject) ->
                val case = Case.of(row.algorithm)
                val other = Case.of(row.algorithm).signed

                fun tampered(
                    own: String,
                    others: String,
                ) = own.substringBeforeLast('.') + "." + others.substringAfterLast('.')
                val tampered =
                    Case(
                        case.algorithm,
                        case.keyPair,
                        Case.Signed(
                            tampered(case.signed.idToken, other.idToken),
                            tampered(case.signed.accessToken, other.accessToken),
                            case.signed.boundToken,
                            tampered(case.signed.proof, other.proof),
                        ),
                    )

                // what is judged once beforehand is refused there
                shouldThrowAny { subject.operation(tampered, CryptoProviders.JDK)() }
            }
        }

        test("a proof that is remembered holds something, and is remembered once") {
            val held = ReplayCacheRow.subjects(2_000).map { it.round()[ReplayCacheRow.HELD].shouldNotBeNull() }
            held.forEach { it shouldBeGreaterThan 32.0 }
        }

        test("the library's subject for access tokens hands out what is granted") {
            val granted = JoseSubject.BOUND_TOKEN.operation(Case.of("ES256"), CryptoProviders.JDK)()

            granted.shouldBeInstanceOf<GrantedAccess>().subject shouldBe "248289761001"
        }

        test("the library's subject hands out the claims") {
            val operation = JoseSubject.ID_TOKEN.operation(Case.of("ES256"), CryptoProviders.JDK)

            operation().shouldBeInstanceOf<IdTokenClaims>().subject shouldBe "248289761001"
        }

        test("an assertion is signed anew each time, and the request does not grow") {
            val operation = JoseSubject.ASSERTION.operation(Case.of("ES256"), CryptoProviders.JDK)

            fun assertions() =
                (operation() as dev.openidclient.clientauth.ClientAuthenticationRequest).parameters.all(
                    "client_assertion",
                )

            val first = assertions().single()
            (assertions().single() == first) shouldBe false
        }

        test("a floor of each provider verifies what the JDK signed") {
            val case = Case.of("ES256")

            CryptoProviders.entries.filter { it.isAvailable }.forEach {
                it.rawSignature(case).shouldNotBeNull().verify() shouldBe
                    true
            }
        }

        test("a case survives the way to another process") {
            val case = Case.of("PS256")
            val parsed = Case.parse(case.toJson())

            parsed.signed.idToken shouldBe case.signed.idToken
            parsed.signed.proof shouldBe case.signed.proof
            parsed.keyPair.private.encoded shouldBe case.keyPair.private.encoded
        }

        test("what waits is not measured as if it had ended") {
            shouldThrow<IllegalStateException> { immediately { awaitCancellation() } }.message shouldContain
                "waits"
        }

        test("the gain by a provider is a target on JDK 17 only, the one over Node on each") {
            targets(jdk = 17).size shouldBe targets(jdk = 25).size + 1
        }
    })

private fun rowsAndSubjects(): List<Pair<JoseRow, JoseSubject>> =
    JoseRow.entries.flatMap { row -> (listOf(row.floor, row.library) + row.peers).map { row to it } }
