package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** What is sent and what is received, byte for byte, through every engine and real servers. */
open class TransportEnginesSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 120_000

        for ((engine, newTransport) in ENGINES) {
            context("through $engine") {
                test("an answer is received with status, headers and body") {
                    val (response, _) =
                        newTransport.exchange {
                            respond(
                                "201 Created",
                                "{\"ä\":1}",
                                "Content-Type: application/json",
                                "X-A: 1",
                                "x-a: 2",
                            )
                        }
                    response.status shouldBe 201
                    response.headers["content-type"] shouldBe "application/json"
                    response.headers.all("x-a") shouldBe listOf("1", "2")
                    response.bodyText() shouldBe "{\"ä\":1}"
                }

                for (status in listOf("204 No Content", "304 Not Modified")) {
                    test("an answer $status has no body") {
                        newTransport
                            .exchange {
                                write(
                                    "HTTP/1.1 $status\r\nConnection: close\r\n\r\n",
                                )
                            }.first.bodySize shouldBe
                            0
                    }
                }

                for (status in listOf(400, 401, 403, 404, 429, 500, 503)) {
                    test("status $status is an answer like any other") {
                        val (response, _) =
                            newTransport.exchange {
                                respond(
                                    "$status X",
                                    "{\"error\":\"x\"}",
                                    "WWW-Authenticate: Basic",
                                )
                            }
                        response.status shouldBe status
                        response.bodyText() shouldBe "{\"error\":\"x\"}"
                    }
                }

                for (status in listOf(301, 302, 303, 307, 308)) {
                    test("a redirect with status $status is not followed") {
                        val (response, server) =
                            newTransport.exchange {
                                respond(
                                    "$status X",
                                    "",
                                    "Location: /elsewhere",
                                )
                            }
                        response.status shouldBe status
                        response.headers["location"] shouldBe "/elsewhere"
                        server.requests.size shouldBe 1
                    }
                }

                test("a form is sent with its bytes, its type and its length, once each") {
                    val form = HttpBody.form(Parameters.of("code" to "a b+ä", "scope" to "x"))
                    val (_, server) = newTransport.exchange({ HttpRequest("POST", url(it), body = form) }) { respond() }
                    val sent = server.requests.single()
                    sent.requestLine shouldBe "POST / HTTP/1.1"
                    sent.body.decodeToString() shouldBe "code=a+b%2B%C3%A4&scope=x"
                    sent.all("content-type") shouldBe listOf("application/x-www-form-urlencoded;charset=UTF-8")
                    sent.all("content-length") shouldBe listOf("25")
                    sent.all("transfer-encoding") shouldBe emptyList()
                }

                test("an empty form is sent with its length 0") {
                    val (_, server) =
                        newTransport.exchange(
                            { HttpRequest("POST", url(it), body = HttpBody.form(Parameters.EMPTY)) },
                        ) { respond() }
                    server.requests.single().all("content-length") shouldBe listOf("0")
                }

                test("headers are sent with their values, once each") {
                    val headers =
                        HttpHeaders.of(
                            "accept" to "application/json",
                            "authorization" to "Bearer mF_9.B5f-4.1JqM",
                            "dpop" to "eyJ.e30.c2ln",
                            "user-agent" to "openid-client",
                            "x-tab" to "a\tb",
                        )
                    val (_, server) = newTransport.exchange({ HttpRequest("GET", url(it), headers) }) { respond() }
                    for (name in headers.names) server.requests.single().all(name) shouldBe headers.all(name)
                }

                for (target in TARGETS) {
                    test("the URL $target is sent exactly as it is given") {
                        val (_, server) =
                            newTransport.exchange(
                                { HttpRequest("GET", url(it) + target.drop(1)) },
                            ) { respond() }
                        server.requests.single().requestLine shouldBe "GET $target HTTP/1.1"
                    }
                }

                test("a method of its own is sent as it is given") {
                    val (_, server) = newTransport.exchange({ HttpRequest("PURGE", url(it)) }) { respond() }
                    server.requests.single().requestLine shouldBe "PURGE / HTTP/1.1"
                }

                test("a HEAD request may hear of a body beyond the bound") {
                    val (response, _) =
                        newTransport.exchange({ HttpRequest("HEAD", url(it), maximumResponseSize = 10) }) {
                            write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n")
                        }
                    response.bodySize shouldBe 0
                }

                test("a body of the bound is received") {
                    newTransport
                        .exchange(
                            { get(it, maximum = 5_000) },
                        ) { respond(body = "x".repeat(5_000)) }
                        .first.bodySize shouldBe
                        5_000
                }

                test("a chunked body is received") {
                    newTransport
                        .exchange {
                            write(
                                "${CHUNKED}3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n",
                            )
                        }.first
                        .bodyText() shouldBe
                        "[1,2]"
                }

                test("a body that ends with the connection is received") {
                    newTransport
                        .exchange {
                            write(
                                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc",
                            )
                        }.first
                        .bodyText() shouldBe
                        "abc"
                }
            }
        }
    })

private val TARGETS =
    listOf(
        "/",
        "/a/b;c=d/e.f~g_h-i",
        "/a%2Fb/%7E%c3%a4",
        "/a//b/",
        "/!\$&'()*+,;=:@",
        "/a?b=c+d&e=%20f&g=%2B&h=%c3%a4",
        "/a?b=c&b=d",
        "/a?b",
        "/a?b=",
        "/a?b=c=d",
        "/a?redirect_uri=https://b/c?d",
        "/a?b=~!*()/:@",
    )
