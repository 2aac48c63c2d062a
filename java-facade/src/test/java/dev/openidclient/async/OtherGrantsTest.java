package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.TOKENS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.TokenType;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OtherGrantsTest {
    private static final Consumer<TokenRequestBuilder> AUDIENCE = request -> request.parameter("audience", "orders");

    private final StubServer server = new StubServer().answer("/token", 200, TOKENS);
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Each overload, called with a token or an assertion. */
    private Map<String, Function<String, CompletableFuture<TokenResponse>>> overloads() {
        return Map.of(
                "exchange", client::tokenExchangeGrant,
                "exchange, configured", token -> client.tokenExchangeGrant(token, AUDIENCE),
                "exchange of a type", token -> client.tokenExchangeGrant(token, TokenType.JWT),
                "exchange of a type, configured", token -> client.tokenExchangeGrant(token, TokenType.JWT, AUDIENCE),
                "JWT", client::jwtBearerGrant,
                "JWT, configured", token -> client.jwtBearerGrant(token, AUDIENCE),
                "SAML", client::samlBearerGrant,
                "SAML, configured", token -> client.samlBearerGrant(token, AUDIENCE));
    }

    @TestFactory
    @DisplayName("a token or an assertion is exchanged, with parameters and without")
    Stream<DynamicTest> exchanges() {
        return overloads().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    var tokens = success(overload.getValue().apply("the-token"));

                    var sent = server.lastTo("/token").form;
                    assertEquals("the-access-token", tokens.getAccessToken());
                    assertSent(overload.getKey(), sent);
                    assertEquals(overload.getKey().endsWith("configured") ? "orders" : null, sent.get("audience"));
                }));
    }

    private static void assertSent(String overload, Parameters sent) {
        String type = "urn:ietf:params:oauth:grant-type:";
        if (overload.startsWith("exchange")) {
            assertEquals(type + "token-exchange", sent.get("grant_type"));
            assertEquals("the-token", sent.get("subject_token"));
            assertEquals(
                    overload.contains("type") ? TokenType.JWT : TokenType.ACCESS_TOKEN, sent.get("subject_token_type"));
        } else if (overload.startsWith("JWT")) {
            assertEquals(type + "jwt-bearer", sent.get("grant_type"));
            assertEquals("the-token", sent.get("assertion"));
        } else {
            assertEquals(type + "saml2-bearer", sent.get("grant_type"));
            assertEquals(StubServer.encoded("the-token"), sent.get("assertion"));
        }
    }

    @TestFactory
    @DisplayName("an empty token or assertion is refused before anything is sent, the server's refusal is told")
    Stream<DynamicTest> fails() {
        return overloads().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    server.received.clear();
                    failure(IllegalArgumentException.class, overload.getValue().apply(""));
                    assertTrue(server.received.isEmpty());
                    server.answer("/token", 400, "{\"error\":\"invalid_grant\"}");
                    failure(ResponseBodyException.class, overload.getValue().apply("the-token"));
                }));
    }

    @Test
    @DisplayName("a token of an empty type is refused")
    void refusesAnEmptyType() {
        failure(IllegalArgumentException.class, client.tokenExchangeGrant("the-token", ""));
    }
}
