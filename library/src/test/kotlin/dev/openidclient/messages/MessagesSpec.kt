package dev.openidclient.messages

import dev.openidclient.testing.moduleDirectory
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import kotlin.io.path.createParentDirectories
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.io.path.writeText

private val AREAS: Map<String, suspend Messages.() -> Unit> =
    mapOf(
        "discovery and server metadata" to { discovery() },
        "client metadata" to { clientMetadata() },
        "answers that are errors" to { errorAnswers() },
        "answers that cannot be read" to { unreadableAnswers() },
        "token responses" to { tokenResponses() },
        "other answers" to { otherAnswers() },
        "no answer" to { noAnswers() },
        "connections of the engines" to { connections() },
        "JWTs" to { jwts() },
        "ID Tokens" to { idTokens() },
        "ID Tokens beside others" to { otherIdTokens() },
        "JWTs that are handed in" to { handedInJwts() },
        "keys of the server" to { keys() },
        "downloads of the server's keys" to { keyDownloads() },
        "signatures with the client secret" to { secretSignatures() },
        "encryption" to { encryption() },
        "encryption with an agreed key" to { keyAgreement() },
        "compressed content" to { compression() },
        "signed UserInfo and introspection" to { signedAnswers() },
        "callbacks" to { callbacks() },
        "pending authorizations and checks" to { pendingAuthorizations() },
        "authorization responses that are JWTs" to { jwtResponses() },
        "authorization responses with an ID Token" to { frontChannel() },
        "authorization requests" to { authorizationRequests() },
        "token requests and requests with tokens" to { tokenRequests() },
        "people of other servers" to { peopleElsewhere() },
        "stored tokens" to { storedTokens() },
        "token sources" to { tokenSources() },
        "settings of token sources" to { tokenSourceSettings() },
        "token stores" to { tokenStores() },
        "shared token stores" to { sharedStores() },
        "keys of token stores" to { storeKeys() },
        "replay caches" to { replayCaches() },
        "logout tokens" to { logoutTokens() },
        "logouts in the browser" to { logoutsInBrowsers() },
        "sign-ins with the browser of this machine" to { loopbackRedirects() },
        "sign-ins" to { signIns() },
        "settings of sign-ins" to { signInSettings() },
        "resource servers" to { resourceServers() },
        "protected resources" to { protectedResources() },
        "resources of which the URL is known" to { resourcesByUrl() },
        "proofs of possession" to { proofsOfPossession() },
        "proxies and client certificates" to { proxies() },
        "opaque tokens at a resource server" to { introspectedTokens() },
        "access tokens that are received" to { receivedTokens() },
        "settings of resource servers" to { resourceServerSettings() },
        "clients that discover their server later" to { discoveredClients() },
        "many servers" to { clientRegistries() },
        "identity assertions" to { identityAssertions() },
        "registrations" to { registrations() },
        "registration requests" to { registrationRequests() },
        "registrations that are read, changed and deleted" to { registrationManagement() },
        "client identities" to { clientIdentities() },
        "settings of client identities" to { clientIdentitySettings() },
        "client metadata documents" to { clientDocuments() },
        "settings" to { settings() },
        "client authentication" to { authentication() },
        "engines" to { engines() },
        "security profiles" to { profiles() },
        "JWKs of one's own" to { ownJwks() },
        "key pairs" to { keyPairs() },
        "PEM" to { pemTexts() },
    )

/** What a person reads in a browser: the tests of the pages have it. */
private val PAGES = setOf("LoopbackPage.kt")

private fun isReadable(message: String) = ' ' in message && message.none(Char::isISOControl)

/** What somebody is told of whom something fails: each line was read by a person, and is told by a real failure here. */
class MessagesSpec :
    FunSpec({
        val record = moduleDirectory.resolve("src/test/resources/messages/messages.txt")
        val update = "./mvnw -pl library test -Dtest=MessagesSpec -Dmessages.update=true"

        val found: Map<String, List<String>> by lazy {
            val lines = AREAS.mapValues { (_, collect) -> runBlocking { Messages().also { it.collect() }.lines } }
            if (System.getProperty("messages.update").toBoolean()) {
                val text =
                    lines.entries.joinToString(
                        "\n",
                    ) { (area, all) -> "# $area\n${all.joinToString("") { "$it\n" }}" }
                record.createParentDirectories().writeText(text)
            }
            lines
        }

        fun recorded(area: String): List<String> =
            (if (record.exists()) record.readText() else "")
                .substringAfter("# $area\n", missingDelimiterValue = "")
                .lineSequence()
                .takeWhile { it.isNotEmpty() }
                .toList()

        for (area in AREAS.keys) {
            test("the messages of this area are the recorded ones: $area") {
                val lines = found.getValue(area)
                withClue("If that is intended, read each new line, run \"$update\" and commit $record.") {
                    lines shouldBe recorded(area)
                }
            }
        }

        test("every call fails") {
            found
                .mapValues { (_, lines) ->
                    lines.filter { it.startsWith(Messages.NOTHING) }
                }.filterValues { it.isNotEmpty() } shouldBe
                emptyMap()
        }

        test("every line is one line, and says something") {
            for (line in found.values.flatten()) {
                withClue(line) { isReadable(line.substringAfter(": ")) shouldBe true }
            }
        }

        val sentences = SourceSentence.of(moduleDirectory.resolve("src/main/kotlin")).filter { it.place !in PAGES }

        test("every sentence of the sources is in a line, or among those that cannot be told here") {
            val lines = found.values.flatten()
            sentences
                .filter { it.text !in WITHOUT_LINE && lines.none(it::isIn) }
                .map { "${it.place}: ${it.text}" }
                .shouldBeEmpty()
        }

        test("what needs no line is still in the sources, and has none") {
            val lines = found.values.flatten()
            WITHOUT_LINE.filter { text -> sentences.none { it.text == text && lines.none(it::isIn) } }.shouldBeEmpty()
        }
    })
