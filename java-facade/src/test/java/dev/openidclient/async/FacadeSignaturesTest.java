package dev.openidclient.async;

import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.client.AuthorizationDetail;
import dev.openidclient.client.DiscoveredClient;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.TlsSettings;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.resource.ResourceAccess;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.CustomTokens;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.userinfo.UserInfo;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.jvm.functions.Function1;
import kotlinx.coroutines.flow.Flow;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FacadeSignaturesTest {
    /** Kotlin's own types; the JSON of kotlinx.serialization is a value like others. */
    private static final Pattern KOTLIN = Pattern.compile("\\bkotlinx?\\.(?!serialization\\.json\\.)");

    private static final Pattern FOR_KOTLIN =
            Pattern.compile("\\bkotlin\\.jvm\\.functions\\.|\\bkotlinx\\.coroutines\\.");

    private static final Pattern OF_LIBRARY = Pattern.compile("\\bdev\\.openidclient(?:\\.[\\w$]+)+");

    /** What the facade is the counterpart of. */
    private static final Set<Class<?>> OF_KOTLIN = Set.of(
            OpenIdClient.class,
            OpenIdClient.Companion.getClass(),
            DiscoveredClient.class,
            TokenSource.Companion.getClass(),
            CustomTokens.class,
            ResourceAccess.class,
            AuthorizationHandler.class);

    /** A signature of each kind that the facade must not have. */
    public interface Kotlinish {
        void function(Consumer<String> good, Function1<String, String> bad);

        CompletionStage<Unit> unit();

        Object continuation(Continuation<? super String> bad);

        Flow<String> flow();
    }

    @Test
    @DisplayName("no public signature of the facade has a type of Kotlin's")
    void noKotlinTypes() {
        assertEquals(
                List.of(), facade().flatMap(FacadeSignaturesTest::kotlinish).collect(toList()));
    }

    @Test
    @DisplayName("a Kotlin function, Unit, a continuation and a flow in a signature are found")
    void findsKotlinTypes() {
        assertEquals(4, kotlinish(Kotlinish.class).count());
        assertEquals(0, kotlinish(CompletableFuture.class).count());
    }

    @Test
    @DisplayName("no type that the facade hands out has a member with a mangled name")
    void noMangledNames() {
        assertEquals(
                List.of(),
                handedOutMembers()
                        .filter(member -> isMangled(member.getName()))
                        .map(Method::toString)
                        .collect(toList()));
    }

    @Test
    @DisplayName("no type that the facade hands out wants a function of Kotlin's, or hands out a flow")
    void noKotlinFunctions() {
        assertEquals(
                List.of(),
                handedOut()
                        .filter(type -> !OF_KOTLIN.contains(type))
                        .flatMap(FacadeSignaturesTest::executables)
                        .filter(FacadeSignaturesTest::isForKotlin)
                        .map(Executable::toGenericString)
                        .collect(toList()));
        assertTrue(executables(OpenIdClient.class).anyMatch(FacadeSignaturesTest::isForKotlin));
    }

    @Test
    @DisplayName("the types that the facade hands out are followed through their members")
    void followsTypes() {
        Set<Class<?>> types = handedOutMembers().map(Method::getDeclaringClass).collect(toSet());

        assertTrue(types.containsAll(Set.of(
                TokenResponse.class,
                UserInfo.class.getSuperclass(),
                ClientMetadata.class,
                Poll.Pending.class,
                Poll.Failed.class,
                Poll.Granted.class,
                TlsSettings.class,
                AuthorizationDetail.class)));
        // internal members are mangled and public in the class file, but no one's business
        assertTrue(Arrays.stream(OpenIdClient.class.getMethods()).anyMatch(method -> isMangled(method.getName())));
        assertFalse(isMangled("getAccessToken"));
        assertTrue(isMangled("getLifetime-UwyO8pc"));
    }

    private static Stream<Class<?>> facade() {
        return PublicMembers.of(AsyncOpenIdClient.class).stream()
                .<Class<?>>map(Method::getDeclaringClass)
                .distinct();
    }

    private static Stream<String> kotlinish(Class<?> type) {
        Stream<Executable> members =
                Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getConstructors()));
        Stream<String> signatures = Stream.concat(
                Stream.of(type.toGenericString() + supertypes(type)), members.map(Executable::toGenericString));
        return Stream.concat(signatures, Arrays.stream(type.getFields()).map(field -> field.toGenericString()))
                .filter(signature -> KOTLIN.matcher(signature).find());
    }

    private static String supertypes(Class<?> type) {
        return " " + type.getGenericSuperclass() + " " + Arrays.toString(type.getGenericInterfaces());
    }

    private static Stream<Executable> executables(Class<?> type) {
        return Stream.<Executable>concat(
                        Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                .filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic());
    }

    private static boolean isForKotlin(Executable member) {
        return !isMangled(member.getName())
                && FOR_KOTLIN.matcher(member.toGenericString()).find();
    }

    /** The members of every type of the library that can be reached from the facade by return types and builders. */
    private static Stream<Method> handedOutMembers() {
        Map<Class<?>, List<Method>> library = library();
        return handedOut().flatMap(type -> library.getOrDefault(type, List.of()).stream());
    }

    private static Map<Class<?>, List<Method>> library() {
        return PublicMembers.of(OpenIdClient.class).stream().collect(Collectors.groupingBy(Method::getDeclaringClass));
    }

    private static Stream<Class<?>> handedOut() {
        Map<Class<?>, List<Method>> library = library();
        var reached = new HashSet<Class<?>>();
        var next = new ArrayDeque<Class<?>>(facade().flatMap(type -> Arrays.stream(type.getMethods()))
                .flatMap(FacadeSignaturesTest::libraryTypes)
                .collect(toList()));
        while (!next.isEmpty()) {
            Class<?> type = next.remove();
            if (reached.add(type)) {
                Stream.ofNullable(type.getSuperclass())
                        .filter(library::containsKey)
                        .forEach(next::add);
                Arrays.stream(type.getDeclaredClasses())
                        .filter(library::containsKey)
                        .forEach(next::add);
                library.getOrDefault(type, List.of()).stream()
                        .flatMap(FacadeSignaturesTest::libraryTypes)
                        .forEach(next::add);
            }
        }
        return reached.stream();
    }

    private static Stream<Class<?>> libraryTypes(Method method) {
        return OF_LIBRARY
                .matcher(method.toGenericString()
                        .replace(method.getDeclaringClass().getTypeName() + ".", ""))
                .results()
                .map(match -> typeOf(match.group()));
    }

    private static Class<?> typeOf(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isMangled(String name) {
        return name.contains("-") || name.contains("$");
    }
}
