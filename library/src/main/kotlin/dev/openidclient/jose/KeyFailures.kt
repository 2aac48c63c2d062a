package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable

/** What to say where no key of a server's JWK Set verifies a JWT. */
internal object KeyFailures {
    /** Keys, and reasons, in a message; a set can hold thousands. */
    private const val MOST_SHOWN = 5

    /** The signature of [jwt] is of none of [candidates], which are those of [jwksUri] that fit. */
    fun signatureFailed(
        jwt: Jwt,
        candidates: List<Jwk>,
        jwksUri: String,
    ): ValidationException {
        val keys =
            if (candidates.size == 1) {
                "the key of ${printable(jwksUri)} that fits"
            } else {
                "any of the ${candidates.size} keys of ${printable(jwksUri)} that fit"
            }
        return ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the signature of the ${jwt.kind} with ${wanted(jwt)} does not verify with $keys: " +
                "the ${jwt.kind} was changed on its way, or signed with a key that is not published there",
            subject = ValidationSubject.SIGNATURE,
        )
    }

    /**
     * No key of [set], which is that of [jwksUri], fits [jwt], or too many do: [candidates]. [heldBack] seconds must pass
     * until the keys may be downloaded anew; null where they just were.
     */
    fun selectionFailed(
        jwt: Jwt,
        candidates: List<Jwk>,
        jwksUri: String,
        set: JwkSet,
        heldBack: Long? = null,
    ): ValidationException {
        val found =
            when {
                candidates.isNotEmpty() ->
                    "${candidates.size} keys did, of which at most ${JwkSet.MOST_CANDIDATES} are tried: " +
                        "the \"kid\" of the ${jwt.kind} must say which one"
                heldBack == null -> "no key did: ${passedOver(set, jwt)}"
                else ->
                    "no key did: ${passedOver(set, jwt)}; " +
                        "a new download is held back for $heldBack s after the last ones"
            }
        return ValidationException(
            ErrorCode.KEY_SELECTION_FAILED,
            "a key of ${printable(jwksUri)} must fit the ${jwt.kind} with ${wanted(jwt)}, but $found",
            subject = ValidationSubject.KEY,
        )
    }

    private fun wanted(jwt: Jwt): String =
        "alg \"${printable(jwt.algorithm.orEmpty())}\"" + jwt.keyId?.let { " and kid ${quoted(it)}" }.orEmpty()

    /** Why none of the keys of [set] fits [jwt]: those with its `kid` first, where there are some. */
    private fun passedOver(
        set: JwkSet,
        jwt: Jwt,
    ): String {
        val keyId = jwt.keyId
        val named = set.keys.filter { keyId == null || it.keyId == keyId }
        return when {
            set.keys.isEmpty() -> "there is none at all"
            named.isEmpty() -> "those there have ${shownIds(set.keys)}"
            else -> {
                val with = keyId?.let { " with kid ${quoted(it)}" }.orEmpty()
                "${counted(named.size)}$with ${wasOrWere(named.size)} passed over, as ${reasons(set, named, jwt)}"
            }
        }
    }

    private fun counted(keys: Int): String = if (keys == 1) "1 key" else "$keys keys"

    private fun wasOrWere(keys: Int): String = if (keys == 1) "was" else "were"

    private fun shownIds(keys: List<Jwk>): String {
        val ids = keys.mapNotNull { it.keyId }
        val without = keys.size - ids.size
        return listOfNotNull(
            if (ids.isEmpty()) null else ids.joinToString(", ", "the kid ", limit = MOST_SHOWN, transform = ::quoted),
            if (without == 0) null else "no kid ($without)",
        ).joinToString(" or ")
    }

    private fun reasons(
        set: JwkSet,
        keys: List<Jwk>,
        jwt: Jwt,
    ): String =
        keys
            .groupingBy { key ->
                val member = set.obstacle(key, jwt)
                val value = member?.let { key[it] }?.let { printable(it.toString()) } ?: "absent"
                "${if (keys.size == 1) "its" else "the"} $member is $value"
            }.eachCount()
            .entries
            .joinToString(" and ", limit = MOST_SHOWN) { (reason, count) ->
                if (keys.size == 1) reason else "$reason ($count)"
            }

    private fun quoted(keyId: String): String = "\"${printable(keyId)}\""
}
