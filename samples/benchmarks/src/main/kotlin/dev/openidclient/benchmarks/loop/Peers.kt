package dev.openidclient.benchmarks.loop

import com.nimbusds.oauth2.sdk.AccessTokenResponse
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant
import com.nimbusds.oauth2.sdk.Scope
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic
import com.nimbusds.oauth2.sdk.auth.Secret
import com.nimbusds.oauth2.sdk.id.ClientID
import org.springframework.http.client.JdkClientHttpRequestFactory
import org.springframework.http.converter.FormHttpMessageConverter
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler
import org.springframework.security.oauth2.client.registration.ClientRegistration
import org.springframework.security.oauth2.core.AuthorizationGrantType
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter
import org.springframework.web.client.RestClient
import java.net.http.HttpClient
import java.time.Duration
import com.nimbusds.oauth2.sdk.TokenRequest as NimbusRequest

/** The client credentials grant with the Nimbus SDK, on its `HttpURLConnection`. */
internal fun nimbusClientCredentials(
    stub: StubProcess,
    scheme: String,
    client: SigningAlgorithm,
): () -> String {
    val endpoint = stub.tokenEndpoint(scheme)
    val authentication = ClientSecretBasic(ClientID(client.clientId), Secret(stub.address.clientSecret))
    val timeout = Duration.ofSeconds(TokenRequest.TIMEOUT_SECONDS).toMillis().toInt()
    // one for all: connections are kept for the factory that made them
    val sockets = stub.sslContext.socketFactory.takeIf { scheme == "https" }
    return {
        val request =
            NimbusRequest.Builder(endpoint, authentication, ClientCredentialsGrant()).scope(Scope(StubEndpoints.SCOPE))
        val http = request.build().toHTTPRequest()
        http.connectTimeout = timeout
        http.readTimeout = timeout
        sockets?.let { http.sslSocketFactory = it }
        AccessTokenResponse.parse(http.send()).tokens.accessToken.value
    }
}

/** The client credentials grant with Spring Security, on the JDK's client, as where there is no other. */
internal fun springClientCredentials(
    stub: StubProcess,
    scheme: String,
    client: SigningAlgorithm,
    http: HttpClient,
): () -> String {
    val factory =
        JdkClientHttpRequestFactory(http).apply {
            setReadTimeout(Duration.ofSeconds(TokenRequest.TIMEOUT_SECONDS))
        }
    val tokens = RestClientClientCredentialsTokenResponseClient()
    tokens.setRestClient(
        RestClient
            .builder()
            .requestFactory(factory)
            .configureMessageConverters { converters ->
                converters.disableDefaults()
                converters.addCustomConverter(FormHttpMessageConverter())
                converters.addCustomConverter(OAuth2AccessTokenResponseHttpMessageConverter())
            }.defaultStatusHandler(OAuth2ErrorResponseErrorHandler())
            .build(),
    )
    val registration =
        ClientRegistration
            .withRegistrationId("benchmark")
            .tokenUri("${stub.tokenEndpoint(scheme)}")
            .clientId(client.clientId)
            .clientSecret(stub.address.clientSecret)
            .scope(StubEndpoints.SCOPE)
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .build()
    return { tokens.getTokenResponse(OAuth2ClientCredentialsGrantRequest(registration)).accessToken.tokenValue }
}
