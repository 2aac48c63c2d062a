package dev.openidclient.tampering

import dev.openidclient.integration.OidcProviderAvailable
import dev.openidclient.okhttp.OkHttpTransport
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldBeNull
import kotlinx.coroutines.runBlocking

/** The lies that a transport has a part in: answers that no endpoint may give. */
@EnabledIf(OidcProviderAvailable::class)
class OkHttpTamperingIntegrationSpec :
    StringSpec({
        val problems: Map<Case, String?> by lazy {
            runBlocking { OkHttpTransport.open().use { problemsOf(hostileAnswerCases, through = it) } }
        }

        for (case in hostileAnswerCases) "through OkHttp, $case" { problems.getValue(case).shouldBeNull() }
    })
