package dev.openidclient.samples.shrunk

import dev.openidclient.okhttp.OkHttpTransport
import kotlinx.coroutines.runBlocking
import okhttp3.OkHttpClient

/** The same through the program's own OkHttp, without an engine among the arguments. */
fun main(arguments: Array<String>) {
    val okHttpClient = OkHttpClient()
    runBlocking { signIn(arguments) { transport = OkHttpTransport(okHttpClient) } }
    okHttpClient.dispatcher.executorService.shutdown()
}
