package dev.openidclient.clientauth

import dev.openidclient.error.printable
import dev.openidclient.metadata.ClientMetadata

internal val TLS_METHODS: Set<String> = setOf("tls_client_auth", "self_signed_tls_client_auth")

private val SECRET_METHODS = setOf("client_secret_basic", "client_secret_post", "client_secret_jwt")
private val KEY_METHODS = setOf("private_key_jwt")

/**
 * Throws [IllegalArgumentException] where [authentication] is of another kind than the `token_endpoint_auth_method` for
 * which [client] is registered: by key, by certificate, by secret or none. Of an authentication of the caller's own
 * that is not known.
 */
internal fun requireRegisteredMethod(
    authentication: ClientAuthentication,
    client: ClientMetadata,
) {
    val method = client.tokenEndpointAuthMethod ?: return
    val methods = methodsOf(authentication) ?: return
    require(method in methods) {
        "client metadata \"token_endpoint_auth_method\" must be ${methods.joinToString(" or ")} " +
            "for the authentication $authentication, but is \"${printable(method)}\""
    }
}

/** The methods that [authentication] can be registered for; null: it is the caller's own. */
internal fun methodsOf(authentication: ClientAuthentication): Set<String>? =
    when (authentication) {
        is PrivateKeyJwt -> KEY_METHODS
        is TlsClientAuth -> TLS_METHODS
        is ClientSecretBasic, is ClientSecretPost, is ClientSecretJwt -> SECRET_METHODS
        is NoClientAuthentication -> setOf("none")
        else -> null
    }

/** How [authentication] authenticates, for a message: the method, or the class of a caller's own. */
internal fun shownMethod(authentication: ClientAuthentication): String =
    when (authentication) {
        is PrivateKeyJwt -> "private_key_jwt"
        is TlsClientAuth -> "tls_client_auth"
        is ClientSecretBasic -> "client_secret_basic"
        is ClientSecretPost -> "client_secret_post"
        is ClientSecretJwt -> "client_secret_jwt"
        is NoClientAuthentication -> "none"
        is ClientAssertion -> "a client assertion of another party"
        else -> printable(authentication.javaClass.name)
    }

/**
 * Throws [IllegalArgumentException] where [client] is registered for a method that needs more than is known of it: a
 * key, which only the settings can name, or a secret.
 */
internal fun requireCredentials(client: ClientMetadata) {
    val method = client.tokenEndpointAuthMethod
    require(method !in KEY_METHODS) {
        "token_endpoint_auth_method private_key_jwt needs settings { authentication = PrivateKeyJwt(key) }"
    }
    require(method !in SECRET_METHODS || client.clientSecret != null) {
        "token_endpoint_auth_method $method needs a \"client_secret\", but there is none"
    }
}
