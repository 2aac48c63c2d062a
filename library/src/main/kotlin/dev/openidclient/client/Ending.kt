package dev.openidclient.client

import kotlinx.coroutines.Job

/**
 * Cancels. Without the argument the call would be of a function that kotlinx.coroutines before 1.11, as Spring Boot brings
 * it, has in another class.
 */
internal fun Job.end() = cancel(null)
