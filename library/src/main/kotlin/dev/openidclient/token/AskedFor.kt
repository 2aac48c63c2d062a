package dev.openidclient.token

/** What tokens are asked for, in the authorization request, or in the token request where it names the same again. */
internal class AskedFor(
    /** `scope`; null where none is named, or where it is not known here. */
    val scope: String? = null,
    /** `resource` ([RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)). */
    val resource: List<String> = emptyList(),
    /** The refresh token that was used. */
    val refreshToken: String? = null,
)
