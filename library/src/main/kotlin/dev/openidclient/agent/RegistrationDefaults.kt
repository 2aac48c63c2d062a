package dev.openidclient.agent

import dev.openidclient.clientauth.methodsOf
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.registration.GRANT_TYPES
import dev.openidclient.registration.REDIRECT_URIS
import dev.openidclient.registration.RegistrationBuilder

private const val METHOD = "token_endpoint_auth_method"
internal const val APPLICATION_TYPE = "application_type"

/** What a client can do without a key of its own, the simplest first. */
private val METHODS = listOf("none", "client_secret_basic", "client_secret_post")

/**
 * [builder] with what it did not name of a client that uses [redirectUri] at [server]. Throws [IllegalArgumentException]
 * where what it named contradicts that, [MetadataException] where the server takes no client without a key.
 */
internal fun completed(
    builder: RegistrationBuilder,
    server: AuthorizationServerMetadata,
    redirectUri: String,
): RegistrationBuilder {
    val named = namedRedirectUris(builder)
    named?.let { requireAmong(redirectUri, it, "register { }") }
    val redirectUris = named ?: listOf(redirectUri)
    if (REDIRECT_URIS !in builder.names) builder.redirectUris(redirectUri)
    if (GRANT_TYPES !in builder.names) builder.grantTypes("authorization_code", "refresh_token")
    // what the settings choose is said by them
    if ("response_types" !in builder.names && builder.clientSettings().chosenResponseType in setOf(null, "code")) {
        builder.responseTypes("code")
    }
    if (APPLICATION_TYPE !in builder.names) builder.applicationType(applicationType(redirectUris))
    if (METHOD !in builder.names) methodFor(builder, server, redirectUris)?.let(builder::tokenEndpointAuthMethod)
    return builder
}

/** Null: the program authenticates in a way of its own, which has no name here. */
private fun methodFor(
    builder: RegistrationBuilder,
    server: AuthorizationServerMetadata,
    redirectUris: List<String>,
): String? {
    val own = builder.clientSettings().authentication
    if (own != null) return methodsOf(own)?.first()
    val listed = server.tokenEndpointAuthMethodsSupported
    if (listed == null) return if (redirectUris.all(::isLoopback)) METHODS.first() else "client_secret_basic"
    return METHODS.firstOrNull { it in listed }
        ?: throw MetadataException(
            ErrorCode.CLIENT_NOT_REGISTERED,
            "no client can be registered at ${printable(server.issuer)} without a key: of the methods to " +
                "authenticate it lists ${printable(listed.toString())} alone; say " +
                "tokenEndpointAuthMethod(\"private_key_jwt\").jwks(…) and " +
                "settings { authentication = PrivateKeyJwt(key) } in register { }",
        ).retold(reached = Reached.NO)
}
