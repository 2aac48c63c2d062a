package dev.openidclient.ciba

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

private const val TOKEN = "8d67dc78-7faa-4d41-aabd-67707b374255"
private const val BODY = """{"auth_req_id":"1c266114-a1be-4252-8ad1-04986c5b9ac1"}"""

private fun headers(vararg authorizations: String): HttpHeaders =
    HttpHeaders.received(mapOf("Authorization" to authorizations.toList()))

private fun refusal(
    headers: HttpHeaders = headers("Bearer $TOKEN"),
    body: String = BODY,
): RequestRefusedException = shouldThrow<RequestRefusedException> { PingNotification.read(headers, body, TOKEN) }

class PingNotificationSpec :
    FunSpec({
        for (authorization in listOf("Bearer $TOKEN", "bearer  $TOKEN")) {
            test("a ping with the token is read: ${authorization.take(9)}") {
                PingNotification.read(headers(authorization), BODY, TOKEN).authReqId shouldBe
                    "1c266114-a1be-4252-8ad1-04986c5b9ac1"
            }
        }

        test("is answered with 204") { PingNotification.STATUS shouldBe 204 }

        test("may have further members") {
            PingNotification.read(headers("Bearer $TOKEN"), """{"a":1,"auth_req_id":"x"}""", TOKEN).authReqId shouldBe
                "x"
        }

        for ((name, headers) in mapOf(
            "no token" to HttpHeaders.EMPTY,
            "another token" to headers("Bearer ${TOKEN}0"),
            "the beginning of the token" to headers("Bearer ${TOKEN.dropLast(1)}"),
            "an empty token" to headers("Bearer "),
            "another scheme" to headers("Basic $TOKEN"),
            "no scheme" to headers(TOKEN),
            "two headers" to headers("Bearer $TOKEN", "Bearer $TOKEN"),
        )) {
            test("a ping with $name is refused with 401 and a challenge") {
                val refused = refusal(headers)

                refused.status shouldBe 401
                refused.headers shouldBe mapOf("www-authenticate" to listOf("Bearer"))
                refused.message.orEmpty() shouldNotContain TOKEN.dropLast(1)
            }
        }

        for (body in listOf(
            "",
            "auth_req_id=x",
            "[]",
            "{}",
            """{"auth_req_id":""}""",
            """{"auth_req_id":1}""",
            """{"auth_req_id":null}""",
            """{"auth_req_id":"${"x".repeat(64 * 1024)}"}""",
        )) {
            test("a ping with the body ${body.take(30)} is refused with 400") {
                val refused = refusal(body = body)

                refused.status shouldBe 400
                refused.headers shouldBe emptyMap()
            }
        }

        test("the token is judged before the body") { refusal(headers("Bearer x"), "").status shouldBe 401 }

        test("an empty expected token is a mistake") {
            shouldThrow<IllegalArgumentException> { PingNotification.read(headers("Bearer "), BODY, "") }
        }

        context("where each request has a token of its own, a ping") {
            val tokens = mapOf("1c266114-a1be-4252-8ad1-04986c5b9ac1" to TOKEN, "other" to "other-token", "none" to "")

            fun read(
                token: String,
                body: String = BODY,
            ) = PingNotification.read(headers("Bearer $token"), body) { tokens[it] }

            test("with that of its request is read") {
                read(TOKEN).authReqId shouldBe "1c266114-a1be-4252-8ad1-04986c5b9ac1"
            }

            test("with that of another request, or for a request that is not known, is refused with 401") {
                for ((token, body) in listOf(
                    "other-token" to BODY,
                    TOKEN to """{"auth_req_id":"unknown"}""",
                    "" to """{"auth_req_id":"none"}""",
                )) {
                    shouldThrow<RequestRefusedException> { read(token, body) }.status shouldBe 401
                }
            }

            test("without a request is refused with 400") {
                shouldThrow<RequestRefusedException> { read(TOKEN, "{}") }.status shouldBe 400
            }
        }

        test("prints no identifier") {
            PingNotification.read(headers("Bearer $TOKEN"), BODY, TOKEN).toString() shouldBe "PingNotification(██)"
        }
    })
