package dev.openidclient.fuzz

import java.util.Random

/** Inputs made of [corpus], the same ones for the same [seed]: pieces of it torn out, repeated, mixed and spoilt. */
internal class Mutation(
    private val corpus: List<ByteArray>,
    seed: Long,
) {
    private val random = Random(seed)

    fun next(): ByteArray {
        var input = pick(corpus)
        repeat(1 + random.nextInt(MOST_STEPS)) { input = step(input) }
        return if (input.size > LONGEST) input.copyOf(LONGEST) else input
    }

    private fun step(input: ByteArray): ByteArray {
        val from = random.nextInt(input.size + 1)
        val to = from + random.nextInt(minOf(input.size - from, LONGEST_PIECE) + 1)
        val other = pick(corpus)
        return when (random.nextInt(KINDS)) {
            0 -> replace(input, from, from, pick(TOKENS))
            1 -> replace(input, from, to, pick(TOKENS))
            2 -> replace(input, from, to, ByteArray(0))
            3 -> replace(input, from, from, input.copyOfRange(from, to))
            4 -> replace(input, from, to, other.copyOfRange(0, random.nextInt(minOf(other.size, LONGEST_PIECE) + 1)))
            5 -> input.copyOf(from) + other.copyOfRange(random.nextInt(other.size + 1), other.size)
            6 -> replace(input, from, from, repeated(pick(TOKENS), random.nextInt(MOST_REPETITIONS)))
            7 -> changed(input) { random.nextInt().toByte() }
            else -> changed(input) { (it.toInt() xor (1 shl random.nextInt(Byte.SIZE_BITS))).toByte() }
        }
    }

    private fun changed(
        input: ByteArray,
        change: (Byte) -> Byte,
    ): ByteArray {
        if (input.isEmpty()) return input
        val at = random.nextInt(input.size)
        return input.copyOf().also { it[at] = change(it[at]) }
    }

    private fun <T> pick(list: List<T>): T = list[random.nextInt(list.size)]

    private companion object {
        const val MOST_STEPS = 5
        const val LONGEST = 16_384
        const val LONGEST_PIECE = 64
        const val MOST_REPETITIONS = 200
        const val KINDS = 9

        /** What the grammars of these inputs are made of, and what breaks careless readers of them. */
        val TOKENS: List<ByteArray> =
            (
                "\" \\ { } [ ] : , . = & ? # % + - _ / ; ~ | ' ( ) < > @ ! * 0 1 -1 1e9 1e999 0.5 " +
                    "9223372036854775808 -9223372036854775809 99999999999999999999999999999999999999 NaN " +
                    "Infinity true false null \"\" [] {} [[ {\"a\": %00 %2e %2E%2E %ff %C3%A9 %zz .. /../ // " +
                    ":// https:// http:// [::1] :0 :65536 user@ xn-- ß é ℀ ／ 。 \u0000 \u001f \u007f \u0080 " +
                    "\u00a0 \u200b \u202e \u2028 \ufeff \ufffd \ud83d\ude00 iss sub aud exp iat nbf nonce " +
                    "kid alg none HS256 RS256 ES256 PS256 EdDSA Ed25519 RSA EC OKP AKP crv P-256 P-521 " +
                    "secp256k1 X25519 zip DEF crit b64 p2c PBES2-HS256+A128KW dir RSA1_5 enc epk Bearer DPoP " +
                    "Basic Digest realm error use_dpop_nonce scope code state response id_token access_token " +
                    "error=a application/json application/jwt -----BEGIN -----END ----- PRIVATE KEY\u0020 " +
                    "AAAA ==== Jan GMT +0000"
            ).split(' ')
                .plus(listOf(" ", "\t", "\n", "\r\n", "\n\n"))
                .map(String::encodeToByteArray)

        fun replace(
            input: ByteArray,
            from: Int,
            to: Int,
            piece: ByteArray,
        ): ByteArray = input.copyOf(from) + piece + input.copyOfRange(to, input.size)

        fun repeated(
            piece: ByteArray,
            count: Int,
        ): ByteArray = ByteArray(piece.size * count) { piece[it % piece.size] }
    }
}
