package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import org.slf4j.Logger
import java.security.KeyPair
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Provider

/** The public half of what is registered, as the text of a JWK Set. */
fun registeredKeys(
    signingPem: String,
    decryptingPem: String,
    password: CharArray,
): String {
    // region read
    val signing = SigningKey.fromPem(signingPem, keyId = "sig-2026-11")
    val decrypting = DecryptionKey.fromPem(decryptingPem, "RSA-OAEP-256", "enc-2026-11", password)
    val jwks = JwkSet.of(signing.publicJwk, decrypting.publicJwk) // to register, or to serve at jwks_uri
    val text = jwks.json.toString()
    // endregion
    return text
}

/** A key that stays in a token. */
fun keyOfToken(
    provider: Provider,
    pin: CharArray,
): SigningKey {
    // region hsm
    val token = KeyStore.getInstance("PKCS11", provider).apply { load(null, pin) }
    val private = token.getKey("client-key", null) as PrivateKey // a handle: the key stays in the token
    val public = token.getCertificate("client-key").publicKey
    val key = SigningKey.fromKeyPair(KeyPair(public, private), JwsAlgorithm.ES256, "hsm-2026-11")
    // endregion
    return key
}

/** A client of which the server may still know the earlier decryption key. */
suspend fun clientInRotation(
    issuer: String,
    clientId: String,
    newSigning: SigningKey,
    newDecrypting: DecryptionKey,
    oldDecrypting: DecryptionKey,
): OpenIdClient {
    // region rotate
    val client =
        OpenIdClient.discover(issuer, clientId) {
            authentication = PrivateKeyJwt(newSigning)
            decryption(listOf(newDecrypting, oldDecrypting))
        }
    // endregion
    return client
}

/** Once, when the program starts. */
fun chooseProvider(
    provider: Provider,
    log: Logger,
) {
    // region provider
    CryptoProvider.use(provider) // at the start of the program, before there are keys
    log.info("cryptography by {}", CryptoProvider.name)
    // endregion
}
