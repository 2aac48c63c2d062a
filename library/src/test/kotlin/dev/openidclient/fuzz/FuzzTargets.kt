package dev.openidclient.fuzz

import dev.openidclient.testing.moduleDirectory
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readBytes

/** Every reader of outside input. */
internal val FUZZ_TARGETS: List<FuzzTarget> =
    HTTP_TARGETS + JOSE_TARGETS + CALLBACK_TARGETS + ANSWER_TARGETS + RESOURCE_SERVER_TARGETS

internal fun fuzzTarget(name: String): FuzzTarget =
    requireNotNull(FUZZ_TARGETS.find { it.name == name }) { "no target \"$name\", but ${FUZZ_TARGETS.joinToString()}" }

/** The inputs of the folder of [target], by name, then those that it makes itself. */
internal fun corpus(target: FuzzTarget): List<ByteArray> = stored(target.name) + target.seeds()

private fun stored(name: String): List<ByteArray> =
    moduleDirectory
        .resolve("src/test/resources/fuzz/$name")
        .takeIf { it.isDirectory() }
        ?.listDirectoryEntries()
        .orEmpty()
        .sorted()
        .map { it.readBytes() }
