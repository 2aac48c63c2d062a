package dev.openidclient.browser

import org.openqa.selenium.chrome.ChromeDriver
import org.openqa.selenium.chrome.ChromeDriverService
import org.openqa.selenium.chrome.ChromeOptions
import org.openqa.selenium.logging.LogType
import org.openqa.selenium.logging.LoggingPreferences
import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.logging.Level
import java.util.logging.Logger

private val BROWSERS = listOf("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
private const val HOW_TO_GET_IT =
    "install both (Debian: apt-get install chromium chromium-driver), " +
        "or name them with -Dbrowser.binary=… -Dbrowser.driver=…"

/** The Chromium and the ChromeDriver of this machine. Nothing is downloaded. */
object Chromium {
    private val binary: String? by lazy {
        System.getProperty("browser.binary") ?: BROWSERS.firstNotNullOfOrNull(::find)
    }
    private val driver: String? by lazy { System.getProperty("browser.driver") ?: find("chromedriver") }

    /** Why there is no browser to test with; null where there is one. */
    val problem: String? by lazy {
        val browser = binary
        val remoteControl = driver
        when {
            browser == null -> "no Chromium or Chrome is on the PATH: $HOW_TO_GET_IT"
            remoteControl == null -> "no chromedriver is on the PATH: $HOW_TO_GET_IT"
            majorVersion(browser) != majorVersion(remoteControl) ->
                "$browser is of version ${majorVersion(browser)}, but $remoteControl for " +
                    "${majorVersion(remoteControl)}: $HOW_TO_GET_IT"
            else -> null
        }
    }

    /** It warns that it does not know the newest browser's every command; the few in use here are old. */
    private val silenced: Logger = Logger.getLogger("org.openqa.selenium.devtools").apply { level = Level.OFF }

    /** Starts it with [profile], a directory, as its memory. */
    fun start(profile: Path): ChromeDriver {
        check(problem == null) { problem.toString() }
        val service = ChromeDriverService.Builder().usingDriverExecutable(File(driver)).usingAnyFreePort().build()
        return ChromeDriver(service, options(profile))
    }

    private fun options(profile: Path): ChromeOptions {
        val options = ChromeOptions()
        options.setBinary(checkNotNull(binary))
        options.addArguments(
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            "--window-size=1280,900",
            "--user-data-dir=$profile",
        )
        // Chromium has no sandbox for root
        if (System.getProperty("user.name") == "root") options.addArguments("--no-sandbox")
        val console = LoggingPreferences().apply { enable(LogType.BROWSER, Level.ALL) }
        options.setCapability(ChromeOptions.LOGGING_PREFS, console)
        return options
    }

    private fun find(program: String): String? =
        System
            .getenv("PATH")
            .split(File.pathSeparator)
            .map { File(it, program) }
            .firstOrNull(File::canExecute)
            ?.path

    /** The first number of what `--version` prints. */
    private fun majorVersion(program: String): String? {
        val process = ProcessBuilder(program, "--version").redirectError(ProcessBuilder.Redirect.DISCARD).start()
        val printed = process.inputStream.bufferedReader().use { it.readText() }
        process.waitFor(10, TimeUnit.SECONDS)
        return Regex("\\d+").find(printed)?.value
    }
}
