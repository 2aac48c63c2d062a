package dev.openidclient.testing

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.registration.register
import dev.openidclient.resource.resource
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.tokenExchangeGrant
import dev.openidclient.userinfo.userInfo

/** The resource of the operation `resource`, which belongs to nobody else. */
const val RESOURCE_URL: String = "https://api.example.com:8443/orders?account=${KnownSecrets.OTHER}"

/** Where the endpoints of [everyServer] are: a query may hold a key. */
const val ENDPOINT_QUERY: String = "?key=${KnownSecrets.OTHER}"

/** The metadata of a server with every endpoint. */
fun everyServer(issuer: String = ISSUER): AuthorizationServerMetadata =
    AuthorizationServerMetadata.parse(everyServerJson(issuer))

private fun everyServerJson(issuer: String): String {
    val endpoints =
        mapOf(
            "token_endpoint" to "token",
            "jwks_uri" to "jwks",
            "userinfo_endpoint" to "userinfo",
            "introspection_endpoint" to "introspect",
            "revocation_endpoint" to "revoke",
            "pushed_authorization_request_endpoint" to "par",
            "device_authorization_endpoint" to "device",
            "backchannel_authentication_endpoint" to "ciba",
            "registration_endpoint" to "register",
        ).map { (name, path) -> """"$name":"$issuer/$path$ENDPOINT_QUERY"""" }
    return """{"issuer":"$issuer","authorization_endpoint":"$issuer/authorize",${endpoints.joinToString(",")}}"""
}

/** What [everyServer] answers where nothing fails. */
fun everyAnswer(request: HttpRequest): HttpResponse =
    when (request.url.substringBefore('?').substringAfterLast('/')) {
        "openid-configuration" -> response(everyServerJson(request.url.substringBefore("/.well-known")))
        "jwks" -> JwksServer.keys(TestKeys.rsa)
        "par" -> response("""{"request_uri":"urn:${KnownSecrets.OTHER}","expires_in":60}""", 201)
        "device" ->
            response(
                """{"device_code":"${KnownSecrets.OTHER}","user_code":"x","verification_uri":"$ISSUER","expires_in":60}""",
            )
        "ciba" -> response("""{"auth_req_id":"${KnownSecrets.OTHER}","expires_in":60}""")
        "userinfo" -> response("""{"sub":"${KnownSecrets.OTHER}"}""")
        "introspect" -> response("""{"active":true}""")
        "register" ->
            response(
                """{"client_id":"c","client_secret":"${KnownSecrets.CLIENT_SECRET}","client_secret_expires_at":0,""" +
                    """"token_endpoint_auth_method":"client_secret_basic"}""",
                201,
            )
        "token" ->
            response(
                """{"access_token":"${KnownSecrets.ACCESS_TOKEN}","token_type":"Bearer",""" +
                    """"refresh_token":"${KnownSecrets.REFRESH_TOKEN}"}""",
            )
        else -> response("{}")
    }

/** A client of [everyServer] with a secret, on this connection. */
fun Connection.everyClient(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
    OpenIdClient(everyServer(), CLIENT_ID) {
        connection = this@everyClient
        authentication = ClientSecretBasic(KnownSecrets.CLIENT_SECRET)
        configure()
    }

/** A connection to [everyServer], or to one that answers as [answer] does. */
fun connectionTo(
    answer: suspend (HttpRequest) -> HttpResponse = ::everyAnswer,
    configure: ConnectionSettings.() -> Unit = {},
): Connection =
    Connection.open {
        transport = RecordingTransport(answer)
        clock = FIXED_CLOCK
        configure()
    }

private const val GRANT_TYPES = "urn:ietf:params:oauth:grant-type"

/** Something that sends one request, by the name under which listeners hear of it. */
val EVERY_OPERATION: Map<String, suspend (Connection) -> Any?> =
    mapOf(
        "discovery" to { OpenIdClient.discover(ISSUER, CLIENT_ID) { connection = it } },
        "jwks" to { it.everyClient().jwks.verify(JwksServer.token()) },
        "par" to { it.everyClient().run { push(authorizationRequest { redirectUri(REDIRECT_URI) }) } },
        "token.authorization_code" to {
            it.everyClient().authorizationCodeGrant(SECRET_CALLBACK, SECRET_PENDING_WITHOUT_NONCE)
        },
        "token.client_credentials" to { it.everyClient().clientCredentialsGrant() },
        "token.refresh_token" to { it.everyClient().refreshTokenGrant(KnownSecrets.REFRESH_TOKEN) },
        "token.device_code" to { it.everyClient().grant("$GRANT_TYPES:device_code") },
        "token.ciba" to { it.everyClient().grant("urn:openid:params:grant-type:ciba") },
        "token.token_exchange" to { it.everyClient().tokenExchangeGrant(KnownSecrets.OTHER) },
        "token.jwt_bearer" to { it.everyClient().grant("$GRANT_TYPES:jwt-bearer") },
        "token.saml2_bearer" to { it.everyClient().grant("$GRANT_TYPES:saml2-bearer") },
        "token.other" to { it.everyClient().grant(KnownSecrets.OTHER) },
        "device_authorization" to { it.everyClient().deviceAuthorization() },
        "backchannel_authentication" to { it.everyClient().backchannelAuthentication { loginHint("a") } },
        "userinfo" to { it.everyClient().userInfo(KnownSecrets.ACCESS_TOKEN, KnownSecrets.OTHER) },
        "introspection" to { it.everyClient().introspect(KnownSecrets.ACCESS_TOKEN) },
        "revocation" to { it.everyClient().revoke(KnownSecrets.REFRESH_TOKEN) },
        "registration" to { connection ->
            OpenIdClient.register(everyServer()) {
                initialAccessToken = KnownSecrets.OTHER
                redirectUris(REDIRECT_URI)
                settings { this.connection = connection }
            }
        },
        "resource" to { it.everyClient().resource(RESOURCE_URL, KnownSecrets.ACCESS_TOKEN) },
    )

private val SECRET_PENDING_WITHOUT_NONCE =
    pendingAuthorization(state = KnownSecrets.STATE, codeVerifier = KnownSecrets.CODE_VERIFIER)
