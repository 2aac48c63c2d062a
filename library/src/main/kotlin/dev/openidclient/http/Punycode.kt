package dev.openidclient.http

/** [RFC 3492](https://www.rfc-editor.org/rfc/rfc3492), the direction that a message needs. */
internal object Punycode {
    private const val BASE = 36
    private const val LEAST_THRESHOLD = 1
    private const val GREATEST_THRESHOLD = 26
    private const val SKEW = 38
    private const val DAMPING = 700
    private const val FIRST_BIAS = 72
    private const val FIRST_CODE_POINT = 128
    private const val DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"

    /** §6.3: [label] in ASCII, without the prefix `xn--`. */
    fun encode(label: String): String {
        val codePoints = label.codePoints().toArray()
        val basic = codePoints.filter { it < FIRST_CODE_POINT }
        val encoded = StringBuilder()
        basic.forEach(encoded::appendCodePoint)
        if (basic.isNotEmpty()) encoded.append('-')
        var last = FIRST_CODE_POINT - 1
        var delta = 0
        var bias = FIRST_BIAS
        var handled = basic.size
        while (handled < codePoints.size) {
            val next = codePoints.filter { it > last }.min()
            delta += (next - last - 1) * (handled + 1)
            for (codePoint in codePoints) {
                if (codePoint < next) delta++
                if (codePoint == next) {
                    encoded.appendNumber(delta, bias)
                    bias = adapted(delta, handled + 1, isFirst = handled == basic.size)
                    delta = 0
                    handled++
                }
            }
            delta++
            last = next
        }
        return encoded.toString()
    }

    /** §3.3: digits of growing weight, the least first. */
    private fun StringBuilder.appendNumber(
        number: Int,
        bias: Int,
    ) {
        var rest = number
        var position = BASE
        while (true) {
            val threshold = (position - bias).coerceIn(LEAST_THRESHOLD, GREATEST_THRESHOLD)
            if (rest < threshold) break
            append(DIGITS[threshold + (rest - threshold) % (BASE - threshold)])
            rest = (rest - threshold) / (BASE - threshold)
            position += BASE
        }
        append(DIGITS[rest])
    }

    /** §3.4 */
    private fun adapted(
        delta: Int,
        count: Int,
        isFirst: Boolean,
    ): Int {
        var rest = if (isFirst) delta / DAMPING else delta / 2
        rest += rest / count
        var bias = 0
        while (rest > (BASE - LEAST_THRESHOLD) * GREATEST_THRESHOLD / 2) {
            rest /= BASE - LEAST_THRESHOLD
            bias += BASE
        }
        return bias + (BASE - LEAST_THRESHOLD + 1) * rest / (rest + SKEW)
    }
}
