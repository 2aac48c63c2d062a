package dev.openidclient.samples.kotlinweb

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import java.net.Socket
import java.net.URI

class BackChannelLogoutSpec :
    FunSpec({
        test("of a logout request without end no more than 64 KiB are read, and it is refused") {
            Demo.start().use { demo ->
                val address = URI(demo.url)
                Socket(address.host, address.port).use { socket ->
                    socket.soTimeout = 10_000
                    val head =
                        "POST /backchannel-logout HTTP/1.1\r\nHost: ${address.authority}\r\n" +
                            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000000\r\n\r\n"
                    val output = socket.getOutputStream()
                    output.write((head + "logout_token=" + "x".repeat(64 * 1024)).toByteArray())
                    output.flush()
                    // the rest never comes
                    socket.getInputStream().bufferedReader().readLine() shouldContain " 400 "
                }
            }
        }
    })
