package dev.openidclient.authorization

/** What an ID Token of a person stands in, to hint at them with it: tokens, or the claims of an ID Token. */
public interface IdTokenHolder {
    /** Whose ID Token it is: no other server may see it. */
    public val issuer: String

    /** The ID Token as it came; null where there is none. */
    public val idToken: String?
}
