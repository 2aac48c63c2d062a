package dev.openidclient.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respondOk
import kotlinx.coroutines.Job
import kotlinx.serialization.json.Json

class KtorLoadingSpec :
    FunSpec({
        for (error in listOf(NoSuchMethodError("Job.invokeOnCompletion\$default"), NoClassDefFoundError("a/B"))) {
            test("${error.javaClass.simpleName}: the message says which three versions to set") {
                val thrown = shouldThrow<IllegalStateException> { whereKtorLoads { throw error } }

                thrown.cause shouldBeSameInstanceAs error
                thrown.message shouldContain "kotlin-stdlib"
                thrown.message shouldContain "kotlin.version"
                thrown.message shouldContain "kotlinx-coroutines"
                thrown.message shouldContain "kotlin-coroutines.version"
                thrown.message shouldContain "kotlinx-serialization"
                thrown.message shouldContain "kotlin-serialization.version"
                thrown.message shouldContain "HttpEngine.JAVA"
            }
        }

        test("the versions in the message are those that this build has") {
            fun versionOf(type: Class<*>) =
                Regex("-jvm-([0-9.]+)\\.jar").find(type.protectionDomain.codeSource.location.path)?.groupValues?.get(1)

            KTOR_DOES_NOT_LOAD shouldContain "${versionOf(Job::class.java)} and ${versionOf(Json::class.java)} or later"
        }

        test("what is missed when a client is handed in is told so") {
            var made = 0
            val http =
                HttpClient(MockEngine { respondOk() }) {
                    install("old") {
                        if (++made >
                            1
                        ) {
                            throw NoSuchMethodError()
                        }
                    }
                }

            shouldThrow<IllegalStateException> { KtorTransport(http) }.message shouldBe KTOR_DOES_NOT_LOAD
        }

        test("what is missed only when a request is sent is told so, too") {
            val http = HttpClient(MockEngine { throw NoSuchMethodError("Job.invokeOnCompletion\$default") })

            shouldThrow<IllegalStateException> {
                KtorTransport(http).send(HttpRequest("GET", "https://as.example.com/"))
            }.message shouldBe KTOR_DOES_NOT_LOAD
        }

        test("what loads is returned") {
            whereKtorLoads { 1 } shouldBe 1
        }
    })
