package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.samples.recipes.AssertionGrants;
import dev.openidclient.samples.recipes.AuthenticationRequest;
import dev.openidclient.samples.recipes.Ciba;
import dev.openidclient.samples.recipes.ClientCredentials;
import dev.openidclient.samples.recipes.DeviceFlow;
import dev.openidclient.samples.recipes.DpopBoundTokens;
import dev.openidclient.samples.recipes.FormPost;
import dev.openidclient.samples.recipes.ProtectedResource;
import dev.openidclient.samples.recipes.PushedRequest;
import dev.openidclient.samples.recipes.RequestObject;
import dev.openidclient.samples.recipes.ResourceIndicators;
import dev.openidclient.samples.recipes.RichAuthorization;
import dev.openidclient.samples.recipes.TokenExchange;
import dev.openidclient.token.TokenResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes of requests and grants that only {@code oidc-provider} can run. */
@WithOidcProvider
class RecipesRequestIT {
    private static final String TWO_FACTORS = "urn:example:acr:two-factor";

    private final InteropIssuer issuer = OidcProvider.getEverything();

    private static TokenResponse signIn(AsyncOpenIdClient client, AuthorizationRequest request) {
        return Steps.signIn(client, OidcProvider.browser(), request);
    }

    @Test
    @DisplayName("FormPost")
    void formPost() {
        var client = connect(issuer, "basic");
        var request = FormPost.begin(client);
        var callback = OidcProvider.browser().signIn(request.getUrl(), Application.CALLBACK);
        var pending = request.getPending().encode();
        assertEquals("alice", person(await(FormPost.finish(client, callback.url(), callback.formBody(), pending))));
    }

    @Test
    @DisplayName("AuthenticationRequest")
    void authenticationRequest() {
        var client = connect(issuer, "basic");
        var stepUp = signIn(client, AuthenticationRequest.beginStepUp(client, TWO_FACTORS));
        assertNotNull(stepUp.getClaims().getAuthTime());
        // the server's sign-in page asks for a password only
        assertFalse(AuthenticationRequest.isSteppedUp(stepUp, TWO_FACTORS));
        var withClaims = signIn(client, AuthenticationRequest.beginWithClaims(client));
        assertEquals("alice", withClaims.getClaims().getNickname());
    }

    @Test
    @DisplayName("ResourceIndicators")
    void resourceIndicators() {
        var client = connect(issuer, "basic");
        var request = ResourceIndicators.begin(client, issuer.getResource(), issuer.getJwtResource());
        var callback = OidcProvider.browser()
                .signIn(request.getUrl(), Application.CALLBACK)
                .url();
        var pending = request.getPending().encode();
        var tokens = await(ResourceIndicators.finish(client, callback, pending, issuer.getJwtResource()));
        assertEquals(
                200, await(client.resource(issuer.getJwtResource(), tokens)).getStatus());
    }

    @Test
    @DisplayName("RichAuthorization")
    void richAuthorization() {
        var client = connect(issuer, "rar");
        var api = issuer.getResource();
        var tokens = signIn(client, await(RichAuthorization.beginPayment(client, api, "123.50", "A")));
        var granted = RichAuthorization.grantedPayments(tokens);
        assertEquals(
                List.of("A"),
                granted.stream().map(it -> it.toMap().get("creditorName")).toList());
    }

    @Test
    @DisplayName("PushedRequest")
    void pushedRequest() {
        var client = connect(OidcProvider.getParOnly(), "basic");
        assertEquals("alice", person(signIn(client, await(PushedRequest.begin(client)))));
    }

    @Test
    @DisplayName("RequestObject")
    void requestObject() {
        var client = connect(issuer, "jar");
        var key = ClientKeys.signing(JwsAlgorithm.ES256);
        assertEquals("alice", person(signIn(client, await(RequestObject.begin(client, key)))));
        assertEquals("alice", person(signIn(client, await(RequestObject.beginPushed(client, key)))));
    }

    @Test
    @DisplayName("ClientCredentials")
    void clientCredentials() {
        var client = connect(issuer, "service");
        var tokens = await(ClientCredentials.serviceTokens(client, issuer.getResource()));
        assertEquals("orders:read", tokens.getScope());
        assertEquals(200, await(client.resource(issuer.getResource(), tokens)).getStatus());
    }

    @Test
    @DisplayName("DeviceFlow")
    void deviceFlow() {
        var client = connect(issuer, "device");
        var allowed =
                DeviceFlow.signIn(client, it -> OidcProvider.browser().approveDevice(it.getVerificationUriComplete()));
        assertEquals("alice", person(await(allowed)));

        var device = await(client.deviceAuthorization(request -> request.scope("openid")));
        OidcProvider.browser().approveDevice(device.getVerificationUriComplete());
        List<String> seen = new CopyOnWriteArrayList<>();
        assertEquals("alice", person(await(DeviceFlow.watch(client, device, seen::add))));
        assertEquals("signed in", seen.get(seen.size() - 1));
    }

    @Test
    @DisplayName("Ciba, polling")
    void cibaPoll() {
        var client = connect(issuer, "ciba");
        var response = await(Ciba.ask(client, "carol", "W4SCT"));
        issuer.approve(response.getAuthReqId());
        assertEquals("carol", person(await(Ciba.waitForPerson(client, response))));
    }

    @Test
    @DisplayName("Ciba, with a ping")
    void cibaPing() {
        var client = connect(issuer, "ciba-ping");
        var response = await(Ciba.askWithPing(client, "carol", "a-notification-token"));
        issuer.approve(response.getAuthReqId());
        var ping = String.valueOf(issuer.notification(response.getAuthReqId()).get("authorization"))
                .replace("\"", "");
        assertTrue(Ciba.isGenuinePing(ping, "a-notification-token"));
        assertFalse(Ciba.isGenuinePing(ping, "another-token"));
        assertFalse(Ciba.isGenuinePing(null, "a-notification-token"));
        assertEquals("carol", person(await(Ciba.waitForPerson(client, response))));
    }

    @Test
    @DisplayName("TokenExchange")
    void tokenExchange() {
        var spring = SignInServer.getSpring();
        var client = connect(spring);
        var received = Steps.signIn(client, spring.browser(), request -> request.scope("orders:read"));
        var exchanged = await(TokenExchange.tokenForNextApi(client, received.getAccessToken()));
        assertEquals("orders:read", exchanged.getScope());
    }

    @Test
    @DisplayName("AssertionGrants")
    void assertionGrants() {
        var client = connect(issuer, "assertions");
        var jwt = Partner.jwt(Map.of("sub", "carol", "aud", issuer.getUrl()));
        var forJwt = await(AssertionGrants.tokensForJwt(client, jwt));
        assertEquals("carol", await(client.introspect(forJwt.getAccessToken())).getSubject());
        var saml = new SamlAssertion(issuer.getUrl()).signed();
        var forSaml = await(AssertionGrants.tokensForSaml(client, saml));
        assertEquals("alice", await(client.introspect(forSaml.getAccessToken())).getSubject());
    }

    @Test
    @DisplayName("DpopBoundTokens")
    void dpopBoundTokens() {
        var client = DpopBoundTokens.dpopClient(connect(issuer, "dpop"), SigningKey.generate("ES256"));
        var tokens = Steps.signIn(client, OidcProvider.browser());
        assertTrue(await(DpopBoundTokens.orders(client, tokens, issuer.getResource()))
                .contains("\"scheme\":\"DPoP\""));
    }

    @Test
    @DisplayName("ProtectedResource")
    void protectedResource() {
        var client = connect(issuer, "basic");
        var tokens = Steps.signIn(
                client,
                OidcProvider.browser(),
                request -> request.scope("offline_access").prompt("consent"));
        List<TokenResponse> stored = new CopyOnWriteArrayList<>();
        var api = issuer.getResource();
        assertTrue(await(ProtectedResource.orders(client, api, tokens, stored::add))
                .contains("\"sub\":\"alice\""));
        assertEquals(List.of(), stored);

        var losing = connect(issuer, "basic", settings -> RecipeTokens.loseFirstToken(settings, api));
        assertTrue(await(ProtectedResource.orders(losing, api, tokens, stored::add))
                .contains("\"sub\":\"alice\""));
        assertEquals(1, stored.size());
    }
}
