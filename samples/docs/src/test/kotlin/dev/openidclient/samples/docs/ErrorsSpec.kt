package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnacceptedTokens
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.registration.register
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import java.nio.file.Path
import java.security.KeyPairGenerator
import java.util.Base64
import java.util.Optional
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText

class ErrorsSpec :
    FunSpec({
        val refused =
            ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "",
                reached = Reached.ANSWERED,
                unacceptedTokens = UnacceptedTokens("access", "rotated"),
            )
        val without =
            ValidationException(ErrorCode.INVALID_RESPONSE, "", unacceptedTokens = UnacceptedTokens("access", null))
        val ofAnother =
            ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "",
                subject = "claim:sub",
                unacceptedTokens = UnacceptedTokens("access", "another's"),
            )

        val cases =
            listOf(
                Triple("none", ResponseBodyException(400, "invalid_grant", null, JsonObject(emptyMap())), null),
                Triple(
                    "the earlier",
                    ResponseBodyException(503, "temporarily_unavailable", null, JsonObject(emptyMap())),
                    "earlier",
                ),
                Triple(
                    "the earlier",
                    TransportException(ErrorCode.NETWORK_ERROR, "", reached = Reached.UNKNOWN),
                    "earlier",
                ),
                Triple("the one that came", refused, "rotated"),
                Triple("the earlier", without, "earlier"),
                Triple("none", ofAnother, null),
            )
        for ((index, case) in cases.withIndex()) {
            val (which, failure, kept) = case
            test("${index + 1}: after ${failure.javaClass.simpleName} $which is kept, in both languages") {
                refreshTokenToKeep("earlier", failure) shouldBe kept
                Errors.refreshTokenToKeep("earlier", failure) shouldBe Optional.ofNullable(kept)
            }
        }

        test("each kind of OAuthException has a section, and the page says how many there are") {
            val sources = Pages.ROOT.resolve("library/src/main/kotlin/dev/openidclient/error")
            val kinds =
                sources
                    .listDirectoryEntries("*.kt")
                    .flatMap { KIND.findAll(it.readText()) }
                    .map { it.groupValues[1] }
            val page = Pages.ROOT.resolve("docs/errors.md").readText()

            HEADING.findAll(page).map { it.groupValues[1] }.toList() shouldContainExactlyInAnyOrder kinds
            kinds shouldHaveSize 14
            page shouldContain "a sealed class of fourteen kinds"
        }

        test("each code of a token source is on the page") {
            val codes =
                listOf(
                    ErrorCode.SIGN_IN_REQUIRED,
                    ErrorCode.REFRESH_IN_DOUBT,
                    ErrorCode.TOKEN_STORE_FAILED,
                    ErrorCode.TOKEN_STORE_UNREADABLE,
                )
            val page = Pages.ROOT.resolve("docs/errors.md").readText()

            for (code in codes) page shouldContain "| `$code` |"
        }

        test("a registration that is less than was asked for says what, as on the page") {
            val server = FakeServer()
            server.answer(201, """{"client_id": "c1", "id_token_signed_response_alg": "RS256"}""")

            shownInBlock(
                shouldThrow<RegistrationException> {
                    OpenIdClient.register(METADATA) {
                        idTokenSignedResponseAlg("ES256")
                        settings { transport = server }
                    }
                },
            )
        }

        test("an ID Token for another key, and one that is spoilt, say so, as on the page") {
            val pair = KeyPairGenerator.getInstance("RSA").apply { initialize(2048) }.generateKeyPair()
            val server = FakeServer()
            val client =
                OpenIdClient(METADATA, "s6BhdRkqt3") {
                    transport = server
                    decryption(DecryptionKey.fromKeyPair(pair, "RSA-OAEP-256", "enc-2026-11"))
                    metadata { idTokenEncryptedResponseAlg("RSA-OAEP-256") }
                }
            for (keyId in listOf("enc-2025-11", "enc-2026-11")) {
                server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "${jwe(keyId)}"}""")
                shownInBlock(shouldThrow<DecryptionException> { client.clientCredentialsGrant() })
            }
        }
    })

private val KIND = Regex("""(?m)^public class (\w+Exception)\b""")
private val HEADING = Regex("""(?m)^## `(\w+Exception)`$""")
private val METADATA = AuthorizationServerMetadata.parse(FakeServer.METADATA)

/** For the key of that name, but with nothing in it that decrypts. */
private fun jwe(keyId: String): String {
    val header = """{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"$keyId"}"""
    val parts = listOf(header.encodeToByteArray(), ByteArray(256) { 1 }, ByteArray(12), ByteArray(9), ByteArray(16))
    return parts.joinToString(".") { Base64.getUrlEncoder().withoutPadding().encodeToString(it) }
}

/** A line of a block of the page is the message of [failure]. */
private fun shownInBlock(failure: OAuthException) {
    val blocks = Page.read(Pages.ROOT, Path.of("docs/errors.md")).fences.filter { it.language == "text" }
    blocks.flatMap { it.text.lines() } shouldContain failure.message
}
