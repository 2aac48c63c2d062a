package dev.openidclient

import dev.openidclient.agent.AssertionRequest
import dev.openidclient.agent.ClientIdentities
import dev.openidclient.agent.ClientIdentitiesSettings
import dev.openidclient.agent.IdentityAssertion
import dev.openidclient.agent.InteractiveTokens
import dev.openidclient.agent.InteractiveTokensSettings
import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.ClaimRequest
import dev.openidclient.authorization.ClaimsRequest
import dev.openidclient.authorization.InitiatedLogin
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.RequestObjectByReference
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.ciba.BackchannelAuthenticationBuilder
import dev.openidclient.ciba.BackchannelAuthenticationResponse
import dev.openidclient.ciba.PingNotification
import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.AuthorizationDetailBuilder
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionSettings
import dev.openidclient.client.DiscoveryState
import dev.openidclient.client.Fapi2MessageSigning
import dev.openidclient.client.IssuerSearchSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.RegistrySettings
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.ServerDiscoverySettings
import dev.openidclient.clientauth.Audience
import dev.openidclient.clientauth.ClientAssertion
import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.device.DeviceAuthorization
import dev.openidclient.device.DeviceAuthorizationBuilder
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnacceptedTokens
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.event.EventSource
import dev.openidclient.event.FailureClass
import dev.openidclient.event.Operation
import dev.openidclient.event.Outcome
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.ServedState
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.EngineSettings
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.http.ProxySettings
import dev.openidclient.http.TlsSettings
import dev.openidclient.http.TransportFailures
import dev.openidclient.http.WwwAuthenticate
import dev.openidclient.jose.Assertion
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.logout.EndSessionBuilder
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.LogoutTokenChecks
import dev.openidclient.loopback.LoopbackHost
import dev.openidclient.loopback.LoopbackRedirect
import dev.openidclient.loopback.LoopbackRedirectSettings
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ClientMetadataBuilder
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.metadata.MtlsEndpointAliases
import dev.openidclient.metadata.ProtectedResourceMetadata
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.ClientIdMetadataDocumentBuilder
import dev.openidclient.registration.ClientRegistration
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.resource.ChallengedRequest
import dev.openidclient.resource.ProtectedResource
import dev.openidclient.resource.ProtectedResourceSettings
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAccessSettings
import dev.openidclient.resource.ResourceRequestBuilder
import dev.openidclient.resource.Verdict
import dev.openidclient.resourceserver.ApiWorld
import dev.openidclient.resourceserver.ClientCertificate
import dev.openidclient.resourceserver.DpopSettings
import dev.openidclient.resourceserver.IssuerSettings
import dev.openidclient.resourceserver.RESOURCE
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.resourceserver.ResourceServerSettings
import dev.openidclient.resourceserver.accessToken
import dev.openidclient.resourceserver.bearer
import dev.openidclient.signin.BegunSignIn
import dev.openidclient.signin.CompletedSignIn
import dev.openidclient.signin.PendingAuthorizations
import dev.openidclient.signin.PendingAuthorizationsSettings
import dev.openidclient.signin.SignIn
import dev.openidclient.signin.SignInCookie
import dev.openidclient.signin.SignInSettings
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.KnownSecrets
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.moduleDirectory
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.Address
import dev.openidclient.token.ClaimSource
import dev.openidclient.token.Confirmation
import dev.openidclient.token.IdTokenClaims
import dev.openidclient.token.IntrospectionResponse
import dev.openidclient.token.JwtClaims
import dev.openidclient.token.LogoutToken
import dev.openidclient.token.Poll
import dev.openidclient.token.TokenQueryBuilder
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenType
import dev.openidclient.token.grant
import dev.openidclient.tokensource.ClientCredentialsSettings
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.CustomTokensSettings
import dev.openidclient.tokensource.ExchangeSettings
import dev.openidclient.tokensource.ExchangedTokens
import dev.openidclient.tokensource.OnStoreOutage
import dev.openidclient.tokensource.SubjectBuilder
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokensource.UserTokensSettings
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.userinfo.UserInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.lang.reflect.Modifier
import java.time.Duration
import java.time.Instant
import kotlin.io.path.extension
import kotlin.io.path.pathString
import kotlin.io.path.relativeTo
import kotlin.io.path.walk
import kotlin.reflect.KClass
import kotlin.reflect.KVisibility

private const val OTHER = KnownSecrets.OTHER
private val SECRET_JSON = jsonObject("""{"sub":"x","unknown":"$OTHER","nested":{"unknown":["$OTHER"]}}""")
private val SECRET_PARAMETERS =
    Parameters.of(
        "code" to KnownSecrets.CODE,
        "client_secret" to KnownSecrets.CLIENT_SECRET,
    )
private val SECRET_HEADERS =
    HttpHeaders.of(
        "authorization" to "Bearer $OTHER",
        "dpop" to OTHER,
        "set-cookie" to OTHER,
        "x" to OTHER,
    )
private val CLIENT_METADATA =
    """{"client_id":"$CLIENT_ID","client_secret":"${KnownSecrets.CLIENT_SECRET}","registration_access_token":"$OTHER"}"""

/** A key whose private member is [PRIVATE_MEMBER]. */
private val SIGNING_KEY = SigningKey.fromJwk(TestKeys.ec.toJSONString(), JwsAlgorithm.ES256)
private val PRIVATE_MEMBER = TestKeys.ec.d.toString()

/** One or more instances of every public class that can hold a secret. */
private val SECRETIVE_CHALLENGE = WwwAuthenticateChallenge("bearer", mapOf("realm" to OTHER), OTHER)

private val HOLDERS: List<suspend () -> Any> =
    listOf(
        { AuthorizationResponseException("access_denied", null, null, SECRET_PARAMETERS.toMap()) },
        { ResponseBodyException(400, "invalid_grant", null, SECRET_JSON) },
        {
            AuthorizationRequiredException(
                "a person must agree",
                "$ISSUER/a?state=${KnownSecrets.CODE}",
                KnownSecrets.CODE,
            )
        },
        { McpAccess("https://mcp.example.com/mcp") { clientCredentials().register() } },
        { InteractiveTokens("https://mcp.example.com/mcp") { clientCredentials().register() } },
        { ClientCredentialsTokens(StubServer().client()) { name = "orders" } },
        { ClientCredentialsSettings() },
        {
            ProtectedResource(
                "https://api.example.com?key=$OTHER",
                ProtectedResourceMetadata.parse("""{"resource":"https://api.example.com?key=$OTHER"}"""),
                null,
                ProtectedResourceSettings().rules(),
                ProtectedResourceSettings().way(),
            )
        },
        { AccessChallenge.TokenRequired(SECRETIVE_CHALLENGE) },
        { AccessChallenge.TokenRefused(SECRETIVE_CHALLENGE) },
        { AccessChallenge.StepUp(SECRETIVE_CHALLENGE) },
        { AccessChallenge.MoreScopes(SECRETIVE_CHALLENGE) },
        { UserTokens(StubServer().client()).apply { put(OTHER, tokens()) } },
        { UserTokensSettings() },
        { ExchangedTokens.tokenExchange(StubServer().client()) { parameter("x", OTHER) } },
        { ExchangeSettings().parameter("x", OTHER) },
        { SubjectBuilder().actorToken(KnownSecrets.ACCESS_TOKEN) },
        { TokenSource.of { tokens() }.apply { token() } },
        { CustomTokensSettings() },
        { StoredEntry(1, OTHER) },
        { SignIn(StubServer().client(), signInSettings()) },
        { signInSettings() },
        { signInCookie() },
        { BegunSignIn("$ISSUER/authorize?state=${KnownSecrets.STATE}", listOf(signInCookie())) },
        { CompletedSignIn(tokens(), "/x?$OTHER", listOf(signInCookie())) },
        { PendingAuthorizations(InMemoryTokenStore()).apply { begin(authorizationRequest()) } },
        { InMemoryTokenStore().apply { put(OTHER, OTHER, Duration.ofDays(1)) } },
        { InMemoryReplayCache().apply { register(OTHER, Instant.MAX) } },
        { LogoutToken(SECRET_JSON) },
        @OptIn(DraftSpecification::class) { IdentityAssertion(OTHER, ISSUER, NOW, OTHER) },
        { LogoutRequest.read(Parameters.of("logout_token" to OTHER)) },
        { InitiatedLogin.parse(Parameters.of("iss" to "x", "login_hint" to OTHER), listOf("x")) { false } },
        { UnacceptedTokens(KnownSecrets.ACCESS_TOKEN, KnownSecrets.REFRESH_TOKEN) },
        { RegistrationException("a client is registered", jsonObject(CLIENT_METADATA)) },
        { WwwAuthenticateChallenge("bearer", mapOf("nonce" to OTHER, "realm" to OTHER), token68 = OTHER) },
        { WwwAuthenticateChallengeException(401, emptyList(), SECRET_HEADERS.toMap(), OTHER.encodeToByteArray()) },
        { SECRET_PARAMETERS },
        { SECRET_HEADERS },
        { HttpBody.form(SECRET_PARAMETERS) },
        { HttpBody.json(SECRET_JSON.toString()) },
        { HttpBody.text("text/plain", OTHER) },
        { HttpBody.bytes("text/plain", OTHER.encodeToByteArray()) },
        { HttpRequest("POST", "$ISSUER/token?code=$OTHER", SECRET_HEADERS, HttpBody.form(SECRET_PARAMETERS)) },
        { HttpResponse(200, SECRET_HEADERS, OTHER.encodeToByteArray()) },
        { StubServer().transport },
        { Jwk(jsonObject("""{"kty":"RSA","n":"x","d":"${KnownSecrets.KEY}","k":"${KnownSecrets.KEY}"}""")) },
        { JwkSet(jsonObject("""{"keys":[{"kty":"oct","k":"${KnownSecrets.KEY}"}],"unknown":"$OTHER"}""")) },
        { ClientMetadata.parse(CLIENT_METADATA) },
        { ClientMetadataBuilder().clientSecret(KnownSecrets.CLIENT_SECRET) },
        { ClientSecretBasic(KnownSecrets.CLIENT_SECRET) },
        { ClientSecretPost(KnownSecrets.CLIENT_SECRET) },
        { clientAuthenticationRequest() },
        { ClientSettings().clientSecret(KnownSecrets.CLIENT_SECRET) },
        { ConnectionSettings().proxy { credentials(OTHER, OTHER) } },
        { Connection.open { transport = StubServer().transport } },
        { StubServer().client { clientSecret(KnownSecrets.CLIENT_SECRET) } },
        { authorizationRequest() },
        { AuthorizationRequestBuilder(ResponseKind.CODE).state(KnownSecrets.STATE).idTokenHint(OTHER) },
        { AuthorizationCallback.url("$REDIRECT_URI?code=${KnownSecrets.CODE}#$OTHER") },
        { AuthorizationCallback.formPost("/cb?x=$OTHER", SECRET_PARAMETERS) },
        { AuthorizationCallback.parameters(SECRET_PARAMETERS) },
        { authorizationCodeChecks() },
        {
            pendingAuthorization(
                state = KnownSecrets.STATE,
                nonce = KnownSecrets.NONCE,
                codeVerifier = KnownSecrets.CODE_VERIFIER,
            )
        },
        { RequestObjectByReference(authorizationRequest(), "https://rp.example.com/1?$OTHER", OTHER) },
        { ClaimsRequest().userinfo("sub") { value(OTHER) } },
        { ClaimRequest().value(OTHER) },
        { ClaimSource(setOf("a"), OTHER, null, null) },
        { ClaimSource(setOf("a"), null, "https://api.example.com/claims?$OTHER", OTHER) },
        { pingNotification() },
        { Pkce(KnownSecrets.CODE_VERIFIER) },
        { TokenRequestBuilder(emptySet()).parameter("assertion", OTHER) },
        { tokens() },
        {
            JwtClaims(jsonObject("""{"iss":"$ISSUER","sub":"$OTHER","jti":"$OTHER","unknown":"$OTHER"}"""))
        },
        {
            IdTokenClaims(
                idTokenClaims("nonce" to JsonPrimitive(KnownSecrets.NONCE), "sid" to JsonPrimitive(OTHER)),
                OTHER,
            )
        },
        { Address(SECRET_JSON) },
        { Confirmation(SECRET_JSON) },
        { UserInfo(SECRET_JSON) },
        { EndSessionBuilder().idTokenHint(KnownSecrets.idToken).state(KnownSecrets.STATE) },
        { TokenQueryBuilder().parameter("x", OTHER) },
        { IntrospectionResponse(SECRET_JSON) },
        { Poll.Failed(ResponseBodyException(503, OTHER, OTHER, SECRET_JSON), Duration.ZERO) },
        { Poll.Granted(tokens()) },
        { AuthorizationDetail("payment") { member("creditorAccount", OTHER) } },
        { AuthorizationDetailBuilder("payment").member("creditorAccount", OTHER) },
        { DeviceAuthorizationBuilder().parameter("x", OTHER) },
        { DeviceAuthorization(SECRET_JSON, OTHER, OTHER, "https://x", OTHER, Duration.ZERO, null) },
        { BackchannelAuthenticationBuilder().idTokenHint(OTHER).userCode(OTHER).clientNotificationToken(OTHER) },
        { BackchannelAuthenticationResponse(SECRET_JSON, OTHER, Duration.ZERO, null) },
        { ClientSecretJwt(KnownSecrets.CLIENT_SECRET) },
        { PrivateKeyJwt(SIGNING_KEY) },
        { ClientAssertion.from { OTHER } },
        { certifiedKey() },
        { ClientEntry(CLIENT_ID) { clientSecret(KnownSecrets.CLIENT_SECRET) } },
        { ClientRegistry { find { null } } },
        { RegistrySettings().proxy { credentials(OTHER, OTHER) } },
        { OpenIdClient.lazily(ISSUER, CLIENT_ID) { clientSecret(KnownSecrets.CLIENT_SECRET) } },
        { Dpop(SIGNING_KEY) },
        { Assertion(mutableMapOf(), mutableMapOf()).header("kid", OTHER).claim("jti", OTHER) },
        { TlsSettings() },
        { ProxySettings().url("http://proxy.example.com").credentials(OTHER, OTHER) },
        { EngineSettings().proxy { credentials(OTHER, OTHER) } },
        { ClientIdentities(clientIdentities()) },
        { ClientIdentitiesSettings().apply(clientIdentities()) },
        { ClientIdMetadataDocumentBuilder().member("x", OTHER) },
        { RegistrationBuilder().member("software_statement", OTHER).apply { initialAccessToken = OTHER } },
        { ClientRegistration("$ISSUER/register?token=$OTHER", OTHER) },
        { StoreKey("k", OTHER.padEnd(32, 'x').take(32).encodeToByteArray()) },
        { ResourceRequest("GET", "https://api.example.com/orders?token=$OTHER", SECRET_HEADERS) },
        { RequestRefusedException(401, "use_dpop_nonce", mapOf("dpop-nonce" to listOf(OTHER)), "refused") },
        { DpopSettings().nonceSecrets(OTHER.padEnd(32).encodeToByteArray()) },
        { resourceServer() },
        { ResourceServerSettings().apply(resourceServerSettings()) },
        { IssuerSettings().introspection(CLIENT_ID, ClientSecretBasic(KnownSecrets.CLIENT_SECRET)) },
        { ApiWorld().api().authorize(bearer(accessToken("unknown" to JsonPrimitive(OTHER)))) },
        { resourceAccess() },
        { checkNotNull(resourceAccess().authorize("GET", "https://api.example.com/$OTHER?$OTHER")) },
        { LoopbackRedirect {}.apply { close() } },
        { LoopbackRedirectSettings().completionPage(OTHER).completionRedirect("https://app.example.com/$OTHER") },
        { ResourceRequestBuilder().header("x", OTHER).apply { body = HttpBody.text("text/plain", OTHER) } },
    )

/** The public classes that hold no secret: values of an enumeration, public documents, and exceptions of a message alone. */
@OptIn(DraftSpecification::class)
private val WITHOUT_SECRETS: Set<KClass<*>> =
    setOf(
        AssertionRequest::class,
        ChallengedRequest::class,
        InteractiveTokensSettings::class,
        ProtectedResourceMetadata::class,
        ProtectedResourceSettings::class,
        ServerDiscoverySettings::class,
        IssuerSearchSettings::class,
        Audience::class,
        AuthorizationServerMetadata::class,
        ClientCertificate::class,
        ClientIdMetadataDocument::class,
        DecryptionException::class,
        DiscoveryAlgorithm::class,
        ErrorCode::class,
        EventSource::class,
        FailureClass::class,
        Fapi2MessageSigning::class,
        HttpEngine::class,
        InvalidResponseException::class,
        CryptoProvider::class,
        JwsAlgorithm::class,
        MetadataException::class,
        MtlsEndpointAliases::class,
        NoClientAuthentication::class,
        Operation::class,
        Outcome::class,
        Poll.Pending::class,
        Reached::class,
        ResourceAccessSettings::class,
        ServedFrom::class,
        ServedState::class,
        PendingAuthorizationsSettings::class,
        TlsClientAuth::class,
        TokenEvent.Evicted::class,
        TokenEvent.InDoubt::class,
        TokenEvent.Invalidated::class,
        DiscoveryState.Failing::class,
        DiscoveryState.Fresh::class,
        DiscoveryState.Stale::class,
        DiscoveryState.Unused::class,
        TokenEvent.MetadataFailed::class,
        TokenEvent.MetadataRefused::class,
        TokenEvent.Obtained::class,
        TokenEvent.RefreshFailed::class,
        TokenEvent.Resent::class,
        TokenEvent.Served::class,
        TokenEvent.SignInRequired::class,
        TokenEvent.StoreFailed::class,
        TokenEvent.StoreWriteFailed::class,
        Lease.Acquired::class,
        Lease.Changed::class,
        Lease.Gone::class,
        Lease.Held::class,
        LogoutAnswer::class,
        LoopbackHost::class,
        LogoutTokenChecks::class,
        OnStoreOutage::class,
        ReplayCacheException::class,
        TokenSourceException::class,
        TokenState.Expired::class,
        TokenState.Failing::class,
        TokenState.Fresh::class,
        TokenState.Stale::class,
        TokenState.Unused::class,
        TokenType::class,
        TransportException::class,
        TransportFailures::class,
        UnsupportedFeatureException::class,
        ValidationException::class,
        ValidationSubject::class,
        Verdict::class,
        WwwAuthenticate::class,
    )

private fun resourceServerSettings(): ResourceServerSettings.() -> Unit =
    {
        issuer(ISSUER) { introspection(CLIENT_ID, ClientSecretBasic(KnownSecrets.CLIENT_SECRET)) }
        dpop { nonceSecrets(OTHER.padEnd(32).encodeToByteArray()) }
    }

private fun clientIdentities(): ClientIdentitiesSettings.() -> Unit =
    {
        registered(ISSUER, CLIENT_ID) { clientSecret(KnownSecrets.CLIENT_SECRET) }
        register()
    }

private fun resourceServer() = ResourceServer(RESOURCE, resourceServerSettings())

private fun resourceAccess() =
    ResourceAccess(StubServer().client(), TokenSource.of { tokens() }) { allow("https://api.example.com") }

private fun clientAuthenticationRequest() =
    ClientAuthenticationRequest(
        serverMetadata(),
        ClientMetadata.parse(CLIENT_METADATA),
        "$ISSUER/token",
        NOW,
        SECRET_PARAMETERS,
    ).header("authorization", "Basic $OTHER")

private fun authorizationRequest() =
    StubServer().client().authorizationRequest {
        state(KnownSecrets.STATE)
        nonce(KnownSecrets.NONCE)
        loginHint(OTHER)
    }

private fun certifiedKey() =
    Certificates.keyStore("certified", "EC").let {
        val pem = Certificates.certificatePem(it)
        SigningKey.fromPem(Certificates.privateKeyPem(it) + pem).withCertificates(pem).includeChain()
    }

private fun pingNotification(): PingNotification {
    val headers = HttpHeaders.received(mapOf("authorization" to listOf("Bearer x")))
    return PingNotification.read(headers, """{"auth_req_id":"$OTHER"}""", "x")
}

private fun signInSettings() = SignInSettings().redirectUri(REDIRECT_URI).signRequests(SIGNING_KEY)

private fun signInCookie() = SignInCookie("__Host-signin-x", OTHER, Duration.ZERO, isSecure = true, sameSite = "Lax")

private fun authorizationCodeChecks() =
    AuthorizationCodeChecks {
        expectedState = KnownSecrets.STATE
        expectedNonce = KnownSecrets.NONCE
        pkceCodeVerifier = KnownSecrets.CODE_VERIFIER
    }

private suspend fun tokens() =
    StubServer()
        .answerTokens(
            "access_token" to JsonPrimitive(KnownSecrets.ACCESS_TOKEN),
            "refresh_token" to JsonPrimitive(KnownSecrets.REFRESH_TOKEN),
            "id_token" to JsonPrimitive(KnownSecrets.idToken),
            "unknown" to JsonPrimitive(OTHER),
        ).client()
        .grant("urn:x")

/** The classes of the library that others can have an instance of. */
private fun publicClasses(): List<KClass<*>> {
    val classes = moduleDirectory.resolve("target/classes")
    return classes
        .walk()
        .filter { it.extension == "class" && it.fileName.pathString != "module-info.class" }
        .map { it.relativeTo(classes).pathString.removeSuffix(".class").replace('/', '.') }
        .map { Class.forName(it, false, OpenIdClient::class.java.classLoader) }
        .filter { it.getAnnotation(Metadata::class.java)?.kind == CLASS_KIND && !Modifier.isAbstract(it.modifiers) }
        .filter { type -> generateSequence(type, Class<*>::getDeclaringClass).all(::isPublic) }
        .map { it.kotlin }
        .filterNot { it.isCompanion }
        .toList()
}

private fun isPublic(type: Class<*>): Boolean = type.kotlin.visibility == KVisibility.PUBLIC

/** [Metadata.kind] of a class, as against the holder of a file's functions, or a lambda. */
private const val CLASS_KIND = 1

class SecretsAreNeverShownSpec :
    FunSpec({
        context("toString shows no secret") {
            for ((index, holder) in HOLDERS.withIndex()) {
                val instance = holder()
                test("${index + 1}: ${instance::class.simpleName}") {
                    shouldShowNoSecret(instance.toString())
                    instance.toString() shouldNotContain PRIVATE_MEMBER
                }
            }
        }

        test("every public class is tried above or known to hold none") {
            val tried = HOLDERS.map { it()::class }

            publicClasses() shouldContainExactlyInAnyOrder (tried + WITHOUT_SECRETS).distinct()
            tried.intersect(WITHOUT_SECRETS).shouldBeEmpty()
        }

        test("a secret that is shown is found, in any form") {
            val secrets = listOf(KnownSecrets.CODE, "a $OTHER b", KnownSecrets.idToken, KnownSecrets.basicCredentials)

            for (secret in secrets) {
                shouldThrow<AssertionError> { shouldShowNoSecret(secret) }
                shouldThrow<AssertionError> { shouldShowNoSecret(IllegalStateException("x", RuntimeException(secret))) }
                shouldThrow<AssertionError> {
                    shouldShowNoSecret(IllegalStateException("x").apply { addSuppressed(RuntimeException(secret)) })
                }
            }
        }
    })
