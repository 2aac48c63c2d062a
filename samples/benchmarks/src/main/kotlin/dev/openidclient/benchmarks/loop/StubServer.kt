package dev.openidclient.benchmarks.loop

import io.netty.channel.EventLoopGroup
import io.netty.channel.MultiThreadIoEventLoopGroup
import io.netty.channel.nio.NioIoHandler
import io.netty.handler.ssl.SslContextBuilder
import io.netty.handler.ssl.SslProvider
import java.util.UUID
import java.util.concurrent.TimeUnit

/**
 * The program: an authorization server on loopback that costs as little as it can, on `http` and on `https`, all on one
 * thread. It prints its [StubAddress], then its [StubCounters] for each line that it reads, and ends with its standard
 * input.
 */
internal object StubServer {
    @JvmStatic
    fun main(arguments: Array<String>) {
        require(arguments.isEmpty()) { "the stub server takes no arguments" }
        val loops: EventLoopGroup = MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())
        try {
            serve(loops)
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync()
        }
    }

    private fun serve(loops: EventLoopGroup) {
        val keys = StubKeys()
        val secret = UUID.randomUUID().toString().replace("-", "")
        val tokens = StubTokens(keys)
        val counting = StubCounting()
        val tls = SslContextBuilder.forServer(keys.tlsKeys).sslProvider(SslProvider.JDK).build()
        val listeners =
            mapOf("http" to null, "https" to tls).mapValues { (scheme, tls) ->
                StubListener(loops, scheme, tls, counting) { issuer -> StubEndpoints(issuer, secret, tokens, counting) }
            }
        val issuers = listeners.mapValues { (_, listener) -> listener.issuer }
        println(StubAddress(issuers, keys.certificatePem, secret, tokens.accessToken).toJson())
        generateSequence(::readlnOrNull).forEach { _ -> println(counting.now().toJson()) }
    }
}
