package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey

/** `private_key_jwt`: no secret leaves the machine. The server has the public key, by `jwks` or `jwks_uri`. */
suspend fun clientWithPem(
    issuer: String,
    clientId: String,
    pem: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        // PKCS#8, not encrypted. An RSA key does not tell its algorithm: the one that is registered.
        authentication = PrivateKeyJwt(SigningKey.fromPem(pem, JwsAlgorithm.PS256))
    }

/** The same with a JWK, whose `kid` and `alg` go into the header. */
suspend fun clientWithJwk(
    issuer: String,
    clientId: String,
    jwk: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = PrivateKeyJwt(SigningKey.fromJwk(jwk)) }

/** `client_secret_jwt`: the secret signs (HMAC) and is not sent; both sides still have it. */
suspend fun clientWithSecretJwt(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretJwt(secret) }
