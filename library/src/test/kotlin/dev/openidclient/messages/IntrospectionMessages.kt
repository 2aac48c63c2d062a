package dev.openidclient.messages

import dev.openidclient.resourceserver.IntrospectionRules
import dev.openidclient.resourceserver.IntrospectionWorld
import dev.openidclient.testing.ISSUER
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

/** Opaque tokens at a resource server. */
internal suspend fun Messages.introspectedTokens() {
    // in the virtual time of one test each: the line has the time that it is there
    suspend fun told(block: suspend TestScope.() -> Unit) {
        var failure: Throwable? = null
        runTest {
            try {
                block()
            } catch (e: CancellationException) {
                throw e
            } catch (
                @Suppress("TooGenericExceptionCaught") e: Exception,
            ) {
                failure = e
            }
        }
        of { failure?.let { throw it } }
    }

    suspend fun said(
        members: String,
        isActive: Boolean = true,
        isAudienceRequired: Boolean = false,
    ) = told {
        val world = IntrospectionWorld(this, members)
        world.isActive = isActive
        world.tokens(isAudienceRequired = isAudienceRequired).claims("opaque")
    }

    said("", isActive = false)
    said(""","iss":"$ISSUER/"""")
    said(""","token_type":"refresh_token"""")
    said(""","token_type":"DPoP"""")
    said("", isAudienceRequired = true)
    said(""","aud":["https://other.example.com","x"]""")
    said(""","aud":[]""")
    said(""","exp":1""")
    said(""","nbf":4102444800""")
    told {
        val world = IntrospectionWorld(this)
        val tokens = world.tokens()
        world.coroutines.cancel()
        tokens.claims("opaque")
    }
    told {
        val ended = Job().apply { cancel() }
        IntrospectionWorld(this, context = ended).tokens().claims("opaque")
    }
    of { IntrospectionRules(emptySet(), false, Duration.ZERO, Duration.ofMinutes(1)) }
}
