package dev.openidclient.samples.recipes

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import io.grpc.CallCredentials
import io.grpc.Metadata
import io.grpc.Metadata.ASCII_STRING_MARSHALLER
import io.grpc.SecurityLevel
import io.grpc.Status
import io.grpc.StatusException
import io.grpc.StatusRuntimeException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.future.future
import java.util.concurrent.Executor

/** Runs [call] on `stub.withCallCredentials(it)`; once more where the token is refused, unless that is a stream. */
suspend fun <T> authorizedCall(
    access: ResourceAccess,
    isStream: Boolean = false,
    call: suspend (CallCredentials) -> T,
): T {
    var refused: ResourceAuthorization? = null
    while (true) {
        val tokens = GrpcTokens(access, refused)
        refused =
            try {
                return call(tokens)
            } catch (e: StatusException) {
                // of Kotlin's stubs
                tokens.refused(e.status, e.trailers, isStream) ?: throw e
            } catch (e: StatusRuntimeException) {
                // of Java's
                tokens.refused(e.status, e.trailers, isStream) ?: throw e
            }
    }
}

private class GrpcTokens(
    private val access: ResourceAccess,
    private val after: ResourceAuthorization?,
) : CallCredentials() {
    @Volatile private var used: ResourceAuthorization? = null

    /** For each attempt. To gRPC a call is a `POST` to its method, so that is what a DPoP proof names. */
    override fun applyRequestMetadata(
        info: RequestInfo,
        executor: Executor,
        applier: MetadataApplier,
    ) {
        val scheme = if (info.securityLevel == SecurityLevel.PRIVACY_AND_INTEGRITY) "https" else "http"
        val url = "$scheme://${info.authority}/${info.methodDescriptor.fullMethodName}"
        CoroutineScope(executor.asCoroutineDispatcher())
            .future { access.authorize("POST", url, after = after) }
            .whenComplete { authorization, failure ->
                used = authorization
                val metadata = Metadata()
                authorization?.headers?.run { names.forEach { metadata.put(key(it), get(it)) } }
                if (failure ==
                    null
                ) {
                    applier.apply(metadata)
                } else {
                    applier.fail(Status.UNAUTHENTICATED.withCause(failure))
                }
            }
    }

    suspend fun refused(
        status: Status,
        trailers: Metadata?,
        isStream: Boolean,
    ): ResourceAuthorization? {
        if (status.code != Status.Code.UNAUTHENTICATED) return null
        val names = trailers?.keys().orEmpty().filterNot { it.endsWith(Metadata.BINARY_HEADER_SUFFIX) }
        val headers = HttpHeaders.received(names.associateWith { trailers?.getAll(key(it))?.toList().orEmpty() })
        return used?.takeIf { access.judge(it, 401, headers, !isStream) == Verdict.SEND_AGAIN }
    }

    private fun key(name: String) = Metadata.Key.of(name, ASCII_STRING_MARSHALLER)
}
