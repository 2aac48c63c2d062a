package dev.openidclient.async;

import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.OpenIdClient;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kotlin.Unit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FacadeIsCompleteTest {
    /** One operation otherwise than it must be in each way. */
    public abstract static class Incomplete {
        public static CompletableFuture<TokenResponse> clientCredentialsGrant(Consumer<TokenRequestBuilder> configure) {
            throw new UnsupportedOperationException();
        }

        public abstract CompletableFuture<String> clientCredentialsGrant();

        public abstract CompletableFuture<TokenResponse> grant(
                String grantType, Consumer<TokenRequestBuilder> configure);

        public abstract CompletableFuture<TokenResponse> deviceCodeGrant(
                DeviceAuthorization device, Consumer<TokenRequestBuilder> configure);

        public abstract CompletableFuture<Unit> revoke(String token);

        public abstract String randomState();
    }

    @Test
    @DisplayName("the facade has every operation of the library, with the same name and parameters")
    void everyOperation() {
        assertEquals(List.of(), violations(AsyncOpenIdClient.class));
    }

    @Test
    @DisplayName("an operation that is missing, static, not static or of another result is found")
    void findsWhatIsMissing() {
        List<String> violations = violations(Incomplete.class);

        assertTrue(violations.containsAll(List.of(
                "clientCredentialsGrant(Consumer) must not be static",
                "clientCredentialsGrant() must return java.util.concurrent.CompletableFuture<"
                        + "dev.openidclient.token.TokenResponse>,"
                        + " not java.util.concurrent.CompletableFuture<java.lang.String>",
                "grant(String) is missing",
                "randomState() must be static",
                "discover(String, String, Consumer) is missing",
                "lazily(String, String, Consumer) is missing",
                "lazily(String, String) is missing",
                "userInfo(String, String) is missing",
                "verifyIdToken(String, String) is missing",
                "deviceCodeGrant(DeviceAuthorization, Consumer, Consumer) is missing",
                "revoke(String) must return java.util.concurrent.CompletableFuture<java.lang.Void>,"
                        + " not java.util.concurrent.CompletableFuture<kotlin.Unit>",
                "register(String, Consumer) is missing",
                "withDpop(Dpop) is missing",
                "authorizationUrl(Parameters) is missing")));
        assertTrue(violations.stream().noneMatch("grant(String, Consumer) is missing"::equals));
    }

    @Test
    @DisplayName("the operations that are looked for are the public ones, and not none")
    void knowsTheOperations() {
        Set<String> names =
                LibraryOperation.all().stream().map(LibraryOperation::name).collect(toSet());

        assertTrue(
                names.containsAll(Set.of(
                        "discover",
                        "lazily",
                        "authorizationRequest",
                        "authorizationCodeGrant",
                        "refreshTokenGrant",
                        "userInfo",
                        "endSessionUrl",
                        "randomNonce",
                        "register",
                        "withDpop",
                        "deviceCodeGrant",
                        "close")),
                names::toString);
        assertTrue(
                names.stream().noneMatch(Set.of("perform", "endpoint", "requestTokens", "deviceCodePolls")::contains),
                names::toString);
    }

    @Test
    @DisplayName("the facade has every property of the client, by the same name")
    void everyProperty() {
        List<String> missing = PublicMembers.of(OpenIdClient.class).stream()
                .filter(method -> method.getDeclaringClass() == OpenIdClient.class && !PublicMembers.isStatic(method))
                .map(method -> method.getName())
                .filter(name -> name.startsWith("get"))
                .filter(name -> {
                    try {
                        AsyncOpenIdClient.class.getMethod(name);
                        return false;
                    } catch (NoSuchMethodException e) {
                        return true;
                    }
                })
                .collect(toList());

        assertEquals(List.of(), missing);
    }

    @Test
    @DisplayName("every interface that suspends has its counterpart with stages")
    void everyInterface() {
        List<Method> suspending = PublicMembers.of(OpenIdClient.class).stream()
                .filter(method -> method.getDeclaringClass().isInterface() && LibraryOperation.isSuspending(method))
                .collect(toList());

        assertEquals(
                Set.of(
                        "AsyncHttpTransport",
                        "AsyncAuthorizationHandler",
                        "AsyncClientAuthentication",
                        "AsyncSigningKey",
                        "AsyncDecryptionKey",
                        "AsyncClientSource",
                        "AsyncClientFinder",
                        "AsyncClientQuestion",
                        "AsyncTokenSource",
                        "AsyncChallengeHandler",
                        "AsyncAssertionProvider",
                        "AsyncIdentityAssertionProvider",
                        "AsyncTokenStore",
                        "AsyncTokenCipher",
                        "AsyncReplayCache"),
                suspending.stream().map(FacadeIsCompleteTest::counterpart).collect(toSet()));
    }

    /** The facade's interface with the same function, which returns a stage. */
    private static String counterpart(Method suspending) {
        try {
            String name = "Async" + suspending.getDeclaringClass().getSimpleName();
            Method member = Class.forName(AsyncOpenIdClient.class.getPackageName() + "." + name)
                    .getMethod(suspending.getName(), LibraryOperation.typesInJava(suspending));
            assertTrue(CompletionStage.class.isAssignableFrom(member.getReturnType()), member::toString);
            return name;
        } catch (ReflectiveOperationException e) {
            return "none for " + suspending;
        }
    }

    private static List<String> violations(Class<?> facade) {
        return LibraryOperation.all().stream()
                .flatMap(operation -> operation.violations(facade).stream())
                .collect(toList());
    }
}
