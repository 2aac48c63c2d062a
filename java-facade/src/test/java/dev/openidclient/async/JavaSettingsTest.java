package dev.openidclient.async;

import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.agent.ClientIdentities;
import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Connection;
import dev.openidclient.client.ConnectionSettings;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.http.HttpBody;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.resource.ProtectedResourceSettings;
import dev.openidclient.tokensource.AfterDoubt;
import dev.openidclient.tokensource.UserTokensSettings;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JavaSettingsTest {
    @SuppressWarnings("unused")
    public static final class Halfway {
        public void setTimeout(Duration timeout) {}

        public void timeout(Duration timeout) {}
    }

    @Test
    @DisplayName("Java sees no setter in the library and in the facade")
    void noSetter() {
        assertEquals(
                List.of(),
                Stream.of(OpenIdClient.class, AsyncOpenIdClient.class)
                        .flatMap(sample -> PublicMembers.of(sample).stream())
                        .filter(JavaSettingsTest::isSetter)
                        .collect(toList()));
    }

    @Test
    @DisplayName("every setting has a function of its name for Java, which sets it and returns the builder")
    void everySettingHasItsFunction() {
        List<Method> setters = settersHiddenFromJava();

        assertEquals(
                List.of(),
                setters.stream()
                        .map(JavaSettingsTest::violation)
                        .filter(Objects::nonNull)
                        .collect(toList()));
        assertTrue(
                setters.stream()
                        .map(setter -> setter.getDeclaringClass().getSimpleName() + "." + nameOf(setter))
                        .collect(toSet())
                        .containsAll(Set.of(
                                "ClientSettings.authentication",
                                "LazySettings.metadataLifetime",
                                "RegistrySettings.idleTime",
                                "SendingSettings.timeout",
                                "RegistrationBuilder.dpop",
                                "ResourceRequestBuilder.method",
                                "AuthorizationCodeChecks.expectedState")),
                setters::toString);
    }

    @Test
    @DisplayName("a function that is missing, or does not return the builder, is found")
    void findsWhatIsMissing() throws NoSuchMethodException {
        Method setter = Halfway.class.getMethod("setTimeout", Duration.class);

        assertTrue(isSetter(setter));
        assertEquals("Halfway.timeout(Duration) must return Halfway, not void", violation(setter));
    }

    @Test
    @DisplayName("settings chain, and null is what they are without")
    void chains() {
        var checks = new AuthorizationCodeChecks(own ->
                own.expectedState("a").expectedNonce("b").maxAge(Duration.ZERO).expectedState(null));

        assertNull(checks.getExpectedState());
        assertEquals("b", checks.getExpectedNonce());
        assertEquals(Duration.ZERO, checks.getMaxAge());
    }

    private static List<Method> settersHiddenFromJava() {
        return PublicMembers.of(OpenIdClient.class).stream()
                .map(Method::getDeclaringClass)
                .distinct()
                .flatMap(owner -> Arrays.stream(owner.getDeclaredMethods()))
                .filter(method -> method.isSynthetic() && isSetter(method))
                // Java has executor in its place
                .filter(method -> !method.getName().equals("setCoroutineContext"))
                .collect(toList());
    }

    private static boolean isSetter(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && method.getParameterCount() == 1
                && method.getName().matches("set[A-Z][A-Za-z0-9]*");
    }

    /** What the function for {@code setter} does otherwise than it must, or null. */
    private static String violation(Method setter) {
        Class<?> owner = setter.getDeclaringClass();
        Class<?> type = setter.getParameterTypes()[0];
        String signature = owner.getSimpleName() + "." + nameOf(setter) + "(" + type.getSimpleName() + ")";
        try {
            Method function = owner.getMethod(nameOf(setter), type);
            if (!owner.isAssignableFrom(function.getReturnType())) {
                return signature + " must return " + owner.getSimpleName() + ", not " + function.getReturnType();
            }
            Object builder = newBuilder(owner);
            Object value = sample(type);
            assertSame(builder, function.invoke(builder, value), signature);
            assertEquals(
                    value,
                    owner.getMethod("get" + setter.getName().substring(3)).invoke(builder),
                    signature);
            return null;
        } catch (NoSuchMethodException e) {
            return signature + " is missing";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(signature, e);
        }
    }

    private static Object newBuilder(Class<?> owner) throws ReflectiveOperationException {
        // what several kinds of settings have in common is tried with one of them
        Class<?> type = Stream.of(
                        owner,
                        ConnectionSettings.class,
                        UserTokensSettings.class,
                        ClientSettings.class,
                        ProtectedResourceSettings.class,
                        InteractiveTokensSettings.class)
                .filter(kind -> !Modifier.isAbstract(kind.getModifiers()) && owner.isAssignableFrom(kind))
                .findFirst()
                .orElseThrow();
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static Object sample(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[type.getEnumConstants().length - 1];
        }
        if (type.isInterface()) {
            return Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> proxy == arguments[0]);
        }
        return Stream.of(
                        "value",
                        7,
                        Duration.ofSeconds(7),
                        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                        HttpBody.json("{}"),
                        AuthorizationServerMetadata.parse("{\"issuer\":\"https://as.example.com\"}"),
                        AfterDoubt.NEVER,
                        Connection.open(settings -> settings.transport(AsyncHttpTransport.toTransport(
                                request -> CompletableFuture.completedFuture(StubServer.response("{}"))))),
                        new ClientIdentities(identities -> identities.registered("https://as.example.com", "app")),
                        new Dpop(new TestKey().signingKey()))
                .filter(sample ->
                        MethodType.methodType(type).wrap().returnType().isInstance(sample))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no sample of " + type + " here: add one"));
    }

    private static String nameOf(Method setter) {
        String name = setter.getName().substring(3);
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
