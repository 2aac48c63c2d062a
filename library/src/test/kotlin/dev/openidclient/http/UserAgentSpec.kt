package dev.openidclient.http

import dev.openidclient.testing.moduleDirectory
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import javax.xml.parsers.DocumentBuilderFactory
import javax.xml.xpath.XPathFactory

class UserAgentSpec :
    FunSpec({
        test("names the version of the build") {
            USER_AGENT shouldBe "openid-client-jvm/${buildVersion().removeSuffix("-SNAPSHOT")}"
        }
    })

/** The pom is read, not a property of the build, so that the test holds in an IDE too. */
private fun buildVersion(): String {
    val pom =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
            moduleDirectory.resolve("pom.xml").toFile(),
        )
    return XPathFactory.newInstance().newXPath().evaluate("/project/parent/version", pom)
}
