package dev.openidclient.samples.recipes

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAccessSettings
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import io.grpc.CallCredentials
import io.grpc.CallOptions
import io.grpc.Context
import io.grpc.Contexts
import io.grpc.Grpc
import io.grpc.InsecureServerCredentials
import io.grpc.ManagedChannel
import io.grpc.Metadata
import io.grpc.MethodDescriptor
import io.grpc.MethodDescriptor.MethodType
import io.grpc.Server
import io.grpc.ServerCall
import io.grpc.ServerCallHandler
import io.grpc.ServerInterceptor
import io.grpc.ServerInterceptors
import io.grpc.ServerServiceDefinition
import io.grpc.Status
import io.grpc.StatusRuntimeException
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder
import io.grpc.stub.ClientCalls
import io.grpc.stub.ServerCalls
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.InputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.security.MessageDigest
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList

private typealias Runs = suspend (ResourceAccess, Boolean, (CallCredentials) -> String) -> String

/** The recipe of each language, with a gRPC server on 127.0.0.1. */
class GrpcCallsSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val languages =
            mapOf<String, Runs>(
                "Kotlin" to { access, isStream, call -> authorizedCall(access, isStream) { call(it) } },
                "Java" to { access, isStream, call ->
                    GrpcCalls.call(AsyncResourceAccess.from(access), isStream) { call(it) }
                },
            )

        for ((language, run) in languages) {
            context("gRPC in $language") {
                test("a call has the token, and a proof of POST and the URL of the method") {
                    GrpcWorld().use { world ->
                        run(world.access(), false, world::unary) shouldBe "orders of alice"
                        val call = world.calls.single()
                        call.authorization shouldStartWith "DPoP "
                        call.proof("htm") shouldBe "POST"
                        call.proof("htu") shouldBe "${world.origin}/shop.Orders/Get"
                        call.proof("ath") shouldBe sha256(call.authorization.removePrefix("DPoP "))
                    }
                }

                test("each call has a proof of its own, and all of them one token") {
                    GrpcWorld().use { world ->
                        val access = world.access()
                        repeat(3) { run(access, false, world::unary) }
                        world.calls.map { it.proof("jti") }.distinct().size shouldBe 3
                        world.calls.map { it.authorization }.distinct().size shouldBe 1
                    }
                }

                test("a token that is refused is renewed, and the call is sent once more") {
                    GrpcWorld { if (calls.size == 1) refused("DPoP error=\"invalid_token\"") else null }.use { world ->
                        run(world.access(), false, world::unary) shouldBe "orders of alice"
                        world.calls.map { it.authorization }.distinct().size shouldBe 2
                    }
                }

                test("a refusal without a challenge is one of the token, and comes twice at the most") {
                    GrpcWorld { Metadata() }.use { world ->
                        val failure =
                            shouldThrow<StatusRuntimeException> { run(world.access(), false, world::unary) }
                        failure.status.code shouldBe Status.Code.UNAUTHENTICATED
                        world.calls.size shouldBe 2
                    }
                }

                test("a nonce that is wanted is in the next proof") {
                    GrpcWorld {
                        val wanted = refused("DPoP error=\"use_dpop_nonce\"", "n1")
                        if (calls.last().proof("nonce") == "n1") null else wanted
                    }.use { world ->
                        run(world.access(), false, world::unary) shouldBe "orders of alice"
                        world.calls.map { it.proof("nonce") } shouldContainExactly listOf(null, "n1")
                    }
                }

                test("a stream that is refused is its caller's, and the next call has another token") {
                    GrpcWorld { if (calls.size == 1) refused("DPoP error=\"invalid_token\"") else null }.use { world ->
                        val access = world.access()
                        shouldThrow<StatusRuntimeException> { run(access, true, world::stream) }
                        run(access, true, world::stream) shouldBe "one, two"
                        world.calls.map { it.authorization }.distinct().size shouldBe 2
                    }
                }

                test("a server of another origin gets no token, and neither does a connection without TLS") {
                    GrpcWorld().use { world ->
                        for (allow in listOf("https://localhost:${world.port}", "https://api.example.com")) {
                            run(world.access { allow(allow) }, false, world::unary) shouldBe "orders of alice"
                        }
                        world.calls.map { it.authorization + it.dpop } shouldContainExactly listOf("", "")
                    }
                }

                test("where there is no token nothing is sent, and the call fails with the reason") {
                    GrpcWorld().use { world ->
                        world.authorizationServer.isDown = true
                        val failure =
                            shouldThrow<StatusRuntimeException> { run(world.access(), false, world::unary) }
                        failure.status.code shouldBe Status.Code.UNAUTHENTICATED
                        failure.cause?.message.orEmpty() shouldContain "https://as.example.com"
                        world.calls.shouldBeEmpty()
                    }
                }

                test("another failure of the server is its caller's, and the token stays") {
                    GrpcWorld().use { world ->
                        val failure = Status.PERMISSION_DENIED.asRuntimeException()
                        val access = world.access()
                        shouldThrow<StatusRuntimeException> {
                            run(access, false) {
                                world.unary(it)
                                throw failure
                            }
                        } shouldBeSameInstanceAs failure
                        run(access, false, world::unary)
                        world.calls.map { it.authorization }.distinct().size shouldBe 1
                    }
                }
            }
        }

        test("the failure of a stub for coroutines is judged as that of others") {
            GrpcWorld { if (calls.size == 1) Metadata() else null }.use { world ->
                authorizedCall(world.access()) {
                    try {
                        world.unary(it)
                    } catch (e: StatusRuntimeException) {
                        throw e.status.asException(e.trailers)
                    }
                } shouldBe "orders of alice"
                world.calls.size shouldBe 2
            }
        }
    })

/** What came with a call. */
private class GrpcCall(
    headers: Metadata,
) {
    val authorization = headers.get(key("authorization")).orEmpty()
    val dpop = headers.get(key("dpop")).orEmpty()

    fun proof(claim: String): String? {
        val claims = Base64.getUrlDecoder().decode(dpop.split('.')[1]).decodeToString()
        return Json.parseToJsonElement(claims).jsonObject[claim]?.jsonPrimitive?.content
    }
}

/** A server of orders; [refuse] has the trailers of a refusal, or null. */
private class GrpcWorld(
    private val refuse: GrpcWorld.() -> Metadata? = { null },
) : AutoCloseable,
    ServerInterceptor {
    val calls: MutableList<GrpcCall> = CopyOnWriteArrayList()
    val authorizationServer = TestAuthorizationServer { client("app", "secret-of-the-app") }

    private val client =
        OpenIdClient(authorizationServer.metadata, "app") {
            clientSecret("secret-of-the-app")
            transport = authorizationServer
        }.withDpop(Dpop(SigningKey.generate("ES256")))

    private val service = ClientCredentialsTokens(client) {}
    private val tokens: TokenSource = service.source { scope("orders") }

    private val server: Server =
        Grpc
            .newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                ServerInterceptors.intercept(
                    ServerServiceDefinition
                        .builder("shop.Orders")
                        .addMethod(
                            GET,
                            ServerCalls.asyncUnaryCall {
                                _,
                                answer,
                                ->
                                answer.run {
                                    onNext("orders of alice")
                                    onCompleted()
                                }
                            },
                        ).addMethod(
                            WATCH,
                            ServerCalls.asyncServerStreamingCall {
                                _,
                                answer,
                                ->
                                answer.run {
                                    onNext("one")
                                    onNext("two")
                                    onCompleted()
                                }
                            },
                        ).build(),
                    this,
                ),
            ).build()
            .start()

    val port: Int = server.port
    val origin = "http://localhost:$port"

    private val channel: ManagedChannel =
        NettyChannelBuilder
            .forAddress(InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .overrideAuthority("localhost:$port")
            .usePlaintext()
            .build()

    @OptIn(InsecureRequests::class) // the server is in this process
    fun access(allow: ResourceAccessSettings.() -> Unit = { allowInsecure(origin) }): ResourceAccess =
        ResourceAccess(client, tokens, allow)

    fun unary(credentials: CallCredentials): String =
        ClientCalls.blockingUnaryCall(channel, GET, CallOptions.DEFAULT.withCallCredentials(credentials), "alice")

    fun stream(credentials: CallCredentials): String =
        ClientCalls
            .blockingServerStreamingCall(channel, WATCH, CallOptions.DEFAULT.withCallCredentials(credentials), "alice")
            .asSequence()
            .joinToString()

    override fun <I, O> interceptCall(
        call: ServerCall<I, O>,
        headers: Metadata,
        next: ServerCallHandler<I, O>,
    ): ServerCall.Listener<I> {
        calls += GrpcCall(headers)
        val refusal = refuse() ?: return Contexts.interceptCall(Context.current(), call, headers, next)
        call.close(Status.UNAUTHENTICATED, refusal)
        return object : ServerCall.Listener<I>() {}
    }

    override fun close() {
        channel.shutdownNow()
        server.shutdownNow()
        service.close()
    }
}

private fun refused(
    challenge: String,
    nonce: String? = null,
) = Metadata().apply {
    put(key("www-authenticate"), challenge)
    nonce?.let { put(key("dpop-nonce"), it) }
}

private fun key(name: String) = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)

private fun sha256(text: String): String =
    Base64.getUrlEncoder().withoutPadding().encodeToString(
        MessageDigest.getInstance("SHA-256").digest(text.encodeToByteArray()),
    )

private object Text : MethodDescriptor.Marshaller<String> {
    override fun stream(value: String): InputStream = value.byteInputStream()

    override fun parse(stream: InputStream): String = stream.readBytes().decodeToString()
}

private fun method(
    type: MethodType,
    name: String,
): MethodDescriptor<String, String> =
    MethodDescriptor
        .newBuilder(Text, Text)
        .setType(type)
        .setFullMethodName("shop.Orders/$name")
        .build()

private val GET = method(MethodType.UNARY, "Get")
private val WATCH = method(MethodType.SERVER_STREAMING, "Watch")
