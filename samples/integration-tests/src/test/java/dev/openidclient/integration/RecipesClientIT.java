package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequestBuilder;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.jose.CryptoProvider;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.samples.recipes.ClientAssertions;
import dev.openidclient.samples.recipes.ClientSecret;
import dev.openidclient.samples.recipes.Discovery;
import dev.openidclient.samples.recipes.EncryptedIdToken;
import dev.openidclient.samples.recipes.Fapi1;
import dev.openidclient.samples.recipes.Fapi2;
import dev.openidclient.samples.recipes.FasterCryptography;
import dev.openidclient.samples.recipes.HttpTransports;
import dev.openidclient.samples.recipes.HybridFlow;
import dev.openidclient.samples.recipes.ImplicitFlow;
import dev.openidclient.samples.recipes.Introspection;
import dev.openidclient.samples.recipes.Jarm;
import dev.openidclient.samples.recipes.KnownMetadata;
import dev.openidclient.samples.recipes.ModifiedAssertion;
import dev.openidclient.samples.recipes.MutualTls;
import dev.openidclient.samples.recipes.OwnClientAuthentication;
import dev.openidclient.samples.recipes.Registration;
import dev.openidclient.samples.recipes.RemoteSigner;
import dev.openidclient.samples.recipes.Settings;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes that make a client, as an application runs them: over TLS, with the trust of the JVM. */
@WithOidcProvider
class RecipesClientIT {
    private static JvmTrust trust;

    private final InteropIssuer issuer = OidcProvider.getEverything().getOverTls();
    private final String url = issuer.getUrl();

    @BeforeAll
    static void trust() {
        trust = new JvmTrust();
    }

    @AfterAll
    static void noLonger() {
        trust.close();
    }

    private String secret(String id) {
        return issuer.client(id).getSecret();
    }

    private static void assertSignsIn(
            CompletableFuture<AsyncOpenIdClient> client, Consumer<? super AuthorizationRequestBuilder> configure) {
        try (var made = await(client)) {
            assertEquals("alice", person(Steps.signIn(made, OidcProvider.browser(), configure)));
        }
    }

    private static void assertSignsIn(CompletableFuture<AsyncOpenIdClient> client) {
        assertSignsIn(client, request -> {});
    }

    @Test
    @DisplayName("Discovery")
    void discovery() {
        assertSignsIn(Discovery.discoverServer(url, "basic", secret("basic")));
        assertSignsIn(Discovery.discoverOAuth2Server(url, "basic", secret("basic")));
    }

    @Test
    @DisplayName("KnownMetadata")
    void knownMetadata() {
        try (var discovered = await(ClientSecret.none(url, "public"))) {
            var metadata = discovered.getServer().getJson().toString();
            assertSignsIn(CompletableFuture.completedFuture(
                    KnownMetadata.clientFromMetadata(metadata, "basic", secret("basic"))));
        }
    }

    @Test
    @DisplayName("ClientSecret")
    void clientSecret() {
        assertSignsIn(ClientSecret.inHeader(url, "basic", secret("basic")));
        assertSignsIn(ClientSecret.inBody(url, "post", secret("post")));
        assertSignsIn(ClientSecret.none(url, "public"));
    }

    @Test
    @DisplayName("OwnClientAuthentication")
    void ownClientAuthentication() {
        assertSignsIn(OwnClientAuthentication.clientWithRotatedSecret(
                url, "post", () -> CompletableFuture.completedFuture(secret("post"))));
    }

    @Test
    @DisplayName("ClientAssertions")
    void clientAssertions() {
        assertSignsIn(ClientAssertions.fromPem(url, "private-key-jwt", RecipeKeys.pem()));
        assertSignsIn(ClientAssertions.fromJwk(url, "private-key-jwt", RecipeKeys.jwk()));
        assertSignsIn(ClientAssertions.fromSecret(url, "secret-jwt", secret("secret-jwt")));
    }

    @Test
    @DisplayName("ModifiedAssertion")
    void modifiedAssertion() {
        var key = ClientKeys.signing(JwsAlgorithm.ES256);
        assertSignsIn(ModifiedAssertion.withTokenEndpointAsAudience(url, "private-key-jwt", key, url + "/token"));
    }

    @Test
    @DisplayName("RemoteSigner")
    void remoteSigner() {
        var key = new RemoteSigner.KmsKey(
                RecipeKeys.keyId(),
                RecipeKeys.publicJwk(),
                digest -> CompletableFuture.supplyAsync(() -> RecipeKeys.signDigest(digest)));
        assertSignsIn(RemoteSigner.clientWithRemoteKey(url, "private-key-jwt", key));
    }

    @Test
    @DisplayName("MutualTls")
    void mutualTls() {
        var password = "changeit".toCharArray();
        assertSignsIn(MutualTls.clientWithCertificate(url, "tls", RecipeKeys.keyStore(password), password));
    }

    @Test
    @DisplayName("Registration")
    void registration() {
        String stored;
        try (var registered = await(Registration.registerClient(url, issuer.getInitialAccessToken()))) {
            stored = registered.getMetadata().getJson().toString();
        }
        assertSignsIn(Registration.registeredClient(url, stored));
    }

    @Test
    @DisplayName("Registration with a software statement")
    void softwareStatement() {
        var statements = OidcProvider.getSoftwareStatements().getOverTls();
        var statement = Partner.jwt(Map.of("software_id", "approved-software"));
        assertSignsIn(Registration.registerClientWithStatement(
                statements.getUrl(), statements.getInitialAccessToken(), statement));
    }

    @Test
    @DisplayName("EncryptedIdToken")
    void encryptedIdToken() {
        var key = OidcProvider.clientKey("p256-enc").toString();
        var id = "id-token-ecdh-p256";
        assertSignsIn(EncryptedIdToken.clientThatDecrypts(url, id, secret(id), key));
    }

    @Test
    @DisplayName("Introspection")
    void introspection() {
        var id = "introspection-signed";
        try (var client = await(Introspection.clientWithSignedIntrospection(url, id, secret(id)))) {
            assertFalse(await(client.introspect("unknown")).isActive());
        }
    }

    @Test
    @DisplayName("HttpTransports")
    void httpTransports() {
        assertSignsIn(HttpTransports.onCio(url, "public"));
        var okHttp = new OkHttpClient();
        assertSignsIn(HttpTransports.onOkHttp(url, "public", okHttp));
        okHttp.dispatcher().executorService().shutdown();
        try (var http = RecipeKeys.httpClient()) {
            assertSignsIn(HttpTransports.onKtor(url, "public", http));
            assertSignsIn(HttpTransports.withHeader(url, "public", http, "a"));
        }
    }

    @Test
    @DisplayName("FasterCryptography")
    void fasterCryptography() {
        try {
            assertTrue(FasterCryptography.computeWith(CryptoProviders.getConscrypt())
                    .contains("Conscrypt"));
            assertSignsIn(ClientSecret.none(url, "public"));
            FasterCryptography.computeWithJdk();
            assertTrue(CryptoProvider.getName().contains("JDK"));
        } finally {
            CryptoProviders.reset();
        }
    }

    @Test
    @DisplayName("Settings")
    void settings() {
        assertSignsIn(Settings.clientWithSettings(url, "id-token-rs256", secret("id-token-rs256")));
    }

    @Test
    @DisplayName("Jarm")
    void jarm() {
        assertSignsIn(Jarm.clientWithSignedResponses(url, "jarm", secret("jarm")));
    }

    @Test
    @DisplayName("HybridFlow")
    void hybridFlow() {
        assertSignsIn(
                HybridFlow.hybridClient(url, "hybrid", secret("hybrid")), request -> request.responseMode("form_post"));
        try (var client = await(HybridFlow.detachedSignatureClient(url, "hybrid", secret("hybrid")))) {
            var request = signInRequest(client, it -> it.responseMode("form_post"));
            var callback = Steps.callback(OidcProvider.browser(), request);
            // no detached signature: this server makes them under FAPI 1.0 only, as the recipe Fapi1 has them
            failure(InvalidResponseException.class, client.authorizationCodeGrant(callback, request.getPending()));
        }
    }

    @Test
    @DisplayName("ImplicitFlow")
    void implicitFlow() {
        try (var client = await(ImplicitFlow.idTokenClient(url, "implicit"))) {
            var request = ImplicitFlow.begin(client);
            var callback = OidcProvider.browser().signIn(request.getUrl(), Application.CALLBACK);
            var claims = ImplicitFlow.finish(
                    client,
                    callback.url(),
                    callback.formBody(),
                    request.getPending().encode());
            assertEquals("alice", await(claims).getSubject());
        }
    }

    @Test
    @DisplayName("Fapi2")
    void fapi2() {
        var fapi2 = OidcProvider.getFapi2().getOverTls().getUrl();
        var key = ClientKeys.signing(JwsAlgorithm.PS256);
        try (var client = await(Fapi2.client(fapi2, "private-key-jwt", key))) {
            var tokens = Steps.signIn(client, OidcProvider.browser(), await(Fapi2.begin(client)));
            assertTrue(tokens.isSenderConstrained());
        }
        try (var client = await(Fapi2.messageSigningClient(fapi2, "private-key-jwt", key))) {
            var request = await(Fapi2.beginSigned(client, key));
            assertEquals("alice", person(Steps.signIn(client, OidcProvider.browser(), request)));
        }
    }

    @Test
    @DisplayName("Fapi1")
    void fapi1() {
        var fapi1 = OidcProvider.getFapi1().getOverTls().getUrl();
        var key = ClientKeys.signing(JwsAlgorithm.PS256);
        try (var client = await(Fapi1.client(fapi1, "private-key-jwt", key, RecipeKeys.certificatePem()))) {
            var request = await(Fapi1.begin(client, key));
            assertEquals("alice", person(Steps.signIn(client, OidcProvider.browser(), request)));
        }
    }
}
