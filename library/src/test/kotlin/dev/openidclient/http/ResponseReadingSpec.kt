package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

private const val OAUTH_ERROR = """{"error":"invalid_grant","error_description":"it is used"}"""

class ResponseReadingSpec :
    FunSpec({
        context("the status") {
            for (status in listOf(200, 201, 202, 203, 204, 299)) {
                test("$status is a success, with whichever one the specification names") {
                    shouldNotThrowAny { answer(status, "{}").requireSuccess(Secrets.NONE) }
                }
            }

            for (status in listOf(100, 199, 300, 399)) {
                test("$status is none") {
                    val thrown =
                        shouldThrow<InvalidResponseException> { answer(status, "{}").requireSuccess(Secrets.NONE) }
                    thrown.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                    thrown.status shouldBe status
                    thrown.message shouldContain "expected status 2xx, got $status"
                }
            }

            for (status in listOf(301, 302, 303, 307, 308)) {
                test(
                    "$status is refused, and the message says where to, without the query, and that it is not followed",
                ) {
                    val headers = HttpHeaders.of("location" to "https://other.example/a?key=s3cret#b")
                    val thrown =
                        shouldThrow<InvalidResponseException> {
                            HttpResponse(
                                status,
                                headers,
                            ).requireSuccess(Secrets.NONE)
                        }
                    thrown.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                    thrown.message shouldBe
                        "expected status 2xx, got $status to https://other.example/a: " +
                        "redirects are not followed, name the URL that answers"
                }
            }

            test("302 is refused with an OAuth error in it") {
                shouldThrow<InvalidResponseException> {
                    answer(
                        302,
                        OAUTH_ERROR,
                    ).requireSuccess(Secrets.NONE)
                }.code shouldBe
                    ErrorCode.RESPONSE_IS_NOT_CONFORM
            }
        }

        context("an error with the status 200") {
            test("is the error where the member that is due is missing") {
                val thrown =
                    shouldThrow<ResponseBodyException> {
                        answer(
                            200,
                            OAUTH_ERROR,
                        ).requireSuccess(Secrets.NONE, due = "a")
                    }
                thrown.status shouldBe 200
                thrown.error shouldBe "invalid_grant"
            }

            for (absent in listOf("null", "\"\"")) {
                test("is the error where the member that is due is $absent") {
                    shouldThrow<ResponseBodyException> {
                        answer(200, """{"a":$absent,"error":"x"}""").requireSuccess(Secrets.NONE, due = "a")
                    }
                }
            }

            for (error in listOf("null", "\"\"", "1", "{}", "\"x\"")) {
                test("is none where the member that is due is there, beside the error $error") {
                    shouldNotThrowAny {
                        answer(
                            200,
                            """{"a":"b","error":$error}""",
                        ).requireSuccess(Secrets.NONE, due = "a")
                    }
                }
            }

            for (error in listOf("null", "\"\"", "1", "{}")) {
                test("is none where its error is $error") {
                    shouldNotThrowAny { answer(200, """{"error":$error}""").requireSuccess(Secrets.NONE, due = "a") }
                }
            }

            test("is none in a body that is no JSON") {
                shouldNotThrowAny { answer(200, "<html>").requireSuccess(Secrets.NONE, due = "a") }
            }
        }

        context("an OAuth error") {
            for (status in listOf(400, 401, 403, 429, 499, 500, 502, 503, 599)) {
                test("is read from a $status") {
                    val thrown =
                        shouldThrow<ResponseBodyException> { answer(status, OAUTH_ERROR).requireSuccess(Secrets.NONE) }
                    thrown.status shouldBe status
                    thrown.error shouldBe "invalid_grant"
                    thrown.errorDescription shouldBe "it is used"
                    thrown.json shouldBe jsonObject(OAUTH_ERROR)
                    thrown.body.decodeToString() shouldBe OAUTH_ERROR
                }
            }

            test("needs no description") {
                shouldThrow<ResponseBodyException> { answer(400, """{"error":"x"}""").requireSuccess(Secrets.NONE) }
                    .errorDescription
                    .shouldBeNull()
            }

            test("has no description where it is no string") {
                shouldThrow<ResponseBodyException> {
                    answer(400, """{"error":"x","error_description":1}""").requireSuccess(Secrets.NONE)
                }.errorDescription.shouldBeNull()
            }

            for (type in listOf("Application/JSON ; charset=utf-8", "text/html", "application/problem+json", null)) {
                for (status in listOf(400, 500)) {
                    test("is read from a $status labelled $type") {
                        shouldThrow<ResponseBodyException> {
                            answer(
                                status,
                                OAUTH_ERROR,
                                type,
                            ).requireSuccess(Secrets.NONE)
                        }
                    }
                }
            }

            test("is read with raw control characters in its description") {
                shouldThrow<ResponseBodyException> {
                    answer(
                        400,
                        "{\"error\":\"invalid_grant\",\"error_description\":\"it\nis\tused\"}",
                    ).requireSuccess(Secrets.NONE)
                }.errorDescription shouldBe "it\nis\tused"
            }

            val unexplained =
                mapOf(
                    answer(400, "<html>", "text/html") to "expected status 2xx, got 400 and a body of \"text/html\"",
                    answer(403, "<html>", "text/html") to "the server refused with 403 and a body of \"text/html\"",
                    answer(400, "{}") to "expected status 2xx, got 400 and a JSON object without a text \"error\"",
                    answer(403, "", null) to "the server refused with 403 and no body",
                    answer(503, "", null) to "expected status 2xx, got 503 and no body",
                )
            for ((answer, message) in unexplained) {
                test("is none, and the message says what came: $message") {
                    shouldThrow<InvalidResponseException> { answer.requireSuccess(Secrets.NONE) }.message shouldBe
                        message
                }
            }

            test("is none in a 4xx of another type, which is blamed") {
                shouldThrow<InvalidResponseException> {
                    answer(
                        400,
                        "<html>",
                        "text/html",
                    ).requireSuccess(Secrets.NONE)
                }.code shouldBe
                    ErrorCode.RESPONSE_IS_NOT_JSON
            }

            test("keeps status, headers and 64 KiB of the body") {
                val long = "x".repeat(70_000)
                val thrown =
                    shouldThrow<ResponseBodyException> {
                        answer(400, """{"error":"x","more":"$long"}""").requireSuccess(Secrets.NONE)
                    }
                thrown.status shouldBe 400
                thrown.headers["content-type"] shouldBe listOf("application/json")
                thrown.body.size shouldBe 65_536
                thrown.json["more"] shouldBe JsonPrimitive(long)
            }

            test("of another shape keeps status, headers and body") {
                val body = """{"error":{"message":"no"}}"""
                val thrown = shouldThrow<InvalidResponseException> { answer(400, body).requireSuccess(Secrets.NONE) }
                thrown.status shouldBe 400
                thrown.headers["content-type"] shouldBe listOf("application/json")
                thrown.body.decodeToString() shouldBe body
                thrown.toString() shouldNotContain "message"
            }

            val others =
                listOf(
                    """{"error":""}""",
                    """{"error":1}""",
                    """{"error":null}""",
                    """{"error":{"code":"invalid_grant"}}""",
                    "{}",
                    """["error"]""",
                    "\"error\"",
                    "{",
                    "",
                )
            for (body in others) {
                for (status in listOf(400, 500)) {
                    test("is not $body with $status") {
                        shouldThrow<InvalidResponseException> {
                            answer(
                                status,
                                body,
                            ).requireSuccess(Secrets.NONE)
                        }.code shouldBe
                            ErrorCode.RESPONSE_IS_NOT_CONFORM
                    }
                }
            }
        }

        context("a challenge") {
            test("is shown with the first five, where there are a thousand") {
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(
                            401,
                            "",
                            challenge = List(1_000) { "Scheme$it" }.joinToString(),
                        ).requireSuccess(Secrets.NONE)
                    }
                thrown.challenges.size shouldBe 1_000
                thrown.message shouldBe
                    "the server answered 401 with the challenge scheme0, scheme1, scheme2, scheme3, scheme4, ..."
            }

            val header = "Bearer error=\"invalid_token\", error_description=\"expired\""

            test("goes before the OAuth error of the body, which the message names too") {
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(401, OAUTH_ERROR, challenge = header).requireSuccess(Secrets.NONE)
                    }
                thrown.status shouldBe 401
                thrown.challenges shouldBe
                    listOf(
                        WwwAuthenticateChallenge(
                            "bearer",
                            mapOf("error" to "invalid_token", "error_description" to "expired"),
                        ),
                    )
                thrown.error shouldBe "invalid_token"
                thrown.errorDescription shouldBe "expired"
                thrown.message shouldBe
                    "the server answered 401 with the challenge bearer error=\"invalid_token\" " +
                    "error_description=\"expired\" and error \"invalid_grant\": it is used"
                thrown.body.decodeToString() shouldBe OAUTH_ERROR
                thrown.headers["www-authenticate"] shouldBe listOf(header)
            }

            for (status in listOf(302, 400, 403, 500)) {
                test("is thrown with status $status too") {
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(status, "", challenge = "Basic").requireSuccess(Secrets.NONE)
                    }
                }
            }

            test("that does not parse leaves the OAuth error of the body") {
                shouldThrow<ResponseBodyException> {
                    answer(401, OAUTH_ERROR, challenge = "Bearer realm=\"x").requireSuccess(Secrets.NONE)
                }
            }

            test("is ignored with a success") {
                shouldNotThrowAny { answer(200, "{}", challenge = header).requireSuccess(Secrets.NONE) }
            }

            test("is never ignored where none may come") {
                shouldThrow<WwwAuthenticateChallengeException> {
                    answer(
                        200,
                        "{}",
                        challenge = header,
                    ).requireNoChallenge(Secrets.NONE)
                }
            }

            test("without an error leaves it to the body to say it") {
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(401, OAUTH_ERROR, challenge = "Basic realm=\"as\"").requireSuccess(Secrets.NONE)
                    }
                thrown.error shouldBe "invalid_grant"
                thrown.errorDescription shouldBe "it is used"
                thrown.message shouldBe
                    "the server answered 401 with the challenge basic and error \"invalid_grant\": it is used"
            }

            test("is not needed where an access token is refused with 401") {
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(401, OAUTH_ERROR).requireAcceptedToken(Secrets.NONE)
                    }
                thrown.challenges shouldBe emptyList()
                thrown.error shouldBe "invalid_grant"
                thrown.message shouldBe "the server answered 401 with error \"invalid_grant\": it is used"
            }

            test("whose scheme is the access token is masked") {
                val token = "2YotnFZFEjr1zCsicMWpAA"
                val request = HttpRequest("GET", "https://a/", HttpHeaders.of("authorization" to "Bearer $token"))
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(401, "", challenge = "$token realm=\"a\"").requireSuccess(Secrets.of(request))
                    }
                thrown.message shouldBe "the server answered 401 with the challenge ██"
            }

            test("that does not parse is none") {
                shouldNotThrowAny { answer(200, "{}", challenge = "Bearer realm=\"x").requireNoChallenge(Secrets.NONE) }
            }
        }

        context("a JSON document") {
            for (type in listOf("application/json", "text/html", null)) {
                test("is read where it is labelled $type") {
                    answer(200, """{"a":1}""", type).jsonObject(Secrets.NONE) shouldBe jsonObject("""{"a":1}""")
                }

                for (body in listOf("[]", "\"a\"", "1", "null")) {
                    test("may not be $body, labelled $type") {
                        val thrown =
                            shouldThrow<InvalidResponseException> { answer(200, body, type).jsonObject(Secrets.NONE) }
                        thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                        thrown.status shouldBe 200
                    }
                }
            }

            for (type in listOf("application/json", "APPLICATION/json ;charset=utf-8")) {
                test("labelled $type must parse") {
                    val thrown =
                        shouldThrow<InvalidResponseException> { answer(200, "<html>", type).jsonObject(Secrets.NONE) }
                    thrown.code shouldBe ErrorCode.PARSE_ERROR
                    thrown.status shouldBe 200
                }
            }

            for (type in listOf("text/html", "application/problem+json", "application/jwk-set+json", null)) {
                test("that does not parse is blamed on its type $type") {
                    val thrown =
                        shouldThrow<InvalidResponseException> { answer(200, "<html>", type).jsonObject(Secrets.NONE) }
                    thrown.code shouldBe ErrorCode.RESPONSE_IS_NOT_JSON
                    thrown.message shouldContain (type ?: "without a content-type")
                }
            }

            test("may be of another type where that is accepted") {
                shouldThrow<InvalidResponseException> {
                    answer(200, "{", "application/jwk-set+json").jsonObject(
                        Secrets.NONE,
                        setOf(MediaType.JSON, MediaType.JWK_SET),
                    )
                }.code shouldBe ErrorCode.PARSE_ERROR
            }

            test("of several accepted types is asked for by all of their names") {
                shouldThrow<InvalidResponseException> {
                    answer(200, "{", "text/html").jsonObject(
                        Secrets.NONE,
                        setOf(MediaType.JSON, MediaType.JWK_SET),
                    )
                }.message shouldContain "application/json or application/jwk-set+json"
            }
        }

        context("a message") {
            val form = Parameters.of("client_id" to "s6BhdRkqt3", "code" to "SplxlOBeZQQYbYS6WxSbIA")
            val secrets = Secrets.of(HttpRequest("POST", "https://a/", body = HttpBody.form(form)))
            val echo = "the code SplxlOBeZQQYbYS6WxSbIA of s6BhdRkqt3 is used"

            test("masks the secrets of the request that the server's description repeats") {
                shouldThrow<ResponseBodyException> {
                    answer(400, """{"error":"invalid_grant","error_description":"$echo"}""").requireSuccess(secrets)
                }.message shouldContain "the code ██ of s6BhdRkqt3 is used"
            }

            test("masks the secrets of the request that the server's error repeats") {
                val thrown =
                    shouldThrow<ResponseBodyException> {
                        answer(400, """{"error":"bad SplxlOBeZQQYbYS6WxSbIA"}""").requireSuccess(secrets)
                    }
                thrown.message shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
            }

            test("does not mask the error for who compares it, whatever the secret is") {
                val body = Parameters.of("client_secret" to "pending")
                val weak = Secrets.of(HttpRequest("POST", "https://a/", body = HttpBody.form(body)))
                shouldThrow<ResponseBodyException> {
                    answer(400, """{"error":"authorization_pending"}""").requireSuccess(weak)
                }.error shouldBe "authorization_pending"
            }

            test("masks the secrets of the request that a challenge repeats") {
                val challenge = "Basic error=\"SplxlOBeZQQYbYS6WxSbIA\", error_description=\"$echo\""
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(401, "", challenge = challenge).requireSuccess(secrets)
                    }
                thrown.message shouldContain "the code ██ of s6BhdRkqt3 is used"
                thrown.message shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
            }

            test("masks the secrets of the request in a challenge that comes with success") {
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answer(200, "", challenge = "Bearer error_description=\"$echo\"").requireNoChallenge(secrets)
                    }
                thrown.message shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
            }

            test("keeps what the server said in the challenge itself") {
                shouldThrow<WwwAuthenticateChallengeException> {
                    answer(401, "", challenge = "Basic error_description=\"$echo\"").requireSuccess(secrets)
                }.challenges.single().errorDescription shouldBe echo
            }

            test("shows no control characters of an error") {
                shouldThrow<ResponseBodyException> {
                    answer(400, """{"error":"a\nb","error_description":"c\r\u2028d"}""").requireSuccess(Secrets.NONE)
                }.message shouldNotContain Regex("[\r\n\u2028]")
            }

            test("shows no control characters of a media type") {
                shouldThrow<InvalidResponseException> {
                    HttpResponse(400, HttpHeaders.of("content-type" to "text/\u202Ehtml")).requireSuccess(Secrets.NONE)
                }.message shouldNotContain "\u202E"
            }

            test("shows no secret that the server repeats in the media type or the content-encoding") {
                val sent = HttpHeaders.of("x-api-key" to "s3cret-key")
                val secrets = Secrets.of(HttpRequest("GET", "https://a/", sent))
                val echoing = HttpHeaders.of("content-type" to "text/s3cret-key", "content-encoding" to "s3cret-key")
                for (status in listOf(200, 400)) {
                    val answer = HttpResponse(status, echoing, "<".encodeToByteArray())
                    val thrown =
                        shouldThrow<InvalidResponseException> {
                            answer.requireSuccess(secrets)
                            answer.jsonObject(secrets)
                        }
                    thrown.message shouldContain "\"text/██\" in the content-encoding \"██\""
                }
            }

            test("shows nothing of a body that is no JSON") {
                shouldThrow<InvalidResponseException> {
                    answer(
                        200,
                        "access_token=2YotnFZFEjr1zCsicMWpAA",
                    ).jsonObject(Secrets.NONE)
                }.message shouldNotContain "2YotnFZFEjr1zCsicMWpAA"
            }
        }

        test("a body beyond the bound is the server's fault") {
            val thrown = bodyTooLarge(200, 10)
            thrown.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
            thrown.status shouldBe 200
            thrown.message shouldContain "10 bytes (maximumResponseSize)"
        }
    })

private fun answer(
    status: Int,
    body: String,
    type: String? = "application/json",
    challenge: String? = null,
): HttpResponse {
    val fields = mapOf("content-type" to type, "www-authenticate" to challenge)
    val headers = fields.entries.mapNotNull { (name, value) -> value?.let { name to it } }
    return HttpResponse(status, HttpHeaders.of(*headers.toTypedArray()), body.encodeToByteArray())
}
