package dev.openidclient.clientauth

import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.nio.file.Path

private fun client(
    server: StubServer,
    authentication: ClientAuthentication,
): OpenIdClient =
    server.client(serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"))) {
        this.authentication = authentication
    }

class ClientAssertionSpec :
    FunSpec({
        test("sends client id, type and what the source gives as it is, after what is there, and no header") {
            val request = authenticationRequest("a" to "1")
            ClientAssertion.from { "no.jwt" }.authenticate(request)

            request.parameters.encode() shouldBe
                "a=1&client_id=$CLIENT_ID" +
                "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer" +
                "&client_assertion=no.jwt"
            request.headers.shouldBeEmpty()
        }

        @OptIn(DraftSpecification::class)
        test("sends the type of a SPIFFE JWT-SVID where it is chosen") {
            val request = authenticationRequest()
            ClientAssertion.from(ClientAssertion.JWT_SPIFFE) { "svid" }.authenticate(request)

            request.parameters["client_assertion_type"] shouldBe
                "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"
        }

        test("asks the source anew for each request") {
            var asked = 0
            val server = StubServer().answerTokens().answer("/introspect", """{"active":true}""")
            val client = client(server, ClientAssertion.from { "assertion-${++asked}" })
            client.clientCredentialsGrant()
            client.clientCredentialsGrant()
            client.introspect("token")

            server.received.map { it.form["client_assertion"] } shouldBe List(3) { "assertion-${it + 1}" }
        }

        test("reads the file for each request, so that a rotated one is sent") {
            val file = tempfile()
            val authentication = ClientAssertion.fromFile(file.toPath())
            for (content in listOf("first", "second\n", " third\r\n")) {
                file.writeText(content)
                val request = authenticationRequest()
                authentication.authenticate(request)

                request.parameters["client_assertion"] shouldBe content.trim()
            }
        }

        test("a file that is not there fails the operation with IOException, and nothing is sent") {
            val server = StubServer().answerTokens()
            val client = client(server, ClientAssertion.fromFile(Path.of("/no/such/token")))

            shouldThrow<IOException> { client.clientCredentialsGrant() }
            server.received.shouldBeEmpty()
        }

        for ((name, content) in mapOf(
            "empty" to "",
            "of two lines" to "s3cret\ns3cret",
            "one with a space" to "s3cret s3cret",
            "one that ends in a line feed" to "s3cret\n",
            "of other letters" to "s3crét",
        )) {
            test("an assertion that is $name is refused before anything is sent, and is not shown") {
                val server = StubServer().answerTokens()
                val client = client(server, ClientAssertion.from { content })
                val failure = shouldThrow<IllegalArgumentException> { client.clientCredentialsGrant() }

                failure.message shouldContain "one line of visible ASCII characters"
                failure.message.orEmpty() shouldNotContain "s3cr"
                server.received.shouldBeEmpty()
            }
        }

        test("an empty file is refused") {
            val file = tempfile().apply { writeText("\n") }
            shouldThrow<IllegalArgumentException> {
                ClientAssertion.fromFile(file.toPath()).authenticate(authenticationRequest())
            }.message shouldContain "is empty"
        }

        test("an empty type is refused at once") {
            shouldThrow<IllegalArgumentException> { ClientAssertion.from("") { "x" } }.message shouldBe
                "the type of a client assertion must not be empty"
        }

        test("what the source throws fails the operation") {
            shouldThrow<IOException> {
                ClientAssertion.from { throw IOException("no token service") }.authenticate(authenticationRequest())
            }.message shouldBe "no token service"
        }

        test("a security profile refuses it") {
            shouldThrow<IllegalArgumentException> {
                StubServer().client {
                    authentication = ClientAssertion.from { "x" }
                    fapi2Security()
                }
            }.message shouldContain "must authenticate with PrivateKeyJwt or TlsClientAuth, not with ClientAssertion("
        }

        test("prints its type, and no assertion") {
            ClientAssertion.from { ISSUER }.toString() shouldBe "ClientAssertion(${ClientAssertion.JWT_BEARER}, ██)"
        }
    })
