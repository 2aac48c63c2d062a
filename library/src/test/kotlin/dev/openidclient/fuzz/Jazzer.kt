package dev.openidclient.fuzz

/**
 * What Jazzer's own program calls; the system property `fuzz` names the target. Jazzer limits time itself, and
 * allocates itself in the thread that it watches.
 */
object Jazzer {
    private lateinit var target: FuzzTarget

    @JvmStatic
    fun fuzzerInitialize() {
        target = fuzzTarget(System.getProperty("fuzz"))
        corpus(target).forEach(target::warmUp)
    }

    @JvmStatic
    fun fuzzerTestOneInput(input: ByteArray) = target.judge(input)
}
