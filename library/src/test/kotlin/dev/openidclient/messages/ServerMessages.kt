package dev.openidclient.messages

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.deleteRegistration
import dev.openidclient.registration.readRegistration
import dev.openidclient.registration.register
import dev.openidclient.registration.updateRegistration
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.registeringServer
import dev.openidclient.testing.registrationJson
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val DOCUMENT = "/.well-known/openid-configuration"

private suspend fun discover(
    issuer: String = ISSUER,
    body: String = "{}",
    status: Int = 200,
    contentType: String = "application/json",
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.discover(issuer, CLIENT_ID) {
        transport = HttpTransport { response(body, status, contentType) }
        configure()
    }

private fun metadataWith(vararg changes: Pair<String, JsonElement?>) = serverMetadata(*changes).json.toString()

/** Finding the server, and what its metadata say. */
internal suspend fun Messages.discovery() {
    of { discover("as.example.com") }
    of { discover("https://straße.example") }
    of { discover("https://as.example.com/?tenant=1") }
    of { discover("http://as.example.com") }
    of { discover("ftp://as.example.com") }
    of { discover("ftp://as.example.com") { allowInsecure() } }
    of { discover(status = 404, contentType = "text/html") }
    of { discover(status = 404) { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 } }
    of { discover("$ISSUER$DOCUMENT", status = 404) }
    of { discover(body = "<html>", contentType = "text/html") }
    of { discover(status = 500) }
    of { discover(body = "{}") }
    of { discover(body = """{"issuer":1}""") }
    of { discover("https://login.example.com", metadataWith()) }
    of { discover("https://login.microsoftonline.com/x", metadataWith("issuer" to text("$ISSUER/{tenantid}/v2.0"))) }
    of { discover(body = metadataWith("scopes_supported" to text("openid"))).server.scopesSupported }
    of { discover(body = metadataWith("token_endpoint" to null)).clientCredentialsGrant() }
    of { discover(body = metadataWith("token_endpoint" to text("/token"))).clientCredentialsGrant() }
    of { discover(body = metadataWith("token_endpoint" to number(1))).clientCredentialsGrant() }
    of { discover(body = metadataWith("token_endpoint" to text("http://as.example.com/"))).clientCredentialsGrant() }
    of { discover(body = metadataWith()).introspect("t0ken") }
    of { discover(body = metadataWith("authorization_endpoint" to null)).authorizationRequest() }
    of { AuthorizationServerMetadata.parse("[]") }
    of { AuthorizationServerMetadata(jsonObject("{}")).issuer }
}

/** What the server knows of the client, in the settings or from a document. */
internal suspend fun Messages.clientMetadata() {
    of { ClientMetadata.parse("[]") }
    of { ClientMetadata.parse("{}") }
    of { ClientMetadata.parse("""{"client_id":1}""") }
    of { ClientMetadata.parse("""{"client_id":"c","require_auth_time":"yes"}""") }
    of { ClientMetadata.parse("""{"client_id":"c","default_max_age":-1}""") }
    of { StubServer().client { metadata { clientSecret("") } } }
    of { StubServer().client { metadata { tokenEndpointAuthMethod("") } } }
    of { StubServer().client { metadata { member("client_id", text("other")) } } }
    of { OpenIdClient(serverMetadata(), "") }
}

private suspend fun register(
    vararg answer: Pair<String, JsonElement?>,
    settings: ClientSettings.() -> Unit = {},
    asked: RegistrationBuilder.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = registeringServer(*answer).transport
            clock = FIXED_CLOCK
            settings()
        }
        asked()
    }

/** What the server made of a registration. */
internal suspend fun Messages.registrations() {
    val secret = "client_secret" to JsonPrimitive("s3cret")
    of { register("client_id" to null) }
    of { clientAtRegistration("""{"error":"invalid_redirect_uri"}""", 400) }
    of { clientAtRegistration("<p>No", 401, "text/html") }
    of { register("grant_types" to text("x"), "token_endpoint_auth_method" to number(1)) }
    of { register(secret, "client_secret_expires_at" to text("never")) }
    of { register("token_endpoint_auth_method" to text("private_key_jwt")) }
    of { register("token_endpoint_auth_method" to text("client_secret_basic")) }
    of {
        register(
            secret,
            "token_endpoint_auth_method" to text("client_secret_basic"),
            settings = { authentication = PrivateKeyJwt(SigningKey.generate("ES256")) },
        )
    }
    of { register("id_token_signed_response_alg" to text("none")) }
    of { register("id_token_signed_response_alg" to text("RS256")) { idTokenSignedResponseAlg("ES256") } }
    of { register { userinfoEncryptedResponseAlg("RSA-OAEP-256") } }
    of { register { dpopBoundAccessTokens() } }
    of { register("response_types" to json("""["id_token"]""")) { responseTypes("code") } }
}

private suspend fun clientAtRegistration(
    body: String,
    status: Int,
    type: String = "application/json",
    token: String? = null,
): OpenIdClient {
    val server =
        StubServer()
            .answer("/register", body, status, type)
            .answer(DOCUMENT, everyEndpoint().json.toString())
    return OpenIdClient.register(ISSUER) {
        initialAccessToken = token
        settings { transport = server.transport }
    }
}

/** Registrations that are not sent, or that a server takes from nobody without a token. */
internal suspend fun Messages.registrationRequests() {
    of { clientAtRegistration("""{"error":"invalid_token"}""", 401) }
    of { clientAtRegistration("""{"error":"invalid_token"}""", 401, token = "x") }
    of { register { initialAccessToken = "" } }
    of { register(settings = { metadata { clientSecret("x") } }) }
    of { register { member("jwks", jsonObject("""{"keys":[${TestKeys.rsa.toJSONString()}]}""")) } }
    of { register(settings = { useIdTokenResponseType() }) { responseTypes("code") } }
    of { register { responseTypes("id_token", "code id_token") } }
    of { register { tokenEndpointAuthMethod("private_key_jwt") } }
    of {
        register(settings = { authentication = PrivateKeyJwt(SigningKey.generate("ES256")) }) {
            tokenEndpointAuthMethod("client_secret_basic")
        }
    }
    of { register { idTokenSignedResponseAlg("HS256") } }
}

private fun managed(
    uri: String = "$ISSUER/register/x",
    body: String = "{}",
    status: Int = 200,
): OpenIdClient =
    StubServer().answer("/register/x", body, status).client(everyEndpoint()) {
        metadata { member("registration_client_uri", uri).member("registration_access_token", "t0ken") }
    }

/** What becomes of a registration afterwards. */
internal suspend fun Messages.registrationManagement() {
    of { StubServer().client().readRegistration() }
    of { managed().updateRegistration { initialAccessToken = "x" } }
    of { managed().updateRegistration { member("client_id", "x").member("client_secret", "x") } }
    of { managed("https://b.example.com/register").readRegistration() }
    of { managed("/register/x").readRegistration() }
    of { managed().readRegistration() }
    of { managed(body = """{"client_id":"other"}""").readRegistration() }
    of { managed(body = "", status = 403).updateRegistration { clientName("x") } }
    of { managed(body = "", status = 405).deleteRegistration() }
}
