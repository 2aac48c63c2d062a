package dev.openidclient.redis

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import java.io.File
import java.lang.module.ModuleFinder
import java.nio.file.Files
import java.nio.file.Path

class ModulePathSpec :
    FunSpec({
        test("on the module path all is there that Lettuce needs: it names no modules itself") {
            val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
            val published =
                classPath.split(File.pathSeparator).map(Path::of).filter {
                    Files.exists(it) && OF_PROGRAMS.containsMatchIn(it.toString().replace(File.separatorChar, '/'))
                }
            val finder = ModuleFinder.of(*published.toTypedArray())
            val resolved =
                ModuleLayer
                    .boot()
                    .configuration()
                    .resolve(finder, ModuleFinder.of(), setOf("dev.openidclient.redis"))
                    .modules()
                    .map { it.name() }
            resolved shouldContainAll listOf("lettuce.core", "io.netty.transport", "io.netty.handler", "reactor.core")
        }
    }) {
    private companion object {
        /** What a program has, without what is of these tests. */
        val OF_PROGRAMS =
            Regex(
                "redis/target/classes$|library/target/classes$|/openid-client-[0-9.]+(-SNAPSHOT)?\\.jar$|" +
                    "/(lettuce|netty|reactor|reactive|redis-authx)[^/]*\\.jar$|" +
                    "/(kotlin-stdlib|kotlinx|ktor|nimbus|slf4j-api|annotations)[^/]*\\.jar$",
            )
    }
}
