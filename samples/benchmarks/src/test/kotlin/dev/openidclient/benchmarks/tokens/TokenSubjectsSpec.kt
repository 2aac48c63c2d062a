package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Subject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking

class TokenSubjectsSpec :
    FunSpec({
        test("each row has one floor for each set of parameters") {
            val subjects =
                FreshToken.subjects() + FreshAuthorization.subjects() + SessionInDatabase.subjects() +
                    UserSessions.subjects(10)
            subjects.groupBy { it.row to it.parameters }.values.forEach { it.count(Subject::isFloor) shouldBe 1 }
            subjects.forEach(Subject::close)
        }

        test("a session in a database is read, and each refresh brings other tokens, which are read from then on") {
            LibrarySession().use { session ->
                val all = List(3) { session.refreshed() }
                all.toSet().size shouldBe 3
                session.load() shouldBe all.last()
            }
            SpringSession(SessionDatabase(SessionDatabase.SPRING), Answered.endlessly()).use { session ->
                val all = List(3) { session.refreshed() }
                all.toSet().size shouldBe 3
                session.load() shouldBe all.last()
            }
        }

        test("sessions are really kept") {
            val held = UserSessions.subjects(500).map { checkNotNull(it.round()[UserSessions.HELD]) }
            // the least that the tokens need
            held.forEach { it shouldBeGreaterThan 1_000.0 }
        }

        test("tokens are other ones each time") {
            val server = TokensWithoutNetwork()
            val client = server.client()
            val tokens = List(3) { runBlocking { server.tokens(client) } }
            tokens.map { it.accessToken }.toSet().size shouldBe 3
            tokens.map { it.claims?.subject }.toSet().size shouldBe 3
        }
    })
