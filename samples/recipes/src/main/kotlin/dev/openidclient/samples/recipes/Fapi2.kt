package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey

/** FAPI 2.0 Security Profile, with DPoP: what contradicts it is refused, here or when it happens. */
suspend fun fapi2Client(
    issuer: String,
    clientId: String,
    key: SigningKey,
): OpenIdClient =
    OpenIdClient
        .discover(issuer, clientId) {
            fapi2Security()
            authentication = PrivateKeyJwt(key) // PS256, ES256 or Ed25519
            metadata { idTokenSignedResponseAlg("PS256") } // as it is registered
        }.withDpop(Dpop(SigningKey.generate("ES256")))

/** FAPI 2.0 Message Signing: requests and responses are signed too, to be proved later. */
suspend fun fapi2MessageSigningClient(
    issuer: String,
    clientId: String,
    key: SigningKey,
): OpenIdClient =
    OpenIdClient
        .discover(issuer, clientId) {
            fapi2MessageSigning()
            authentication = PrivateKeyJwt(key)
            metadata { idTokenSignedResponseAlg("PS256").authorizationSignedResponseAlg("PS256") }
        }.withDpop(Dpop(SigningKey.generate("ES256")))

/** A request that was not pushed has no `url` under the profile. With message signing, it is signed first. */
suspend fun beginFapi2SignIn(
    client: OpenIdClient,
    messageSigningKey: SigningKey? = null,
): AuthorizationRequest {
    val request = client.authorizationRequest { redirectUri("https://rp.example.com/callback").scope("openid") }
    return client.push(messageSigningKey?.let { client.sign(request, it) } ?: request)
}
