package android.os

/** What OkHttp asks of Android before anything else: there is none. */
class Build {
    class VERSION {
        companion object {
            @JvmField val SDK_INT: Int = 0
        }
    }
}
