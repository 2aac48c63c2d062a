package dev.openidclient.samples.recipes;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.StreamSupport.stream;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

public final class GrpcCalls extends CallCredentials {
    private final AsyncResourceAccess access;
    private final ResourceAuthorization after;
    private volatile ResourceAuthorization used;

    private GrpcCalls(AsyncResourceAccess access, ResourceAuthorization after) {
        this.access = access;
        this.after = after;
    }

    /** Runs a call on {@code stub.withCallCredentials(it)}; once more where the token is refused, unless it streams. */
    public static <T> T call(AsyncResourceAccess access, boolean isStream, Function<CallCredentials, T> call) {
        return call(new GrpcCalls(access, null), isStream, call);
    }

    private static <T> T call(GrpcCalls tokens, boolean isStream, Function<CallCredentials, T> call) {
        try {
            return call.apply(tokens);
        } catch (StatusRuntimeException e) {
            if (!tokens.isRefused(e.getStatus(), e.getTrailers(), isStream)) {
                throw e;
            }
            return call(new GrpcCalls(tokens.access, tokens.used), isStream, call);
        }
    }

    /** For each attempt. To gRPC a call is a {@code POST} to its method, so that is what a DPoP proof names. */
    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
        String scheme = info.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY ? "https" : "http";
        String path = info.getMethodDescriptor().getFullMethodName();
        String url = scheme + "://" + info.getAuthority() + "/" + path;
        access.authorize("POST", url, null, after).whenComplete((authorization, failure) -> {
            used = authorization;
            var metadata = new Metadata();
            if (failure != null) {
                applier.fail(Status.UNAUTHENTICATED.withCause(AsyncErrors.unwrap(failure)));
                return;
            }
            if (authorization != null) {
                authorization.getHeaders().toMap().forEach((name, values) -> metadata.put(key(name), values.get(0)));
            }
            applier.apply(metadata);
        });
    }

    private boolean isRefused(Status status, Metadata trailers, boolean isStream) {
        if (used == null || status.getCode() != Status.Code.UNAUTHENTICATED) {
            return false;
        }
        var names = trailers == null
                ? Stream.<String>of()
                : trailers.keys().stream().filter(it -> !it.endsWith(Metadata.BINARY_HEADER_SUFFIX));
        var headers = HttpHeaders.received(names.collect(toMap(it -> it, it -> all(trailers, it))));
        return access.judge(used, 401, headers, !isStream).join() == Verdict.SEND_AGAIN;
    }

    private static List<String> all(Metadata trailers, String name) {
        return stream(trailers.getAll(key(name)).spliterator(), false).toList();
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
