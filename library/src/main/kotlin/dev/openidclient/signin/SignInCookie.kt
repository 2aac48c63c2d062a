package dev.openidclient.signin

import dev.openidclient.error.MASK
import java.time.Duration

/**
 * A cookie to set in the answer to the browser ([RFC 6265 §4.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1)).
 * Its [value] is a secret of that browser, which `toString` does not show.
 */
public class SignInCookie internal constructor(
    /** `__Host-signin-…`, of each sign-in another one. */
    public val name: String,
    /** Empty where the cookie is to be deleted. */
    public val value: String,
    /** Whole seconds; zero deletes it. */
    public val maxAge: Duration,
    public val isSecure: Boolean,
    /** `Lax`; `None` for `response_mode=form_post`, where the server's page posts the answer; null: the browser's default. */
    public val sameSite: String?,
) {
    /** Always true: no script needs it. */
    public val isHttpOnly: Boolean get() = true

    /** Always `/`, and never a `Domain`: what the prefix `__Host-` demands. */
    public val path: String get() = "/"

    /** All of it, as the value of a header `Set-Cookie`: one header for each cookie. */
    public fun headerValue(): String = "$name=$value$attributes"

    private val attributes: String
        get() =
            listOfNotNull(
                "",
                "Path=$path",
                "Max-Age=${maxAge.seconds}",
                "Secure".takeIf { isSecure },
                "HttpOnly",
                sameSite?.let { "SameSite=$it" },
            ).joinToString("; ")

    override fun toString(): String = "SignInCookie($name=$MASK$attributes)"
}
