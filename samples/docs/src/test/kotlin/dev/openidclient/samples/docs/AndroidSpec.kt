package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException

private const val METADATA =
    """{"issuer":"https://as.example.com","authorization_endpoint":"https://as.example.com/authorize",
    "token_endpoint":"https://as.example.com/token"}"""

private class MapStore : SecretStore {
    private val secrets = HashMap<String, String>()

    override fun put(
        name: String,
        secret: String,
    ) {
        secrets[name] = secret
    }

    override fun take(name: String): String? = secrets.remove(name)
}

class AndroidSpec :
    FunSpec({
        test("a callback is taken once: what was begun is gone afterwards, whatever came of it") {
            val client =
                OpenIdClient(AuthorizationServerMetadata.parse(METADATA), "app") {
                    transport = HttpTransport { throw IOException("no network") }
                }
            val store = MapStore()
            val state = Regex("state=([^&]+)").find(begin(client, store))!!.groupValues[1]
            val denied = "https://rp.example.com/app/callback?error=access_denied&state=$state"

            shouldThrow<AuthorizationResponseException> { finish(client, store, denied) }.error shouldBe "access_denied"
            finish(client, store, denied).shouldBeNull()
        }
    })
