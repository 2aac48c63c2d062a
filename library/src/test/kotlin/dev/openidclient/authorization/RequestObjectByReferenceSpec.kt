package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.json
import dev.openidclient.testing.pushableMetadata
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.security.MessageDigest

private const val URI = "https://rp.example.com/requests/1"
private val KEY = SigningKey.generate("ES256")

private suspend fun OpenIdClient.signed(vararg scopes: String): AuthorizationRequest =
    sign(authorizationRequest { redirectUri(REDIRECT_URI).scope(*scopes) }, KEY)

private fun hash(content: String): String =
    Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(content.encodeToByteArray()))

private fun parametersOf(url: String): Parameters = Parameters.parse(AbsoluteUrl.parse(url)?.query.orEmpty())

class RequestObjectByReferenceSpec :
    FunSpec({
        val client = StubServer().client()

        test("the URL of a request of OAuth has the client and the reference, with the hash of the content") {
            val request = client.signed("orders")
            val referenced = client.byReference(request, URI)
            val content = checkNotNull(request.parameters["request"])

            referenced.content shouldBe content
            referenced.uri shouldBe "$URI#${hash(content)}"
            referenced.pending shouldBe request.pending
            parametersOf(referenced.url) shouldBe
                Parameters.of("client_id" to CLIENT_ID, "request_uri" to referenced.uri)
        }

        test("that of OpenID Connect also has the response type and the scope") {
            val referenced = client.byReference(client.signed("openid", "email"), URI)

            parametersOf(referenced.url).without("request_uri") shouldBe
                Parameters.of("client_id" to CLIENT_ID, "response_type" to "code", "scope" to "openid email")
        }

        test("a URI that is registered without a hash is sent so") {
            val registered =
                StubServer().client { metadata { member("request_uris", json("""["https://x/","$URI"]""")) } }

            registered.byReference(registered.signed(), URI).uri shouldBe URI
            registered.byReference(registered.signed(), "$URI/2").uri shouldContain "#"
        }

        test("its content type is that of request objects") {
            RequestObjectByReference.CONTENT_TYPE shouldBe "application/oauth-authz-req+jwt"
        }

        test("a server that takes no references is not sent any") {
            val refusing =
                StubServer().client(
                    serverMetadata("request_uri_parameter_supported" to JsonPrimitive(false)),
                )
            val taking = StubServer().client(serverMetadata("request_uri_parameter_supported" to JsonPrimitive(true)))

            shouldFailWith<MetadataException>(
                ErrorCode.MISSING_SERVER_METADATA,
                "\"request_uri_parameter_supported\"",
            ) { refusing.byReference(refusing.signed(), URI) }
            taking.byReference(taking.signed(), URI).content
        }

        test("a server that wants pushed requests is not sent any either") {
            val demanding = StubServer().client(serverMetadata("require_pushed_authorization_requests" to json("true")))
            val referenced = demanding.byReference(demanding.signed(), URI)

            shouldThrow<IllegalStateException> { referenced.url }
        }

        test("a URI of at most 512 characters is taken, with its hash") {
            val hash = 1 + hash("").length
            val longest = URI.padEnd(512 - hash, 'x')

            client.byReference(client.signed(), longest).uri.length shouldBe 512
            shouldThrow<IllegalArgumentException> {
                client.byReference(
                    client.signed(),
                    "${longest}x",
                )
            }.message shouldContain
                "has 513"
        }

        test("a URI that is not https is refused, unless insecure requests are allowed") {
            shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "http") {
                client.byReference(client.signed(), "http://rp.example.com/1")
            }
        }

        for (uri in listOf("", "/requests/1", "$URI#x", "https://")) {
            test("a URI that is \"$uri\" is refused") {
                shouldThrow<IllegalArgumentException> { client.byReference(client.signed(), uri) }
            }
        }

        test("the password of a URI that is refused is shown nowhere") {
            val wrong =
                listOf(
                    "http://user:hunter2@rp.example.com/1",
                    "https://user:hunter2@rp.example.com/1",
                    "https://user:hunter2@rp.example.com/1#x",
                    "https://user:hunter2@",
                    "https://user:hunter2@rp.example.com:x/1",
                    "//user:hunter2@rp.example.com/1",
                    "user:hunter2@rp.example.com",
                )
            for (uri in wrong) {
                withClue(uri) {
                    val failure = shouldThrowAny { client.byReference(client.signed(), uri) }
                    generateSequence(failure) { it.cause }.forEach { "$it" shouldNotContain "hunter2" }
                }
            }
        }

        test("a request that is not signed, is pushed, or another client's, is refused") {
            val pushing = StubServer().answerPush().client(pushableMetadata())
            val pushed = pushing.push(pushing.signed())
            val other = StubServer().client(serverMetadata("issuer" to JsonPrimitive("https://b.example.com")))

            shouldThrow<IllegalArgumentException> { client.byReference(client.authorizationRequest(), URI) }
            shouldThrow<IllegalArgumentException> { pushing.byReference(pushed, URI) }
            shouldThrow<IllegalArgumentException> { client.byReference(other.signed(), URI) }
        }

        test("prints its URI, and no request") {
            client.byReference(client.signed(), URI).toString() shouldBe "RequestObjectByReference($URI, ██)"
        }
    })
