package dev.openidclient.samples.springbootkotlin

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import kotlinx.coroutines.runBlocking
import org.springframework.beans.factory.annotation.Value
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration

// region client

/** The client of the application, made when it starts. */
@Configuration(proxyBeanMethods = false)
class OpenIdClientConfiguration {
    @Bean(destroyMethod = "close") // its engine ends with the application
    fun openIdClient(
        @Value("\${openid.issuer}") issuer: String,
        @Value("\${openid.client-id}") clientId: String,
        @Value("\${openid.client-secret}") clientSecret: String,
    ): OpenIdClient =
        runBlocking {
            OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretBasic(clientSecret) }
        }
}
// endregion
