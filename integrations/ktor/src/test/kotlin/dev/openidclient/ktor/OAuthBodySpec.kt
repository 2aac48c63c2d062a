package dev.openidclient.ktor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.forms.FormDataContent
import io.ktor.client.request.forms.MultiPartFormDataContent
import io.ktor.client.request.forms.formData
import io.ktor.client.request.get
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.http.ContentType
import io.ktor.http.content.OutgoingContent
import io.ktor.http.content.TextContent
import io.ktor.http.parametersOf
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.writeStringUtf8

private class Wrapped(
    private val content: OutgoingContent,
) : OutgoingContent.ContentWrapper(content) {
    override fun copy(delegate: OutgoingContent): ContentWrapper = Wrapped(delegate)
}

private class Channel : OutgoingContent.ReadChannelContent() {
    override fun readFrom() = ByteReadChannel("7")
}

private class Writer : OutgoingContent.WriteChannelContent() {
    override suspend fun writeTo(channel: ByteWriteChannel) = channel.writeStringUtf8("7")
}

class OAuthBodySpec :
    FunSpec({
        val inMemory =
            mapOf<String, HttpRequestBuilder.() -> Unit>(
                "no body" to { },
                "text" to { setBody("7") },
                "bytes" to { setBody(byteArrayOf(55)) },
                "text of a type" to { setBody(TextContent("7", ContentType.Application.Json)) },
                "a form" to { setBody(FormDataContent(parametersOf("item", "7"))) },
                "what wraps such a body" to { setBody(Wrapped(TextContent("7", ContentType.Text.Plain))) },
                "a channel that is declared repeatable" to {
                    setBody(Channel())
                    repeatable()
                },
                "a writer that is declared repeatable" to {
                    setBody(Writer())
                    repeatable()
                },
            )
        for ((what, body) in inMemory) {
            test("$what is sent again, whole") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    http().post("$API/orders", body).status.value shouldBe 200
                    sent.size shouldBe 2
                    sent.map { it.body }.distinct().size shouldBe 1
                }
            }
        }

        val streamed =
            mapOf<String, HttpRequestBuilder.() -> Unit>(
                "a channel" to { setBody(ByteReadChannel("7")) },
                "a channel content" to { setBody(Channel()) },
                "a writer" to { setBody(Writer()) },
                "what wraps a writer" to { setBody(Wrapped(Writer())) },
                "a multipart form" to { setBody(MultiPartFormDataContent(formData { append("item", "7") })) },
            )
        for ((what, body) in streamed) {
            test("$what is not sent again: the 401 is the caller's, and the next request has another token") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    val http = http()
                    http.post("$API/orders", body).status.value shouldBe 401
                    sent.size shouldBe 1
                    http.get("$API/orders").status.value shouldBe 200
                    sent[1].token shouldNotBe sent[0].token
                }
            }
        }
    })
