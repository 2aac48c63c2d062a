package dev.openidclient.jose

/**
 * The value of `at_hash`, `c_hash` and `s_hash` for [text]: base64url of the left half of its hash
 * ([OpenID Connect Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
 */
internal fun halfHash(
    text: String,
    algorithm: JwsAlgorithm,
): String = halfHash(text, algorithm.hash)

/** The same for [algorithm], the JCA name of a hash. */
internal fun halfHash(
    text: String,
    algorithm: String,
): String {
    val hash = Jca.digest(algorithm).digest(text.encodeToByteArray())
    return Base64Url.encode(hash.copyOf(hash.size / 2))
}
