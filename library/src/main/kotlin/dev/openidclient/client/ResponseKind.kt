package dev.openidclient.client

/** What an authorization response consists of, and so where it is looked for and how it is checked. */
internal enum class ResponseKind(
    val responseType: String,
) {
    CODE("code"),

    /** A code inside a signed JWT ([JARM](https://openid.net/specs/oauth-v2-jarm-final.html)). */
    JWT("code"),

    /** A code and an ID Token (OpenID Connect Core §3.3). */
    CODE_ID_TOKEN("code id_token"),

    /** An ID Token alone (OpenID Connect Core §3.2). */
    ID_TOKEN("id_token"),
    ;

    /** Whether an ID Token comes through the browser. */
    val hasFrontChannelIdToken: Boolean get() = this == CODE_ID_TOKEN || this == ID_TOKEN

    companion object {
        /** The ordinary kind with [responseType], whose words may stand in any order; null where there is none here. */
        fun of(responseType: String): ResponseKind? =
            values().firstOrNull { isSameResponseType(it.responseType, responseType) }

        fun isSameResponseType(
            one: String,
            other: String,
        ): Boolean = one.split(' ').toSet() == other.split(' ').toSet()
    }
}
