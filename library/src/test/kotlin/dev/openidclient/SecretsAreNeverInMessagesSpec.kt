package dev.openidclient

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.KnownSecrets
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.NOW
import dev.openidclient.testing.SECRET_CALLBACK
import dev.openidclient.testing.SECRET_PENDING
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.challenge
import dev.openidclient.testing.exchange
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.refusing
import dev.openidclient.testing.secretive
import dev.openidclient.testing.sentBy
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Clock
import java.time.Duration
import kotlin.reflect.KClass

private const val OTHER = KnownSecrets.OTHER

/** What a careless server could repeat. */
private val ECHO =
    listOf(
        KnownSecrets.CODE,
        KnownSecrets.CODE_VERIFIER,
        KnownSecrets.CLIENT_SECRET,
        KnownSecrets.ACCESS_TOKEN,
        KnownSecrets.REFRESH_TOKEN,
    )

private fun idToken(vararg changes: Pair<String, JsonElement?>): Pair<String, JsonElement> =
    "id_token" to JsonPrimitive(TestKeys.signRsa(idTokenClaims("nonce" to JsonPrimitive(KnownSecrets.NONCE), *changes)))

/** A way to fail: its name, the exception, and how. */
private class Failure(
    val name: String,
    val expected: KClass<out Throwable>,
    val provoke: suspend () -> Unit,
)

private inline fun <reified T : Throwable> failure(
    name: String,
    noinline provoke: suspend () -> Any?,
) = Failure(name, T::class) { provoke() }

private val CALLBACKS =
    listOf(
        failure<ValidationException>("a callback with another state") {
            StubServer().secretive().authorizationCodeGrant("$SECRET_CALLBACK-x", SECRET_PENDING)
        },
        failure<InvalidResponseException>("a callback with two codes") {
            StubServer().secretive().authorizationCodeGrant("$SECRET_CALLBACK&code=$OTHER", SECRET_PENDING)
        },
        failure<InvalidResponseException>("a callback with a JWT") {
            StubServer().secretive().authorizationCodeGrant("$SECRET_CALLBACK&response=$OTHER", SECRET_PENDING)
        },
        failure<UnsupportedFeatureException>("a callback with a token") {
            StubServer().secretive().authorizationCodeGrant("$SECRET_CALLBACK&token=$OTHER", SECRET_PENDING)
        },
        failure<AuthorizationResponseException>("a callback with an error") {
            StubServer().secretive().authorizationCodeGrant(
                "$SECRET_CALLBACK&error=access_denied&x=$OTHER",
                SECRET_PENDING,
            )
        },
        failure<AuthorizationResponseException>("a callback with an error that repeats state and code") {
            StubServer().secretive().authorizationCodeGrant(
                "$SECRET_CALLBACK&error=access_denied&error_description=no+${KnownSecrets.STATE}+${KnownSecrets.CODE}",
                SECRET_PENDING,
            )
        },
        failure<AuthorizationResponseException>("a callback with an error that is the code") {
            StubServer().secretive().authorizationCodeGrant(
                "$SECRET_CALLBACK&error=${KnownSecrets.CODE}",
                SECRET_PENDING,
            )
        },
        failure<InvalidResponseException>("a posted callback that is no form") {
            AuthorizationCallback.formPost(SECRET_CALLBACK, "code=$OTHER", "text/plain")
        },
        failure<ValidationException>("a pending authorization of another client") {
            OpenIdClient(serverMetadata(), "other").use { it.exchange() }
        },
        failure<ValidationException>("a pending authorization that is too old") {
            StubServer().secretive { clock = Clock.offset(clock, Duration.ofDays(1)) }.exchange()
        },
        failure<IllegalArgumentException>(
            "a damaged pending authorization",
        ) { PendingAuthorization.decode("v1.$OTHER") },
        failure<IllegalArgumentException>("a pending authorization of another version") {
            PendingAuthorization.decode(SECRET_PENDING.encode().replace("v2.", OTHER))
        },
        failure<IllegalArgumentException>("a pending authorization with an unknown member") {
            PendingAuthorization.decode("v1." + base64Url("""{"$OTHER":"$OTHER"}"""))
        },
        failure<IllegalArgumentException>("a pending authorization with a bad verifier") {
            PendingAuthorization.decode(
                "v1." +
                    base64Url(
                        """{"iss":"a","client_id":"b","state":"$OTHER","created_at":1,"code_verifier":"$OTHER"}""",
                    ),
            )
        },
        failure<IllegalArgumentException>("a verifier that is too short") { Pkce(OTHER) },
    )

private val TOKEN_ENDPOINT =
    ECHO.map { secret ->
        failure<ResponseBodyException>("a token error that repeats $secret".replace("hush-", "the ")) {
            refusing(
                "invalid_grant",
                "I do not like $secret!",
            ).secretive().authorizationCodeGrant(SECRET_CALLBACK, SECRET_PENDING) {
                parameter("subject_token", KnownSecrets.ACCESS_TOKEN)
                parameter("refresh_token", KnownSecrets.REFRESH_TOKEN)
            }
        }
    } +
        listOf(
            failure<ResponseBodyException>("a token error that is the code") {
                refusing(KnownSecrets.CODE, "no").secretive().exchange()
            },
            failure<ResponseBodyException>("a refused refresh token") {
                refusing(
                    "invalid_grant",
                    "unknown ${KnownSecrets.REFRESH_TOKEN}",
                ).secretive().refreshTokenGrant(KnownSecrets.REFRESH_TOKEN)
            },
            failure<ResponseBodyException>("a wrong client secret in the header") {
                refusing("invalid_client", "not ${KnownSecrets.basicCredentials}")
                    .secretive { authentication = ClientSecretBasic(KnownSecrets.CLIENT_SECRET) }
                    .clientCredentialsGrant()
            },
            failure<ResponseBodyException>("a wrong client secret in the header, taken apart") {
                refusing("invalid_client", "not ${KnownSecrets.CLIENT_SECRET}")
                    .secretive { authentication = ClientSecretBasic(KnownSecrets.CLIENT_SECRET) }
                    .clientCredentialsGrant()
            },
            failure<WwwAuthenticateChallengeException>("a challenge of the token endpoint") {
                StubServer()
                    .answer("/token", OTHER, status = 401, headers = challenge("Basic", KnownSecrets.CODE))
                    .secretive()
                    .exchange()
            },
            failure<InvalidResponseException>("a body that is no JSON") {
                StubServer().answer("/token", OTHER).secretive().exchange()
            },
            failure<InvalidResponseException>("an error page") {
                StubServer().answer("/token", OTHER, status = 500, contentType = "text/html").secretive().exchange()
            },
            failure<InvalidResponseException>("a redirect") {
                StubServer()
                    .answer(
                        "/token",
                        "",
                        status = 302,
                        headers =
                            mapOf("Location" to "https://u:$OTHER@x/?a=$OTHER#$OTHER"),
                    ).secretive()
                    .exchange()
            },
            failure<InvalidResponseException>("a body that is too large") {
                StubServer().answer("/token", OTHER).secretive { maximumResponseSize = 3 }.exchange()
            },
            failure<InvalidResponseException>("an access token of the wrong type") {
                exchange("access_token" to JsonArray(listOf(JsonPrimitive(KnownSecrets.ACCESS_TOKEN))))
            },
            failure<InvalidResponseException>("a refresh token of the wrong type") {
                exchange("refresh_token" to json("""{"$OTHER":"$OTHER"}"""))
            },
            failure<InvalidResponseException>("a lifetime of the wrong type") {
                exchange("expires_in" to JsonPrimitive(OTHER))
            },
            failure<TransportException>("no answer in time") {
                runTest { sentBy { awaitCancellation() } }
            },
            failure<TransportException>("a broken connection") { sentBy { throw IOException("connection reset") } },
            failure<MetadataException>("a token endpoint that is not https") {
                StubServer()
                    .client(serverMetadata("token_endpoint" to JsonPrimitive("http://as.example.com/token")))
                    .exchange()
            },
            failure<IllegalArgumentException>("a parameter that the grant owns") {
                StubServer().secretive().refreshTokenGrant(
                    KnownSecrets.REFRESH_TOKEN,
                ) { parameter("refresh_token", OTHER) }
            },
        )

private val ID_TOKENS =
    listOf(
        failure<InvalidResponseException>("an ID Token that is none") {
            exchange("id_token" to JsonPrimitive("$OTHER.$OTHER.$OTHER"))
        },
        failure<InvalidResponseException>("an ID Token of two parts") {
            exchange("id_token" to JsonPrimitive("$OTHER.$OTHER"))
        },
        failure<UnsupportedFeatureException>("an encrypted ID Token") {
            exchange("id_token" to JsonPrimitive("$OTHER.a.b.c.d"))
        },
        failure<ValidationException>("a wrong nonce") { exchange(idToken("nonce" to JsonPrimitive(OTHER))) },
        failure<ValidationException>("a wrong issuer") {
            exchange(idToken("iss" to JsonPrimitive("https://evil.example.com")))
        },
        failure<ValidationException>("an expired ID Token") {
            exchange(idToken("exp" to JsonPrimitive(NOW.epochSecond - 30)))
        },
        failure<ValidationException>("a wrong at_hash") { exchange(idToken("at_hash" to JsonPrimitive(OTHER))) },
        failure<ValidationException>("a wrong algorithm") {
            exchange(
                "id_token" to
                    JsonPrimitive(TestKeys.signEc(idTokenClaims("nonce" to JsonPrimitive(KnownSecrets.NONCE)))),
            )
        },
        failure<ValidationException>("a forged signature") {
            StubServer()
                .answerTokens("id_token" to JsonPrimitive(KnownSecrets.idToken.substringBeforeLast('.') + ".AAAA"))
                .answer("/jwks", TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)))
                .secretive { nonRepudiationChecks() }
                .exchange()
        },
        failure<UnsupportedFeatureException>("a private key among the server's") {
            val key = JsonObject(TestKeys.publicJwk(TestKeys.rsa) + ("d" to JsonPrimitive(KnownSecrets.KEY)))
            StubServer()
                .answerTokens("id_token" to JsonPrimitive(KnownSecrets.idToken))
                .answer("/jwks", TestKeys.jwks(key))
                .secretive { nonRepudiationChecks() }
                .exchange()
        },
    )

private val OTHER_FAILURES =
    listOf(
        failure<WwwAuthenticateChallengeException>("UserInfo that refuses the access token") {
            StubServer()
                .answer("/userinfo", OTHER, status = 401, headers = challenge("Bearer", KnownSecrets.ACCESS_TOKEN))
                .secretive()
                .userInfo(KnownSecrets.ACCESS_TOKEN, "x")
        },
        failure<ValidationException>("UserInfo of another person") {
            StubServer()
                .answer(
                    "/userinfo",
                    """{"sub":"y","x":"$OTHER"}""",
                ).secretive()
                .userInfo(KnownSecrets.ACCESS_TOKEN, "x")
        },
        failure<InvalidResponseException>("UserInfo that is no JSON") {
            StubServer().answer("/userinfo", OTHER).secretive().userInfo(KnownSecrets.ACCESS_TOKEN, "x")
        },
        failure<IllegalArgumentException>("an access token that no header can hold") {
            StubServer().secretive().userInfo("${KnownSecrets.ACCESS_TOKEN}\n", "x")
        },
        failure<MetadataException>("an authorization endpoint that is not https") {
            StubServer()
                .client(serverMetadata("authorization_endpoint" to JsonPrimitive("http://as.example.com/authorize")))
                .authorizationUrl(Parameters.of("state" to KnownSecrets.STATE))
        },
        failure<IllegalArgumentException>("a state as any parameter") {
            StubServer().client().authorizationRequest { parameter("state", KnownSecrets.STATE) }
        },
        failure<IllegalArgumentException>("client metadata with a secret of the wrong type") {
            ClientMetadata.parse("""{"client_id":"a","client_secret":["$OTHER"]}""")
        },
        failure<IllegalArgumentException>("client metadata that is no JSON") { ClientMetadata.parse(OTHER) },
        failure<IllegalArgumentException>(
            "server metadata that is no JSON",
        ) { AuthorizationServerMetadata.parse(OTHER) },
        failure<IllegalArgumentException>("a client id beside another one's secret") {
            OpenIdClient(serverMetadata(), CLIENT_ID) {
                metadata { members(ClientMetadata.parse("""{"client_id":"b","client_secret":"$OTHER"}""")) }
            }
        },
        failure<InvalidResponseException>(
            "a parameter that comes twice",
        ) { Parameters.parse("a=$OTHER&a=$OTHER").single("a") },
    )

class SecretsAreNeverInMessagesSpec :
    FunSpec({
        for (failure in CALLBACKS + TOKEN_ENDPOINT + ID_TOKENS + OTHER_FAILURES) {
            test("no message shows a secret after ${failure.name}") {
                val thrown = shouldThrowAny { failure.provoke() }

                thrown::class shouldBe failure.expected
                shouldShowNoSecret(thrown)
            }
        }
    })
