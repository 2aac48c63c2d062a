package dev.openidclient.tampering

import dev.openidclient.http.HttpTransport
import dev.openidclient.integration.OidcProviderAvailable
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlin.time.measureTimedValue

/**
 * A server that lies, in every way that we could think of: `oidc-provider` with a proxy in front that alters one thing.
 * Each lie must be refused by the right exception, and none of them shows a secret; what is odd but legal is accepted.
 */
@EnabledIf(OidcProviderAvailable::class)
class TamperingIntegrationSpec :
    StringSpec({
        val problems: Map<Case, String?> by lazy { runBlocking { problemsOf(controls + cases) } }

        "every case has a name of its own" {
            cases.map(Case::toString).shouldBeUnique()
        }

        for (case in controls) "$case, goes through" { problems.getValue(case).shouldBeNull() }

        for (case in cases) {
            val outcome = if (case.refusal == null) "accepted" else "refused as ${case.refusal}"
            "$case, is $outcome" { problems.getValue(case).shouldBeNull() }
        }
    })

internal val cases: List<Case> =
    listOf(
        idTokenCases,
        jwtCases,
        tokenResponseCases,
        callbackCases,
        implicitCases,
        hybridCases,
        detachedSignatureCases,
        jarmCases,
        keyCases,
        discoveryCases,
        metadataCases,
        aliasCases,
        pushedCases,
        deviceCases,
        cibaCases,
        pollingCases,
        registrationCases,
        revocationCases,
        refreshCases,
        dpopCases,
        userInfoCases,
        resourceCases,
        signedUserInfoCases,
        introspectionCases,
        signedIntrospectionCases,
        encryptionCases,
        hostileAnswerCases,
        legalCases,
    ).flatten()

/** Each flow without any tampering. */
internal val controls: List<Case> =
    cases.map(Case::flow).distinct().map { Case("untampered", it.name, it, Tampering.NONE, null) }

/** Runs all cases at once, and prints how many of those are refused that must be. */
internal suspend fun problemsOf(
    cases: List<Case>,
    through: HttpTransport? = null,
): Map<Case, String?> {
    val (problems, time) = measureTimedValue { atOnce(cases) { it to it.problem(through) }.toMap() }
    for ((subject, some) in cases.groupBy(Case::subject)) println("Tampering: ${tally(some, problems)} $subject")
    println("Tampering: ${tally(cases, problems)} in all, in ${time.inWholeSeconds} s")
    return problems
}

private fun tally(
    cases: List<Case>,
    problems: Map<Case, String?>,
): String {
    val (accepted, refused) = cases.partition { it.refusal == null }

    fun right(some: List<Case>) = "${some.count { problems[it] == null }} / ${some.size}"
    return "refused ${right(refused)}, accepted ${right(accepted)}:"
}

private suspend fun <T> atOnce(
    cases: List<Case>,
    run: suspend (Case) -> T,
): List<T> =
    coroutineScope {
        val permits = Semaphore(CONCURRENCY)
        cases.map { case -> async(Dispatchers.IO) { permits.withPermit { run(case) } } }.awaitAll()
    }

private const val CONCURRENCY = 16
