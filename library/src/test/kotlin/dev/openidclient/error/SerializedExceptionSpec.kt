package dev.openidclient.error

import dev.openidclient.testing.KnownSecrets
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import kotlin.reflect.KClass

private const val SECRET = KnownSecrets.OTHER
private val BODY = SECRET.encodeToByteArray()
private val HEADERS = mapOf("x-secret" to listOf(SECRET), "retry-after" to listOf("5"))
private val JSON = JsonObject(mapOf("client_secret" to JsonPrimitive(KnownSecrets.CLIENT_SECRET)))
private val TOKENS = UnacceptedTokens(KnownSecrets.ACCESS_TOKEN, KnownSecrets.REFRESH_TOKEN)

/** A cause that does not serialize, and would show a secret if it did. */
private class Cause : RuntimeException(SECRET) {
    @Suppress("unused") // what makes it unserializable
    val thread = Thread.currentThread()
}

/** One of each kind, full of secrets. */
private val EXCEPTIONS: List<OAuthException> =
    listOf(
        AuthorizationResponseException("access_denied", "x", SECRET, mapOf("code" to listOf(SECRET))),
        ResponseBodyException(400, "invalid_grant", "x", JSON, HEADERS, BODY),
        WwwAuthenticateChallengeException(
            401,
            listOf(WwwAuthenticateChallenge("bearer", mapOf("realm" to SECRET))),
            HEADERS,
            BODY,
            "invalid_token",
        ),
        InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "m",
            200,
            Cause(),
            HEADERS,
            BODY,
            unacceptedTokens = TOKENS,
        ),
        ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "m",
            Cause(),
            ValidationSubject.SIGNATURE,
            Reached.ANSWERED,
            TOKENS,
        ),
        MetadataException(ErrorCode.MISSING_SERVER_METADATA, "m", Cause()),
        UnsupportedFeatureException("m", Cause()),
        RegistrationException("m", JSON, Cause()),
        DecryptionException("m", Cause()),
        TransportException(ErrorCode.TIMEOUT, "m", Cause(), Reached.NO),
        TokenSourceException(ErrorCode.SIGN_IN_REQUIRED, "m", Cause()),
        ReplayCacheException("m", Cause()),
        AuthorizationRequiredException("m", "https://as.example.com/authorize?state=$SECRET", SECRET),
        RequestRefusedException(401, "invalid_token", mapOf("www-authenticate" to listOf("Bearer")), "m", Cause()),
    )

class SerializedExceptionSpec :
    FunSpec({
        test("every kind of exception is tried") {
            EXCEPTIONS.map { it::class } shouldContainExactlyInAnyOrder leaves(OAuthException::class)
        }

        for (exception in EXCEPTIONS) {
            val name = exception.javaClass.simpleName

            test("$name keeps class, code, message and how far the request came, and no secret") {
                val bytes = serialized(exception.apply { addSuppressed(Cause()) })
                val read = deserialized(bytes)

                shouldShowNoSecret(bytes.toString(Charsets.ISO_8859_1))
                read.javaClass shouldBe exception.javaClass
                read.code shouldBe exception.code
                read.message shouldBe exception.message
                read.reached shouldBe exception.reached
                read.stackTrace.toList() shouldBe exception.stackTrace.toList()
                read.cause.shouldBeNull()
                read.suppressed.size shouldBe 0
                read.unacceptedTokens.shouldBeNull()
                read.request.shouldBeNull()
                shouldShowNoSecret(read)
            }
        }

        test("the error of an authorization response stays, its parameters and description are gone") {
            val read = again(EXCEPTIONS.filterIsInstance<AuthorizationResponseException>().single())

            read.error shouldBe "access_denied"
            read.parameters shouldBe emptyMap()
            read.errorDescription.shouldBeNull()
            read.errorUri.shouldBeNull()
        }

        test("status and error of an error document stay, its document, headers and body are gone") {
            val read = again(EXCEPTIONS.filterIsInstance<ResponseBodyException>().single())

            read.status shouldBe 400
            read.error shouldBe "invalid_grant"
            read.errorDescription.shouldBeNull()
            read.json shouldBe JsonObject(emptyMap())
            read.headers shouldBe emptyMap()
            read.body shouldBe ByteArray(0)
            read.retryAfter.shouldBeNull()
        }

        test("status and error of a refusal stay, its challenges, headers and body are gone") {
            val read = again(EXCEPTIONS.filterIsInstance<WwwAuthenticateChallengeException>().single())

            read.status shouldBe 401
            read.error shouldBe "invalid_token"
            read.challenges shouldBe emptyList()
            read.headers shouldBe emptyMap()
            read.body shouldBe ByteArray(0)
        }

        test("the status of a broken answer stays, its headers and body are gone") {
            val read = again(EXCEPTIONS.filterIsInstance<InvalidResponseException>().single())

            read.status shouldBe 200
            read.headers shouldBe emptyMap()
            read.body shouldBe ByteArray(0)
        }

        test("the subject of what may not be trusted stays") {
            again(EXCEPTIONS.filterIsInstance<ValidationException>().single()).subject shouldBe "signature"
        }

        test("a registration is gone") {
            again(EXCEPTIONS.filterIsInstance<RegistrationException>().single()).registration shouldBe
                JsonObject(emptyMap())
        }
    })

private fun leaves(type: KClass<out OAuthException>): List<KClass<out OAuthException>> =
    if (type.isSealed) type.sealedSubclasses.flatMap(::leaves) else listOf(type)

private fun serialized(exception: OAuthException): ByteArray =
    ByteArrayOutputStream().also { ObjectOutputStream(it).use { out -> out.writeObject(exception) } }.toByteArray()

private fun deserialized(bytes: ByteArray): OAuthException =
    ObjectInputStream(ByteArrayInputStream(bytes)).use { it.readObject() as OAuthException }

@Suppress("UNCHECKED_CAST") // of the same class, as the test above shows
private fun <T : OAuthException> again(exception: T): T = deserialized(serialized(exception)) as T
