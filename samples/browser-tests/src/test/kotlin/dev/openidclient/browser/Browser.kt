package dev.openidclient.browser

import io.kotest.matchers.collections.shouldBeEmpty
import org.openqa.selenium.By
import org.openqa.selenium.Cookie
import org.openqa.selenium.Keys
import org.openqa.selenium.StaleElementReferenceException
import org.openqa.selenium.WebDriverException
import org.openqa.selenium.WindowType
import org.openqa.selenium.chrome.ChromeDriver
import org.openqa.selenium.interactions.Actions
import org.openqa.selenium.logging.LogType
import org.openqa.selenium.support.ui.ExpectedConditions.stalenessOf
import org.openqa.selenium.support.ui.WebDriverWait
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.time.Duration
import java.util.Base64
import java.util.logging.Level
import kotlin.io.path.createParentDirectories
import kotlin.io.path.writeBytes

private val PATIENCE: Duration = Duration.ofSeconds(15)

/** A browser with no memory of another, and the hands of the person at it. */
class Browser private constructor(
    private val driver: ChromeDriver,
) {
    /** Where the page came from. */
    val url: String get() = driver.currentUrl

    val title: String get() = driver.title

    /** What a person reads, white space joined. */
    val text: String get() = driver.findElement(By.tagName("body")).text.replace(Regex("\\s+"), " ")

    /** What a person reads in the first frame of the page. */
    fun textInFrame(): String {
        driver.switchTo().frame(0)
        return text.also { driver.switchTo().defaultContent() }
    }

    val source: String get() = driver.pageSource

    val tab: String get() = driver.windowHandle

    val tabs: Set<String> get() = driver.windowHandles

    val cookies: Set<Cookie> get() = driver.manage().cookies

    fun open(url: String): Unit = driver.get(url)

    fun reload(): Unit = driver.navigate().refresh()

    fun goBack(): Unit = driver.navigate().back()

    fun goForward(): Unit = driver.navigate().forward()

    /** Waits for the page with this title. */
    fun awaitPage(expected: String) {
        WebDriverWait(driver, PATIENCE)
            .ignoring(StaleElementReferenceException::class.java)
            .withMessage { "no page \"$expected\", but \"$title\" at $url: ${text.take(300)}" }
            .until { title == expected }
    }

    /** Waits until the address bar says this. */
    fun awaitUrl(expected: String) {
        WebDriverWait(driver, PATIENCE).withMessage { "at $url, not at $expected" }.until { url == expected }
    }

    /** Presses the button or follows the link that reads [label], and waits until this page is gone. */
    fun press(label: String) {
        val page = driver.findElement(By.tagName("html"))
        driver.findElement(By.xpath("//button[normalize-space()='$label'] | //a[normalize-space()='$label']")).click()
        // asked in the middle of a navigation, the driver fails with an error of its own before it says "stale"
        WebDriverWait(driver, PATIENCE).ignoring(WebDriverException::class.java).until(stalenessOf(page))
    }

    /** Writes [value] into the field that [label] labels. */
    fun fill(
        label: String,
        value: String,
    ) {
        val field = driver.findElement(By.xpath("//label[starts-with(normalize-space(), '$label')]//input"))
        field.clear()
        field.sendKeys(value)
    }

    /** Ticks or unticks the box that reads [label]. */
    fun tick(label: String): Unit = driver.findElement(By.xpath("//label[normalize-space()='$label']/input")).click()

    /** Presses keys without looking where the focus is. */
    fun type(vararg keys: CharSequence): Unit = Actions(driver).sendKeys(*keys).perform()

    /** Presses Tab until what has the focus reads [label]: what cannot be reached so is closed to some people. */
    fun tabTo(label: String) {
        repeat(30) {
            type(Keys.TAB)
            val focused = driver.switchTo().activeElement()
            if (focused.accessibleName?.trim() == label) return
        }
        error("Tab never reaches \"$label\" on \"$title\"")
    }

    /** Opens another tab and goes there. */
    fun openTab(): String {
        driver.switchTo().newWindow(WindowType.TAB)
        return tab
    }

    fun goToTab(tab: String) {
        driver.switchTo().window(tab)
    }

    /** Waits until there are [count] tabs, and gives them all. */
    fun awaitTabs(count: Int): Set<String> = WebDriverWait(driver, PATIENCE).until { tabs.takeIf { it.size == count } }

    /** Goes to [tab], waits for a page there, and gives its title. */
    fun awaitTitleIn(tab: String): String {
        goToTab(tab)
        return WebDriverWait(driver, PATIENCE).until { title.ifEmpty { null } }
    }

    fun addCookie(cookie: Cookie): Unit = driver.manage().addCookie(cookie)

    /** Runs [script] in the page and returns what it does; a promise is waited for. */
    fun run(
        script: String,
        vararg arguments: Any,
    ): Any? = driver.executeScript(script, *arguments)

    /** Submits the first form of the page, and gives the place to which the answer redirects, without going there. */
    fun destinationOfForm(): String {
        val action = run("return document.forms[0].action") as String
        val fields = run("return new URLSearchParams(new FormData(document.forms[0])).toString()") as String
        val submission =
            HttpRequest
                .newBuilder(URI(action))
                .header("Cookie", cookies.joinToString("; ") { "${it.name}=${it.value}" })
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields))
        return HttpClient
            .newHttpClient()
            .send(submission.build(), BodyHandlers.discarding())
            .headers()
            .firstValue("Location")
            .orElseThrow()
    }

    fun command(
        name: String,
        parameters: Map<String, Any>,
    ): Map<String, Any> = driver.executeCdpCommand(name, parameters)

    /** The warnings and errors that the console got since the last look. */
    fun takeMessages(): List<String> =
        driver
            .manage()
            .logs()
            .get(LogType.BROWSER)
            .filter { it.level.intValue() >= Level.WARNING.intValue() }
            .map { it.message }

    /** A picture of the whole page, below `target/screenshots`. */
    fun photograph(name: String) {
        val picture = command("Page.captureScreenshot", mapOf("captureBeyondViewport" to true)).getValue("data")
        val file = Path.of("target", "screenshots", "$name.png").createParentDirectories()
        file.writeBytes(Base64.getDecoder().decode(picture as String))
    }

    companion object {
        /**
         * Lets [act] use a browser that remembers nothing of an earlier one; fails also for anything in the console but
         * answers of 4xx and 5xx.
         */
        fun use(act: (Browser) -> Unit) {
            RunningBrowsers.use { driver ->
                val browser = Browser(driver)
                browser.takeMessages()
                act(browser)
                browser.takeMessages().filterNot { message -> " - Failed to load resource" in message }.shouldBeEmpty()
            }
        }
    }
}
