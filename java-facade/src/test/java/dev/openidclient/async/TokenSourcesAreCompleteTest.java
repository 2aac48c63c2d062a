package dev.openidclient.async;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.agent.InteractiveTokens;
import dev.openidclient.agent.McpAccess;
import dev.openidclient.client.ClientRegistry;
import dev.openidclient.client.DiscoveredClient;
import dev.openidclient.loopback.LoopbackRedirect;
import dev.openidclient.resource.ResourceAccess;
import dev.openidclient.resourceserver.ResourceServer;
import dev.openidclient.signin.PendingAuthorizations;
import dev.openidclient.signin.SignIn;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.ClientCredentialsTokens;
import dev.openidclient.tokensource.CustomTokens;
import dev.openidclient.tokensource.ExchangedTokens;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.UserTokens;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenSourcesAreCompleteTest {
    private static final Map<Class<?>, Class<?>> COUNTERPARTS = Map.ofEntries(
            entry(TokenSource.class, AsyncTokenSource.class),
            entry(CustomTokens.class, AsyncCustomTokens.class),
            entry(ClientCredentialsTokens.class, AsyncClientCredentialsTokens.class),
            entry(UserTokens.class, AsyncUserTokens.class),
            entry(ExchangedTokens.class, AsyncExchangedTokens.class),
            entry(ResourceAccess.class, AsyncResourceAccess.class),
            entry(InteractiveTokens.class, AsyncInteractiveTokens.class),
            entry(McpAccess.class, AsyncMcpAccess.class),
            entry(DiscoveredClient.class, AsyncDiscoveredClient.class),
            entry(ClientRegistry.class, AsyncClientRegistry.class),
            entry(PendingAuthorizations.class, AsyncPendingAuthorizations.class),
            entry(SignIn.class, AsyncSignIn.class),
            entry(ResourceServer.class, AsyncResourceServer.class),
            entry(LoopbackRedirect.class, AsyncLoopbackRedirect.class));

    /** One operation otherwise than it must be in each way. */
    public abstract static class Incomplete {
        public abstract CompletableFuture<TokenResponse> put(String sessionId, TokenResponse tokens);

        public abstract TokenSource source(String sessionId);

        public abstract CompletableFuture<TokenResponse> load(String sessionId);
    }

    @Test
    @DisplayName("every operation of a source of tokens or clients has its counterpart with futures")
    void everyOperation() {
        assertEquals(
                List.of(),
                COUNTERPARTS.entrySet().stream()
                        .flatMap(pair -> violations(pair.getKey(), pair.getValue()))
                        .collect(toList()));
    }

    @Test
    @DisplayName("an operation that is missing or of another result is found")
    void findsWhatIsMissing() {
        List<String> violations = violations(UserTokens.class, Incomplete.class).collect(toList());

        assertTrue(
                violations.containsAll(List.of(
                        "put(String, TokenResponse) must return java.util.concurrent.CompletableFuture<java.lang.Void>,"
                                + " not java.util.concurrent.CompletableFuture<dev.openidclient.token.TokenResponse>",
                        "source(String) must return dev.openidclient.async.AsyncTokenSource,"
                                + " not dev.openidclient.tokensource.TokenSource",
                        "closeAsync() is missing",
                        "source(String, Consumer) is missing",
                        "remove(String) is missing")),
                violations::toString);
        assertTrue(violations.stream().noneMatch("load(String) is missing"::equals));
    }

    @Test
    @DisplayName("every family is made with a client, with settings, and on an executor")
    void factories() throws Exception {
        for (Class<?> family : List.of(AsyncClientCredentialsTokens.class, AsyncUserTokens.class)) {
            assertFactories(family, "of");
        }
        assertFactories(AsyncExchangedTokens.class, "tokenExchange");
        assertFactories(AsyncExchangedTokens.class, "jwtBearer");
    }

    @Test
    @DisplayName("an operation of a registry that is an extension in Kotlin is looked for too")
    void findsExtensions() {
        List<String> violations =
                violations(ClientRegistry.class, Incomplete.class).collect(toList());

        assertTrue(
                violations.containsAll(List.of(
                        "client(String) is missing",
                        "client(PendingAuthorization) is missing",
                        "clientFor(String, PendingAuthorization) is missing",
                        "clientFor(AuthorizationCallback, PendingAuthorization) is missing")),
                violations::toString);
    }

    private static void assertFactories(Class<?> family, String name) throws ReflectiveOperationException {
        assertEquals(family, family.getMethod(name, AsyncClientSource.class).getReturnType());
        assertEquals(
                family,
                family.getMethod(name, AsyncClientSource.class, Consumer.class).getReturnType());
        assertEquals(
                family,
                family.getMethod(name, AsyncClientSource.class, Consumer.class, Executor.class)
                        .getReturnType());
    }

    private static Stream<String> violations(Class<?> library, Class<?> facade) {
        List<LibraryOperation> operations = LibraryOperation.of(library);
        assertTrue(operations.size() >= 3, library::toString);
        return operations.stream().flatMap(operation -> operation.violations(facade).stream());
    }
}
