package android.util

/** OkHttp's way to Android's log, which takes nothing here. */
class Log {
    companion object {
        @JvmStatic
        fun isLoggable(
            tag: String?,
            level: Int,
        ): Boolean = false

        @JvmStatic
        fun println(
            priority: Int,
            tag: String?,
            message: String?,
        ): Int = 0
    }
}
