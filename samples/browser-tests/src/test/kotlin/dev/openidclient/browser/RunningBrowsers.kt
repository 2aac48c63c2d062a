package dev.openidclient.browser

import org.openqa.selenium.WindowType
import org.openqa.selenium.chrome.ChromeDriver
import java.nio.file.Files

/** A browser process with a profile of its own. */
private class BrowserProcess : AutoCloseable {
    private val profile = Files.createTempDirectory("browser-profile")
    private val driver = Chromium.start(profile)

    /** In a new tab, after all others are closed and what pages have stored is gone. */
    fun withoutMemory(): ChromeDriver {
        val earlier = driver.windowHandles
        val fresh = driver.switchTo().newWindow(WindowType.TAB).windowHandle
        for (tab in earlier) {
            driver.switchTo().window(tab)
            driver.close()
        }
        driver.switchTo().window(fresh)
        driver.executeCdpCommand("Network.clearBrowserCookies", emptyMap())
        driver.executeCdpCommand("Network.clearBrowserCache", emptyMap())
        driver.executeCdpCommand("Storage.clearDataForOrigin", mapOf("origin" to "*", "storageTypes" to "all"))
        return driver
    }

    override fun close() {
        driver.quit()
        profile.toFile().deleteRecursively()
    }
}

/**
 * The browsers of all tests, which run one after another: to start one takes seconds, so the next test has it again,
 * without its memory. A test may use two of them; the one of a test that failed is used no more.
 */
internal object RunningBrowsers {
    private val idle = ArrayDeque<BrowserProcess>()

    init {
        Runtime.getRuntime().addShutdownHook(Thread { idle.forEach(BrowserProcess::close) })
    }

    fun use(act: (ChromeDriver) -> Unit) {
        val process = idle.removeLastOrNull() ?: BrowserProcess()
        var passed = false
        try {
            act(process.withoutMemory())
            passed = true
        } finally {
            if (passed) idle.addLast(process) else process.close()
        }
    }
}
