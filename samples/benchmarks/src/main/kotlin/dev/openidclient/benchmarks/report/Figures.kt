package dev.openidclient.benchmarks.report

import java.util.Locale
import kotlin.math.abs

private const val NO_DECIMALS_FROM = 100
private const val ONE_DECIMAL_FROM = 10

/** Three digits that count, thousands apart by a space; nothing for null. */
internal fun figure(value: Double?): String {
    if (value == null) return ""
    val size = abs(value)
    val format =
        when {
            size >= NO_DECIMALS_FROM || size == 0.0 -> "%,.0f"
            size >= ONE_DECIMAL_FROM -> "%.1f"
            else -> "%.2f"
        }
    return String.format(Locale.ROOT, format, value).replace(',', ' ')
}

internal fun times(value: Double): String =
    when {
        value >= NO_DECIMALS_FROM -> String.format(Locale.ROOT, "%.0f×", value)
        value >= ONE_DECIMAL_FROM -> String.format(Locale.ROOT, "%.1f×", value)
        else -> String.format(Locale.ROOT, "%.2f×", value)
    }
