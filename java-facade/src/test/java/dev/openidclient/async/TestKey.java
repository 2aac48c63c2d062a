package dev.openidclient.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.SigningKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** An ES256 key that signs and verifies by the JCA alone. */
final class TestKey {
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    private final KeyPair keyPair;

    TestKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keyPair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    SigningKey signingKey() {
        return SigningKey.fromKeyPair(keyPair);
    }

    Jwk publicJwk() {
        return signingKey().getPublicJwk();
    }

    /** What a JWKS endpoint answers. */
    String jwks() {
        return "{\"keys\":[" + publicJwk().getJson() + "]}";
    }

    byte[] sign(byte[] bytes) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keyPair.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String jwt(String claims) {
        return signed("{\"alg\":\"ES256\"}", claims);
    }

    String jwt(String claims, String typ) {
        return signed("{\"alg\":\"ES256\",\"typ\":\"" + typ + "\"}", claims);
    }

    private String signed(String header, String claims) {
        String input = StubServer.encoded(header) + "." + StubServer.encoded(claims);
        return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sign(input.getBytes(UTF_8)));
    }

    boolean verifies(String jwt) throws GeneralSecurityException {
        int end = jwt.lastIndexOf('.');
        var signature = Signature.getInstance(ALGORITHM);
        signature.initVerify(keyPair.getPublic());
        signature.update(jwt.substring(0, end).getBytes(UTF_8));
        return signature.verify(Base64.getUrlDecoder().decode(jwt.substring(end + 1)));
    }

    /** The JSON text of the claims. */
    static String claims(String jwt) {
        return new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]), UTF_8);
    }
}
