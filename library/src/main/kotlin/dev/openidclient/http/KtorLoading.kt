package dev.openidclient.http

/**
 * Runs [load], which needs Ktor's client. Throws [IllegalStateException] where the versions on the class path, as a
 * framework that manages them chose, are too old for it.
 */
internal inline fun <T> whereKtorLoads(load: () -> T): T =
    try {
        load()
    } catch (e: LinkageError) {
        throw IllegalStateException(KTOR_DOES_NOT_LOAD, e)
    }

internal const val KTOR_DOES_NOT_LOAD: String =
    "Ktor's client does not run with the versions of kotlin-stdlib, kotlinx-coroutines and kotlinx-serialization on " +
        "the class path. Set them to 2.3.21, 1.11.0 and 1.11.0 or later, in Spring Boot by the properties " +
        "kotlin.version, kotlin-coroutines.version and kotlin-serialization.version; or use HttpEngine.JAVA"
