package dev.openidclient.benchmarks.loop

import io.netty.bootstrap.ServerBootstrap
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelInitializer
import io.netty.channel.ChannelOption
import io.netty.channel.EventLoopGroup
import io.netty.channel.SimpleChannelInboundHandler
import io.netty.channel.socket.SocketChannel
import io.netty.channel.socket.nio.NioServerSocketChannel
import io.netty.handler.codec.http.FullHttpRequest
import io.netty.handler.codec.http.HttpObjectAggregator
import io.netty.handler.codec.http.HttpServerCodec
import io.netty.handler.codec.http.HttpServerKeepAliveHandler
import io.netty.handler.ssl.SslContext
import java.net.InetSocketAddress
import java.util.concurrent.atomic.AtomicLong

/** Counts across all listeners of a stub server. */
internal class StubCounting {
    val tokenRequests: AtomicLong = AtomicLong()
    val connections: AtomicLong = AtomicLong()

    fun now(): StubCounters = StubCounters(tokenRequests.get(), connections.get())
}

/** One port of the stub server, with what is answered there: [endpoints] of its issuer. Connections are kept alive. */
internal class StubListener(
    loops: EventLoopGroup,
    scheme: String,
    private val tls: SslContext?,
    private val counting: StubCounting,
    endpoints: (issuer: String) -> StubEndpoints,
) {
    private val channel =
        ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel::class.java)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(Connections())
            .bind("127.0.0.1", 0)
            .sync()
            .channel()

    // a name, as not every engine checks an address in a certificate
    private val host = if (tls == null) "127.0.0.1" else "localhost"

    val issuer: String = "$scheme://$host:${(channel.localAddress() as InetSocketAddress).port}"

    private val answers = endpoints(issuer)

    private inner class Connections : ChannelInitializer<SocketChannel>() {
        override fun initChannel(connection: SocketChannel) {
            counting.connections.incrementAndGet()
            tls?.let { connection.pipeline().addLast(it.newHandler(connection.alloc())) }
            connection.pipeline().addLast(
                HttpServerCodec(),
                HttpServerKeepAliveHandler(),
                HttpObjectAggregator(LARGEST_REQUEST),
                Answering(),
            )
        }
    }

    private inner class Answering : SimpleChannelInboundHandler<FullHttpRequest>() {
        override fun channelRead0(
            context: ChannelHandlerContext,
            request: FullHttpRequest,
        ) {
            context.writeAndFlush(answers.answer(request))
        }

        // a client that hangs up
        override fun exceptionCaught(
            context: ChannelHandlerContext,
            cause: Throwable,
        ) {
            context.close()
        }
    }

    private companion object {
        const val BACKLOG = 1024
        const val LARGEST_REQUEST = 64 * 1024
    }
}
