package dev.openidclient.samples.kotlinweb

import dev.openidclient.token.TokenResponse
import java.security.MessageDigest
import java.util.HexFormat

/** A browser that somebody has signed in with. */
class Session(
    /** Stands in the cookie, and is a secret of that browser. */
    val id: String,
    /** As they are kept; [SignInRoutes.freshTokens] are for calls. */
    val tokens: TokenResponse,
) {
    /** Stands in the forms of this session's pages: nobody can make it without the id, or the id of it. */
    val formToken: String get() = digest("form $id")
}

/** 64 characters that tell [text] from any other, and nothing of it. */
fun digest(text: String): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.encodeToByteArray()))
