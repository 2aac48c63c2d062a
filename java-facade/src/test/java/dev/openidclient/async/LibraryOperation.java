package dev.openidclient.async;

import static java.util.stream.Collectors.toList;

import dev.openidclient.client.OpenIdClient;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.jvm.functions.Function1;

/** An operation of the library, and what the facade has to have for it. */
final class LibraryOperation {
    private static final int FILE_FACADE = 2;

    private final Method method;
    private final boolean ofClient;

    private LibraryOperation(Method method) {
        this.method = method;
        this.ofClient = PublicMembers.isStatic(method)
                && method.getParameterCount() > 0
                && method.getParameterTypes()[0] == OpenIdClient.class;
    }

    /** Every top-level function, and every suspending one of the client's companion. */
    static List<LibraryOperation> all() {
        return PublicMembers.of(OpenIdClient.class).stream()
                .filter(method -> isTopLevel(method)
                        || (method.getDeclaringClass() == OpenIdClient.Companion.getClass() && isSuspending(method)))
                .map(LibraryOperation::new)
                .collect(toList());
    }

    String name() {
        return method.getName();
    }

    /** What {@code facade} lacks or has otherwise, as sentences. */
    List<String> violations(Class<?> facade) {
        List<Class<?>> parameters = parameters();
        boolean configurable = !parameters.isEmpty() && parameters.get(parameters.size() - 1) == Consumer.class;
        return Stream.of(
                        violation(facade, parameters),
                        configurable ? violation(facade, parameters.subList(0, parameters.size() - 1)) : null)
                .filter(Objects::nonNull)
                .collect(toList());
    }

    private String violation(Class<?> facade, List<Class<?>> parameters) {
        String signature =
                name() + parameters.stream().map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
        try {
            Method member = facade.getMethod(name(), parameters.toArray(Class<?>[]::new));
            if (PublicMembers.isStatic(member) == ofClient) {
                return signature + (ofClient ? " must not be static" : " must be static");
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
        return IntStream.range(ofClient ? 1 : 0, end)
                .mapToObj(i -> types[i] == Function1.class ? Consumer.class : types[i])
                .collect(toList());
    }

    private String result() {
        if (!isSuspending(method)) {
            return translated(method.getGenericReturnType()).getTypeName();
        }
        var parameters = method.getGenericParameterTypes();
        var continuation = (ParameterizedType) parameters[parameters.length - 1];
        var lowerBound = ((WildcardType) continuation.getActualTypeArguments()[0]).getLowerBounds()[0];
        return CompletableFuture.class.getName() + "<" + translated(lowerBound).getTypeName() + ">";
    }

    private static Type translated(Type type) {
        if (type == OpenIdClient.class) {
            return AsyncOpenIdClient.class;
        }
        return type == Unit.class ? Void.class : type;
    }

    private static boolean isTopLevel(Method method) {
        var metadata = method.getDeclaringClass().getAnnotation(Metadata.class);
        return metadata != null && metadata.k() == FILE_FACADE;
    }

    private static boolean isSuspending(Method method) {
        return Arrays.asList(method.getParameterTypes()).contains(Continuation.class);
    }
}
