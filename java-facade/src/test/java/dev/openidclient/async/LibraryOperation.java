package dev.openidclient.async;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toList;

import dev.openidclient.agent.InteractiveTokens;
import dev.openidclient.client.ClientRegistry;
import dev.openidclient.client.ClientSource;
import dev.openidclient.client.DiscoveredClient;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.resource.ProtectedResource;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.ExchangedTokens;
import dev.openidclient.tokensource.TokenSource;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.jvm.functions.Function1;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.flow.Flow;

/** An operation of the library, and what the facade has to have for it. */
final class LibraryOperation {
    private static final int FILE_FACADE = 2;

    /** What an operation that is an extension function belongs to. */
    private static final Set<Class<?>> RECEIVERS = Set.of(
            OpenIdClient.class,
            OpenIdClient.Companion.getClass(),
            AuthorizationServerMetadata.Companion.getClass(),
            ClientRegistry.class);

    /** Whose functions are static in Java. */
    private static final Set<Class<?>> COMPANIONS = Set.of(
            OpenIdClient.Companion.getClass(),
            AuthorizationServerMetadata.Companion.getClass(),
            ProtectedResource.Companion.getClass());

    private static final String POLLS = "Polls";

    /** What is otherwise called in the facade, where a future says what a suspending function's name says. */
    private static final Map<String, String> NAMES = Map.of("closed", "closeAsync");

    private static final Map<Class<?>, Class<?>> TYPES = Map.ofEntries(
            entry(ProtectedResource.class, AsyncProtectedResource.class),
            entry(OpenIdClient.class, AsyncOpenIdClient.class),
            entry(ClientSource.class, AsyncClientSource.class),
            entry(DiscoveredClient.class, AsyncDiscoveredClient.class),
            entry(TokenSource.class, AsyncTokenSource.class),
            entry(ExchangedTokens.class, AsyncExchangedTokens.class),
            entry(InteractiveTokens.class, AsyncInteractiveTokens.class),
            entry(Unit.class, Void.class),
            entry(Function1.class, Consumer.class),
            entry(Function2.class, Function.class),
            entry(Job.class, CompletionStage.class));

    private final Method method;
    private final boolean isExtension;
    private final boolean ofInstance;

    private LibraryOperation(Method method) {
        this.method = method;
        this.isExtension = PublicMembers.isStatic(method)
                && method.getParameterCount() > 0
                && RECEIVERS.contains(method.getParameterTypes()[0]);
        this.ofInstance = isExtension
                ? !COMPANIONS.contains(method.getParameterTypes()[0])
                : !PublicMembers.isStatic(method) && !COMPANIONS.contains(method.getDeclaringClass());
    }

    /** Every function of {@code type}, extensions too, but those that Java has no need of: of its companion. */
    static List<LibraryOperation> of(Class<?> type) {
        return PublicMembers.of(OpenIdClient.class).stream()
                .filter(method -> method.getDeclaringClass() == type || isExtensionOf(type, method))
                .map(LibraryOperation::new)
                .collect(toList());
    }

    /** Every top-level function, every function of the client, and of its companion. */
    static List<LibraryOperation> all() {
        return PublicMembers.of(OpenIdClient.class).stream()
                .filter(method -> (isTopLevel(method) && !isOfTransport(method) && !isOfAnother(method))
                        || isFunctionOfClient(method)
                        || method.getDeclaringClass() == OpenIdClient.Companion.getClass())
                .map(LibraryOperation::new)
                .collect(toList());
    }

    /** Those that wrap a transport suspend nowhere: Java calls them as they are. */
    private static boolean isOfTransport(Method method) {
        return method.getParameterCount() > 0 && method.getParameterTypes()[0] == HttpTransport.class;
    }

    /** Those whose counterparts stand elsewhere. */
    private static boolean isOfAnother(Method method) {
        return isExtensionOf(ClientRegistry.class, method)
                || isExtensionOf(AuthorizationServerMetadata.Companion.getClass(), method);
    }

    private static boolean isExtensionOf(Class<?> type, Method method) {
        return isTopLevel(method) && method.getParameterCount() > 0 && method.getParameterTypes()[0] == type;
    }

    /** The facade's: a flow of polls is a grant with a listener there. */
    String name() {
        return isFlow()
                ? method.getName().replaceFirst(POLLS + "$", "Grant")
                : NAMES.getOrDefault(method.getName(), method.getName());
    }

    /** What {@code facade} lacks or has otherwise, as sentences. */
    List<String> violations(Class<?> facade) {
        List<Class<?>> parameters = parameters();
        return Stream.of(
                        violation(facade, parameters),
                        hasDefault() && !isFlow()
                                ? violation(facade, parameters.subList(0, parameters.size() - 1))
                                : null)
                .filter(Objects::nonNull)
                .collect(toList());
    }

    /** Whether the last parameter may be left out in Kotlin; where overloads say so they are operations themselves. */
    private boolean hasDefault() {
        int others = PublicMembers.isStatic(method) ? 2 : 3; // the instance, which parameters there are, a marker
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(other -> other.getName().equals(method.getName() + "$default"))
                .filter(other -> other.getParameterCount() == method.getParameterCount() + others)
                .anyMatch(other -> Collections.indexOfSubList(
                                List.of(other.getParameterTypes()), List.of(method.getParameterTypes()))
                        >= 0);
    }

    private boolean isFlow() {
        return method.getReturnType() == Flow.class;
    }

    private String violation(Class<?> facade, List<Class<?>> parameters) {
        String signature =
                name() + parameters.stream().map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
        try {
            Method member = facade.getMethod(name(), parameters.toArray(Class<?>[]::new));
            if (PublicMembers.isStatic(member) == ofInstance) {
                return signature + (ofInstance ? " must not be static" : " must be static");
            }
            String result = member.getGenericReturnType().getTypeName();
            return result.equals(result()) ? null : signature + " must return " + result() + ", not " + result;
        } catch (NoSuchMethodException e) {
            return signature + " is missing";
        }
    }

    private List<Class<?>> parameters() {
        var types = method.getParameterTypes();
        int end = types.length - (isSuspending(method) ? 1 : 0);
        Stream<Class<?>> own = IntStream.range(isExtension ? 1 : 0, end).mapToObj(i -> inJava(types[i]));
        return (isFlow() ? Stream.concat(own, Stream.of(Consumer.class)) : own).collect(toList());
    }

    /** The parameters of {@code suspending} without its continuation: a function that suspends is one with a future. */
    static Class<?>[] typesInJava(Method suspending) {
        var types = suspending.getParameterTypes();
        return Arrays.stream(types, 0, types.length - 1)
                .map(LibraryOperation::inJava)
                .toArray(Class<?>[]::new);
    }

    private static Class<?> inJava(Class<?> type) {
        return TYPES.getOrDefault(type, type);
    }

    private String result() {
        if (isFlow()) {
            return CompletableFuture.class.getName() + "<" + TokenResponse.class.getName() + ">";
        }
        if (!isSuspending(method)) {
            return translated(method.getGenericReturnType()).getTypeName();
        }
        var parameters = method.getGenericParameterTypes();
        var continuation = (ParameterizedType) parameters[parameters.length - 1];
        var lowerBound = ((WildcardType) continuation.getActualTypeArguments()[0]).getLowerBounds()[0];
        return CompletableFuture.class.getName() + "<" + translated(lowerBound).getTypeName() + ">";
    }

    private static Type translated(Type type) {
        return type instanceof Class ? inJava((Class<?>) type) : type;
    }

    private static boolean isTopLevel(Method method) {
        var metadata = method.getDeclaringClass().getAnnotation(Metadata.class);
        return metadata != null && metadata.k() == FILE_FACADE;
    }

    private static boolean isFunctionOfClient(Method method) {
        return method.getDeclaringClass() == OpenIdClient.class
                && !PublicMembers.isStatic(method)
                && !isOfSource(method)
                && !method.getName().startsWith("get");
    }

    /** What is a client's as a source of clients: the facade's is a source of its own. */
    private static boolean isOfSource(Method method) {
        return Arrays.stream(ClientSource.class.getMethods())
                .anyMatch(other -> other.getName().equals(method.getName()));
    }

    static boolean isSuspending(Method method) {
        return Arrays.asList(method.getParameterTypes()).contains(Continuation.class);
    }
}
