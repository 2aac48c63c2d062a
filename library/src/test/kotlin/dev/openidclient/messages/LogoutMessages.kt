package dev.openidclient.messages

import dev.openidclient.authorization.InitiatedLogin
import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.Parameters
import dev.openidclient.jose.SigningKey
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.verifyEndSessionReturn
import dev.openidclient.logout.verifyFrontChannelLogout
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.token.IdTokenClaims
import dev.openidclient.token.LogoutToken
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Instant

private const val EVENT = "http://schemas.openid.net/event/backchannel-logout"

private fun logoutClaims(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val members =
        mutableMapOf(
            "iss" to JsonPrimitive(ISSUER),
            "aud" to JsonPrimitive(CLIENT_ID),
            "iat" to number(NOW.epochSecond),
            "exp" to number(NOW.epochSecond + 120),
            "jti" to JsonPrimitive("a-jti"),
            "sub" to JsonPrimitive("alice"),
            "events" to json("""{"$EVENT":{}}"""),
        )
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members)
}

/** Logout tokens. */
internal suspend fun Messages.logoutTokens() {
    val fresh =
        object : ReplayCache {
            override suspend fun register(
                key: String,
                until: Instant,
            ): Boolean = true
        }

    suspend fun verified(
        claims: JsonObject,
        replays: ReplayCache = fresh,
        configure: ClientSettings.() -> Unit = {},
    ) = StubServer().answerKeys().client(configure = configure).verifyLogoutToken(TestKeys.signRsa(claims), replays)

    suspend fun changed(vararg changes: Pair<String, JsonElement?>) = of { verified(logoutClaims(*changes)) }

    changed("exp" to null)
    changed("iat" to null)
    changed("iat" to number(NOW.epochSecond - 331))
    changed("iat" to number(NOW.epochSecond + 31))
    changed("jti" to null)
    changed("events" to null)
    changed("events" to json("""{"other":{}}"""))
    changed("nonce" to JsonPrimitive("n"))
    changed("sub" to null)
    changed("sub" to JsonPrimitive(""))
    of { verified(logoutClaims()) { metadata { backchannelLogoutSessionRequired() } } }
    val seen =
        object : ReplayCache {
            override suspend fun register(
                key: String,
                until: Instant,
            ): Boolean = false
        }
    of { verified(logoutClaims(), seen) }
    val broken =
        object : ReplayCache {
            override suspend fun register(
                key: String,
                until: Instant,
            ): Boolean = throw IOException("broken")
        }
    of { verified(logoutClaims(), broken) }
    of { StubServer().client().verifyLogoutToken("", fresh) }
    val profiled =
        StubServer().client {
            authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
            transportPresentsCertificate()
            fapi2Security()
        }
    of { profiled.verifyLogoutToken("a.b.c", InMemoryReplayCache()) { acceptMissingExp() } }
    of { UserTokens(StubServer().client()).endSessions(LogoutToken(logoutClaims())) }
    of { LogoutRequest.read("application/json", "{}") }
    of { LogoutRequest.read("application/x-www-form-urlencoded", "x".repeat(64 * 1024 + 1)) }
    of { LogoutRequest.read(Parameters.EMPTY) }
}

/** Logouts through the browser, and sign-ins that begin elsewhere. */
internal suspend fun Messages.logoutsInBrowsers() {
    val client = StubServer().client()
    val session = IdTokenClaims(idTokenClaims("sid" to JsonPrimitive("a")), "a.b.c")
    of { client.verifyFrontChannelLogout(Parameters.of("sid" to "a"), session) }
    val other = Parameters.of("iss" to ISSUER, "sid" to "b")
    of { client.verifyFrontChannelLogout(other, session) }
    of { client.verifyFrontChannelLogout(other, IdTokenClaims(idTokenClaims(), "a.b.c")) }
    of { client.verifyEndSessionReturn(Parameters.EMPTY, "s") }
    of { client.verifyEndSessionReturn(Parameters.of("state" to "t"), "s") }
    of { client.verifyEndSessionReturn(Parameters.EMPTY, "") }
    of { InitiatedLogin.parse(Parameters.EMPTY, listOf(ISSUER)) { true } }
    of { InitiatedLogin.parse(Parameters.of("iss" to "https://other.example.com"), listOf(ISSUER)) { true } }
    val target = Parameters.of("iss" to ISSUER, "target_link_uri" to "https://other.example.com")
    of { InitiatedLogin.parse(target, listOf(ISSUER)) { false } }
}
