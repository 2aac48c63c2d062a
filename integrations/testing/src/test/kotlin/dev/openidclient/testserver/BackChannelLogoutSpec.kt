package dev.openidclient.testserver

import com.sun.net.httpserver.HttpServer
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress

class BackChannelLogoutSpec :
    FunSpec({
        val server = TestAuthorizationServer()
        val client = OpenIdClient(server.metadata, "app") { transport = server }
        val users = UserTokens(client) { backChannelLogout() }
        val replays = InMemoryReplayCache()

        suspend fun answer(
            contentType: String?,
            body: String,
        ): LogoutAnswer =
            try {
                val request = LogoutRequest.read(contentType, body)
                users.endSessions(client.verifyLogoutToken(request.logoutToken, replays))
                LogoutAnswer.accepted()
            } catch (e: OAuthException) {
                LogoutAnswer.refused(e)
            }

        val application = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        application.createContext("/logout") { exchange ->
            val body = exchange.requestBody.readBytes().decodeToString()
            val answer = runBlocking { answer(exchange.requestHeaders.getFirst("content-type"), body) }
            for ((name, value) in answer.headers) exchange.responseHeaders.set(name, value)
            val bytes = answer.body.encodeToByteArray()
            exchange.sendResponseHeaders(answer.status, if (bytes.isEmpty()) -1 else bytes.size.toLong())
            if (bytes.isNotEmpty()) exchange.responseBody.write(bytes)
            exchange.close()
        }
        application.start()
        val uri = "http://127.0.0.1:${application.address.port}/logout"
        afterSpec {
            application.stop(0)
            users.close()
            client.close()
        }

        test("a logout that is sent ends the session at the application") {
            users.put("session", server.tokens("alice") { sessionId("a-sid") })
            server.sendBackChannelLogout(uri, "app", "bob") shouldBe 200
            users.load("session").shouldNotBeNull()
            server.sendBackChannelLogout(uri, "app", "alice", "a-sid") shouldBe 200
            users.load("session").shouldBeNull()
        }

        test("one that the application refuses is 400") {
            server.sendBackChannelLogout(uri, "another-client", "alice") shouldBe 400
        }

        test("where nobody listens it is an IOException") {
            shouldThrow<IOException> { server.sendBackChannelLogout("http://127.0.0.1:1/logout", "app", "alice") }
        }
    })
