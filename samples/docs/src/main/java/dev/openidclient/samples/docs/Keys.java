package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.CryptoProvider;
import dev.openidclient.jose.DecryptionKey;
import dev.openidclient.jose.JwkSet;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

public final class Keys {
    private Keys() {}

    /** The public half of what is registered, as the text of a JWK Set. */
    public static String registeredKeys(String signingPem, String decryptingPem, char[] password) {
        // region read
        var signing = SigningKey.fromPem(signingPem, JwsAlgorithm.ES256, "sig-2026-11");
        var decrypting = DecryptionKey.fromPem(decryptingPem, "RSA-OAEP-256", "enc-2026-11", password);
        var jwks = JwkSet.of(signing.getPublicJwk(), decrypting.getPublicJwk()); // to register, or to serve at jwks_uri
        var text = jwks.getJson().toString();
        // endregion
        return text;
    }

    /** A key that stays in a token. */
    public static SigningKey keyOfToken(Provider provider, char[] pin) throws GeneralSecurityException, IOException {
        // region hsm
        var token = KeyStore.getInstance("PKCS11", provider);
        token.load(null, pin);
        var privateKey = (PrivateKey) token.getKey("client-key", null); // a handle: the key stays in the token
        var publicKey = token.getCertificate("client-key").getPublicKey();
        var key = SigningKey.fromKeyPair(new KeyPair(publicKey, privateKey), JwsAlgorithm.ES256, "hsm-2026-11");
        // endregion
        return key;
    }

    /** A client of which the server may still know the earlier decryption key. */
    public static CompletableFuture<AsyncOpenIdClient> clientInRotation(
            String issuer,
            String clientId,
            SigningKey newSigning,
            DecryptionKey newDecrypting,
            DecryptionKey oldDecrypting) {
        // region rotate
        var client = AsyncOpenIdClient.discover(
                issuer,
                clientId,
                settings -> settings.authentication(new PrivateKeyJwt(newSigning))
                        .decryption(List.of(newDecrypting, oldDecrypting)));
        // endregion
        return client;
    }

    /** Once, when the program starts. */
    public static void chooseProvider(Provider provider, Logger log) {
        // region provider
        CryptoProvider.use(provider); // at the start of the program, before there are keys
        log.info("cryptography by {}", CryptoProvider.getName());
        // endregion
    }
}
