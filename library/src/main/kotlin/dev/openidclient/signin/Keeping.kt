package dev.openidclient.signin

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.TokenCipher
import java.time.Duration

/** Where a sign-in is kept until the browser comes back. */
internal interface Keeping {
    /** Keeps [signIn], and returns the value of the cookie with the id [cookieId]. */
    suspend fun keep(
        cookieId: String,
        signIn: PendingSignIn,
        lifetime: Duration,
    ): String

    /** What the [value] of a cookie stands for. Throws [ValidationException] where that is nothing (any more). */
    suspend fun take(
        cookieId: String,
        value: String,
    ): PendingSignIn
}

/** In a store, to be taken once; the cookie has the handle. */
internal class InStore(
    private val entries: OneTimeEntries,
) : Keeping {
    override suspend fun keep(
        cookieId: String,
        signIn: PendingSignIn,
        lifetime: Duration,
    ): String = entries.put(signIn.encode(), lifetime)

    override suspend fun take(
        cookieId: String,
        value: String,
    ): PendingSignIn =
        entries.take(value, PendingSignIn.Companion::decode)
            ?: throw beginAgain("the sign-in was finished before, or is too old")
}

/** In the cookie itself, sealed for it alone. Nothing keeps anybody from sending it twice. */
internal class InCookie(
    cipher: TokenCipher,
    private val namespace: String,
    cipherTimeout: Duration,
) : Keeping {
    private val sealing = SealedStore(cipher, cipherTimeout, { "sign-in" }, entry = "a cookie")

    override suspend fun keep(
        cookieId: String,
        signIn: PendingSignIn,
        lifetime: Duration,
    ): String {
        val value = sealing.sealed(placeOf(cookieId), signIn.encode())
        check(value.all(::isOfCookie)) { "a TokenCipher must seal to URL-safe text, which a cookie can have" }
        return value
    }

    override suspend fun take(
        cookieId: String,
        value: String,
    ): PendingSignIn =
        try {
            PendingSignIn.decode(sealing.opened(placeOf(cookieId), value))
        } catch (e: IllegalArgumentException) {
            throw beginAgain("the cookie of the sign-in does not open: ${e.message}", e)
        }

    /** So that neither an entry of a store nor the cookie of another sign-in opens in its place. */
    private fun placeOf(cookieId: String): String = digestOf(namespace, "sign-in cookie", cookieId)

    // RFC 6265 §4.1.1
    private fun isOfCookie(char: Char): Boolean = char in '!'..'~' && char !in "\",;\\"
}

internal fun beginAgain(
    why: String,
    cause: Throwable? = null,
) = ValidationException(
    ErrorCode.INVALID_RESPONSE,
    "$why: begin the sign-in again",
    cause,
    ValidationSubject.PENDING_AUTHORIZATION,
    Reached.NO,
)
