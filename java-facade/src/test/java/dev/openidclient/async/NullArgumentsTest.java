package dev.openidclient.async;

import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.agent.IdentityAssertion;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.WwwAuthenticateChallenge;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.http.Parameters;
import dev.openidclient.jose.ModifyAssertion;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokenstore.InMemoryReplayCache;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kotlin.Unit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NullArgumentsTest {
    /** Takes null for what it must not be null. */
    @SuppressWarnings("unused")
    public static final class Careless {
        public static CompletableFuture<String> later(String name) {
            return CompletableFuture.completedFuture(name);
        }

        public static int atOnce(String name) {
            throw new NullPointerException("Cannot invoke \"CharSequence.length()\"");
        }

        public static String checked(@Nullable String any, String name) {
            throw new NullPointerException("name");
        }
    }

    private final StubServer server = new StubServer()
            .answer("/token", 200, StubServer.TOKENS)
            .answer(
                    "/device",
                    200,
                    "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"https://as.example.com/device\","
                            + "\"expires_in\":600}")
            .answer("/backchannel", 200, "{\"auth_req_id\":\"r\",\"expires_in\":600}");
    private final AsyncOpenIdClient client = server.client();
    private final OpenIdClient ofKotlin = new OpenIdClient(server.metadata(), CLIENT_ID, settings -> {
        settings.allowInsecureRequests();
        return Unit.INSTANCE;
    });
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(client);
    private final AsyncUserTokens sessions = AsyncUserTokens.of(client);
    private final AsyncExchangedTokens exchanged = AsyncExchangedTokens.tokenExchange(client);
    private final AsyncResourceAccess access =
            AsyncResourceAccess.of(client, service.source(), settings -> settings.allow("https://api.example.com"));
    private final AsyncDiscoveredClient discovered =
            AsyncOpenIdClient.lazily(server.issuer(), CLIENT_ID, StubServer.insecure());
    private final AsyncResourceServer api = AsyncResourceServer.create(
            "https://api.example.com", settings -> settings.issuer("https://as.example.com"));
    private final AsyncClientRegistry tenants = AsyncClientRegistry.of(AsyncClientFinder.of(issuer -> null));
    private final AsyncMcpAccess mcp = AsyncMcpAccess.of(
            "https://mcp.example.com/mcp", settings -> settings.register().clientCredentials());
    private final AsyncLoopbackRedirect loopback = loopback();
    private List<Object> samples = List.of();

    @BeforeEach
    void makeSamples() throws Exception {
        var key = new TestKey().signingKey();
        var request = client.authorizationRequest(it -> it.redirectUri("https://rp.example.com/callback"));
        server.answer("/token", 200, server.tokensWithIdToken(""));
        var claims = requireNonNull(success(client.grant("urn:example:sign-in")).getClaims());
        server.answer("/token", 200, StubServer.TOKENS);
        server.answer("/.well-known/oauth-protected-resource", 200, "{\"resource\":\"" + server.issuer() + "\"}");
        samples = List.of(
                success(AsyncProtectedResource.discover(
                        server.issuer(),
                        settings -> settings.connection(connection -> connection.allowInsecureRequests()))),
                server.issuer(),
                new WwwAuthenticateChallenge("bearer", Map.of(), null),
                new IdentityAssertion("a", server.issuer(), null, null),
                claims,
                (Consumer<Object>) builder -> {},
                (Executor) Runnable::run,
                server.metadata(),
                client,
                ofKotlin,
                discovered,
                tenants,
                AsyncClientFinder.of(issuer -> null),
                (Function<Object, Object>) issuer -> issuer,
                service,
                sessions,
                exchanged,
                access,
                mcp,
                mcp.getTokens(),
                (AsyncAssertionProvider) server -> new CompletableFuture<>(),
                (AsyncIdentityAssertionProvider) wanted -> new CompletableFuture<>(),
                api,
                ResourceRequest.of("GET", "https://api.example.com", Map.of()),
                AsyncPendingAuthorizations.of(new InMemoryTokenStore()),
                AsyncSignIn.of(client, settings -> settings.redirectUri("https://rp.example.com/callback")),
                new InMemoryTokenStore(),
                TokenCipher.of(new StoreKey("k", "0123456789abcdef0123456789abcdef".getBytes(UTF_8))),
                access.toResourceAccess(),
                AuthorizedHttpClient.of(access, HttpClient.newHttpClient()),
                HttpRequest.newBuilder(URI.create("https://other.example.net")).build(),
                BodyHandlers.discarding(),
                PushPromiseHandler.of(pushed -> BodyHandlers.discarding(), new ConcurrentHashMap<>()),
                success(access.authorize("GET", "https://api.example.com")),
                HttpHeaders.EMPTY,
                AsyncTokenSource.of(CompletableFuture::new),
                TokenSource.Companion.of(settings -> Unit.INSTANCE, continuation -> null),
                (Supplier<Object>) CompletableFuture::new,
                success(client.clientCredentialsGrant()),
                success(client.deviceAuthorization()),
                success(client.backchannelAuthentication(it -> it.loginHint("jane"))),
                request,
                request.getPending(),
                new AuthorizationCodeChecks(),
                AuthorizationCallback.formPost("https://rp.example.com/callback", "code=c"),
                URI.create("https://rp.example.com/callback?code=c"),
                Duration.ofMinutes(1),
                Instant.now(),
                new CompletableFuture<>(),
                Parameters.of(Map.of()),
                key,
                (ModifyAssertion) assertion -> {},
                new Dpop(key),
                (HttpTransport) (sent, continuation) -> null,
                (AsyncHttpTransport) sent -> new CompletableFuture<>(),
                (AsyncClientAuthentication) sent -> new CompletableFuture<>(),
                (AsyncAuthorizationHandler) begin -> new CompletableFuture<>(),
                (OpenBrowser) url -> {},
                loopback,
                new AsyncSigningKeyTest.RemoteKey(bytes -> new CompletableFuture<>()),
                new RemoteDecryptionKey(),
                new InMemoryReplayCache(),
                (AsyncReplayCache) (name, until) -> new CompletableFuture<>(),
                new IllegalStateException());
        server.received.clear();
    }

    @AfterEach
    void stop() {
        service.close();
        sessions.close();
        exchanged.close();
        discovered.close();
        tenants.close();
        mcp.close();
        api.close();
        loopback.close();
        client.close();
        ofKotlin.close();
        server.close();
    }

    @Test
    @DisplayName("a null argument is refused by its name, before anything is sent")
    void everyArgument() {
        List<Method> methods = PublicMembers.of(AsyncOpenIdClient.class).stream()
                .filter(NullArgumentsTest::isOfTheFacade)
                .collect(toList());

        assertEquals(List.of(), methods.stream().flatMap(this::violations).collect(toList()));
        assertEquals(0, server.received.size());
        assertTrue(
                methods.stream()
                        .map(Method::getName)
                        .collect(toSet())
                        .containsAll(List.of(
                                "discover",
                                "lazily",
                                "clientFor",
                                "toClientFinder",
                                "create",
                                "register",
                                "grant",
                                "userInfo",
                                "toTransport",
                                "unwrap",
                                "of",
                                "put",
                                "tokenExchange",
                                "toTokenSource",
                                "invalidate")),
                methods::toString);
    }

    @Test
    @DisplayName("null that is taken, or refused without its name, is found")
    void findsWhatIsTaken() {
        assertEquals(
                List.of("later(name): completed", "atOnce(name): Cannot invoke \"CharSequence.length()\""),
                Stream.of("later", "atOnce", "checked")
                        .flatMap(name -> Stream.of(Careless.class.getMethods())
                                .filter(method -> method.getName().equals(name)))
                        .flatMap(this::violations)
                        .collect(toList()));
    }

    @Test
    @DisplayName("null is taken where it is documented")
    void nullableArguments() throws Exception {
        var callback = AuthorizationCallback.formPost("https://rp.example.com/callback", "id_token=i");
        var answer = client.implicitAuthentication(callback, "a-nonce", null, null);

        assertEquals(
                IllegalStateException.class,
                Failures.failure(IllegalStateException.class, answer).getClass());
        assertNull(client.exportJwks());
    }

    private Stream<String> violations(Method method) {
        return IntStream.range(0, method.getParameterCount())
                .filter(index -> !method.getParameterTypes()[index].isPrimitive()
                        && !method.getAnnotatedParameterTypes()[index].isAnnotationPresent(Nullable.class))
                .mapToObj(index -> violation(method, index))
                .filter(found -> !found.isEmpty());
    }

    /** What {@code method} does with null in place of a parameter, where it does not refuse it by its name. */
    private String violation(Method method, int index) {
        var arguments = new ArrayList<@Nullable Object>();
        for (Class<?> type : method.getParameterTypes()) {
            arguments.add(arguments.size() == index ? null : sample(type));
        }
        String name = method.getParameters()[index].getName();
        String outcome = outcome(method, arguments.toArray());
        return Pattern.compile("\\b" + name + "\\b").matcher(outcome).find()
                ? ""
                : method.getName() + "(" + name + "): " + outcome;
    }

    private String outcome(Method method, @Nullable Object[] arguments) {
        try {
            Object result = method.invoke(receiver(method), arguments);
            if (result instanceof CompletableFuture) {
                ((CompletableFuture<?>) result).get(10, TimeUnit.SECONDS);
            }
            return "completed";
        } catch (InvocationTargetException | ExecutionException e) {
            return refusal(e.getCause());
        } catch (ReflectiveOperationException | InterruptedException | TimeoutException e) {
            return e.toString();
        }
    }

    private @Nullable Object receiver(Method method) {
        return Modifier.isStatic(method.getModifiers()) ? null : sample(method.getDeclaringClass());
    }

    private static String refusal(Throwable failure) {
        boolean isRefusal = failure instanceof NullPointerException || failure instanceof IllegalArgumentException;
        return isRefusal
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }

    private Object sample(Class<?> type) {
        if (type == int.class) {
            return 0;
        }
        if (type == boolean.class) {
            return false;
        }
        return samples.stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no sample of " + type + " here: add one"));
    }

    private static AsyncLoopbackRedirect loopback() {
        try {
            return AsyncLoopbackRedirect.open(url -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not what callers implement. */
    private static boolean isOfTheFacade(Method method) {
        return !method.getDeclaringClass().isInterface() || PublicMembers.isStatic(method);
    }
}
