package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The device flow and CIBA, which poll alike. */
class PollingTest {
    private static final String PENDING = "{\"error\":\"authorization_pending\"}";
    private static final Consumer<TokenRequestBuilder> RESOURCE =
            request -> request.resource("https://api.example.com");

    private final StubServer server =
            new StubServer().answer("/device", 200, device(60)).answer("/backchannel", 200, backchannel(60));
    private final AsyncOpenIdClient client = server.client();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        client.close();
        server.close();
    }

    private static String device(int lifetime) {
        return "{\"device_code\":\"the-code\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":"
                + "\"https://as.example.com/device\",\"expires_in\":" + lifetime + ",\"interval\":1}";
    }

    private static String backchannel(int lifetime) {
        return "{\"auth_req_id\":\"the-id\",\"expires_in\":" + lifetime + ",\"interval\":1}";
    }

    private DeviceAuthorization device() throws Exception {
        return success(client.deviceAuthorization());
    }

    private BackchannelAuthenticationResponse backchannel() throws Exception {
        return success(client.backchannelAuthentication(request -> request.loginHint("jane")));
    }

    /** Each overload, called on a client with what this one was answered. */
    private Map<String, Grant> overloads() throws Exception {
        var device = device();
        var backchannel = backchannel();
        return Map.of(
                "device", (polling, events) -> polling.deviceCodeGrant(device),
                "device, configured", (polling, events) -> polling.deviceCodeGrant(device, RESOURCE),
                "device, configured, listening",
                        (polling, events) -> polling.deviceCodeGrant(device, RESOURCE, events::add),
                "CIBA", (polling, events) -> polling.backchannelAuthenticationGrant(backchannel),
                "CIBA, configured", (polling, events) -> polling.backchannelAuthenticationGrant(backchannel, RESOURCE),
                "CIBA, configured, listening",
                        (polling, events) -> polling.backchannelAuthenticationGrant(backchannel, RESOURCE, events::add),
                "CIBA with a ping",
                        (polling, events) ->
                                polling.backchannelAuthenticationGrant(backchannel, new CompletableFuture<>()),
                "CIBA with a ping, configured",
                        (polling, events) -> polling.backchannelAuthenticationGrant(
                                backchannel, new CompletableFuture<>(), RESOURCE),
                "CIBA with a ping, configured, listening",
                        (polling, events) -> polling.backchannelAuthenticationGrant(
                                backchannel, new CompletableFuture<>(), RESOURCE, events::add));
    }

    private interface Grant {
        CompletableFuture<TokenResponse> start(AsyncOpenIdClient client, List<Poll> events);
    }

    /** An overload that polls a server of its own. */
    private final class Polling {
        final String overload;
        final StubServer server = new StubServer();
        final AsyncOpenIdClient client;
        final List<Poll> events = new CopyOnWriteArrayList<>();
        final CompletableFuture<TokenResponse> tokens;

        Polling(String overload, Grant grant, Consumer<StubServer> answers) {
            this.overload = overload;
            answers.accept(server);
            opened.add(server);
            client = server.client();
            opened.add(client);
            tokens = grant.start(client, events);
        }
    }

    private interface Check {
        void check(Polling polling) throws Exception;
    }

    /** All poll from the beginning, at the same time: each waits for some seconds. */
    private Stream<DynamicTest> each(Consumer<StubServer> answers, Check check) throws Exception {
        var all = overloads().entrySet().stream()
                .map(overload -> new Polling(overload.getKey(), overload.getValue(), answers))
                .collect(Collectors.toList());
        return all.stream().map(polling -> DynamicTest.dynamicTest(polling.overload, () -> check.check(polling)));
    }

    @Test
    @DisplayName("a device authorization is started, with parameters and without")
    void startsTheDeviceFlow() throws Exception {
        var device = success(client.deviceAuthorization(request -> request.scope("openid")));

        assertEquals("openid", server.lastTo("/device").form.get("scope"));
        assertEquals("WDJB-MJHT", device.getUserCode());
        assertEquals(Duration.ofSeconds(1), device.getInterval());
        assertEquals("the-code", device().getDeviceCode());
    }

    @Test
    @DisplayName("a backchannel authentication is started")
    void startsCiba() throws Exception {
        assertEquals("the-id", backchannel().getAuthReqId());
        assertEquals("jane", server.lastTo("/backchannel").form.get("login_hint"));
    }

    @Test
    @DisplayName("a start fails for a refusal, an answer without its members, and a hint too few")
    void startFails() {
        server.answer("/device", 400, "{\"error\":\"invalid_scope\"}")
                .then("/device", 200, "{}")
                .answer("/backchannel", 400, "{\"error\":\"unknown_user_id\"}");

        failure(ResponseBodyException.class, client.deviceAuthorization());
        failure(InvalidResponseException.class, client.deviceAuthorization());
        failure(ResponseBodyException.class, client.backchannelAuthentication(request -> request.loginHint("mallory")));
        failure(IllegalArgumentException.class, client.backchannelAuthentication(request -> {}));
    }

    @TestFactory
    @DisplayName("the tokens come after the person has agreed, and the listener saw every poll in order")
    Stream<DynamicTest> grants() throws Exception {
        Consumer<StubServer> answers =
                server -> server.answer("/token", 503, "{}").then("/token", 200, StubServer.TOKENS);
        return each(answers, polling -> {
            var tokens = success(polling.tokens);

            var sent = polling.server.lastTo("/token").form;
            boolean isConfigured = polling.overload.contains("configured");
            boolean isDevice = polling.overload.startsWith("device");
            assertEquals("the-access-token", tokens.getAccessToken());
            assertEquals(isConfigured ? "https://api.example.com" : null, sent.get("resource"));
            assertEquals(isDevice ? "the-code" : "the-id", sent.get(isDevice ? "device_code" : "auth_req_id"));
            if (polling.overload.endsWith("listening")) {
                assertEvents(polling.events, tokens);
            }
        });
    }

    private static void assertEvents(List<Poll> events, TokenResponse tokens) {
        assertEquals(2, events.size(), events::toString);
        assertEquals(
                Duration.ofSeconds(2),
                assertInstanceOf(Poll.Failed.class, events.get(0)).getNextIn());
        assertEquals(tokens, assertInstanceOf(Poll.Granted.class, events.get(1)).getTokens());
    }

    @Test
    @DisplayName("the ping makes the client poll at once, one that fails does not")
    void ping() throws Exception {
        server.answer("/backchannel", 200, backchannel(60).replace("\"interval\":1", "\"interval\":3600"))
                .answer("/token", 200, StubServer.TOKENS);
        var ping = new CompletableFuture<String>();
        var failed = CompletableFuture.failedFuture(new IllegalStateException("no ping"));
        var pinged = client.backchannelAuthenticationGrant(backchannel(), ping);
        var waiting = client.backchannelAuthenticationGrant(backchannel(), failed);
        assertEquals(0, server.count("/token"));

        ping.complete("the body of the ping");

        assertEquals("the-access-token", success(pinged).getAccessToken());
        assertEquals(1, server.count("/token"));
        waiting.cancel(true);
    }

    @TestFactory
    @DisplayName("a refusal fails the future and ends the polling")
    Stream<DynamicTest> refuses() throws Exception {
        Consumer<StubServer> answers =
                server -> server.answer("/token", 400, PENDING).then("/token", 400, "{\"error\":\"access_denied\"}");
        return each(answers, polling -> {
            var refused = failure(ResponseBodyException.class, polling.tokens);

            assertEquals("access_denied", refused.getError());
            assertEquals(2, polling.server.count("/token"));
            assertEquals(polling.overload.endsWith("listening") ? 1 : 0, polling.events.size());
        });
    }

    @Test
    @DisplayName("cancelling the future between two polls stops them")
    void cancelStops() throws Exception {
        var grants = overloads().values();
        server.answer("/token", 400, PENDING);
        var polling = grants.stream()
                .map(grant -> grant.start(client, new CopyOnWriteArrayList<>()))
                .collect(Collectors.toList());
        while (server.count("/token") < grants.size()) {
            Thread.sleep(5);
        }

        polling.forEach(grant -> grant.cancel(true));

        Thread.sleep(1500); // longer than the interval
        assertEquals(grants.size(), server.count("/token"));
    }

    @TestFactory
    @DisplayName("cancelling the future during a poll closes its connection")
    Stream<DynamicTest> cancelHangsUp() throws Exception {
        var all = overloads().entrySet().stream()
                .map(overload -> {
                    var silent = new SilentServer();
                    opened.add(silent);
                    var waiting = silent.client();
                    opened.add(waiting);
                    var polling = overload.getValue().start(waiting, new CopyOnWriteArrayList<>());
                    return DynamicTest.dynamicTest(overload.getKey(), () -> {
                        silent.awaitRequest();

                        polling.cancel(true);

                        silent.awaitHangUp();
                    });
                })
                .collect(Collectors.toList());
        return all.stream();
    }

    @TestFactory
    @DisplayName("closing the client ends the polling")
    Stream<DynamicTest> closeStops() throws Exception {
        return each(server -> server.answer("/token", 400, PENDING), polling -> {
            polling.client.close();

            assertThrows(CancellationException.class, () -> success(polling.tokens));
        });
    }

    @Test
    @DisplayName("what the listener throws fails the future and ends the polling")
    void listenerThrows() throws Exception {
        Consumer<Poll> throwing = poll -> {
            throw new UnsupportedOperationException("mine");
        };
        for (boolean granted : new boolean[] {false, true}) {
            server.answer("/token", granted ? 200 : 400, granted ? StubServer.TOKENS : PENDING);
            server.received.clear();

            var device = client.deviceCodeGrant(device(), request -> {}, throwing);
            var backchannel = client.backchannelAuthenticationGrant(backchannel(), request -> {}, throwing);
            failure(UnsupportedOperationException.class, device);
            failure(UnsupportedOperationException.class, backchannel);

            assertEquals(2, server.count("/token"));
        }
    }

    @Test
    @DisplayName("the polling ends with the lifetime of the code")
    void expires() throws Exception {
        server.answer("/device", 200, device(1)).answer("/token", 400, PENDING);

        var expired = failure(TransportException.class, client.deviceCodeGrant(device()));

        assertEquals(ErrorCode.TIMEOUT, expired.getCode());
    }
}
