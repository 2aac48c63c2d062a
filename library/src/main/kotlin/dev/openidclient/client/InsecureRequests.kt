package dev.openidclient.client

/**
 * What is marked with this gives up the protection of TLS: for tests against a server without it, never in production.
 */
@RequiresOptIn("Sends tokens and secrets over plain http: only for tests.", RequiresOptIn.Level.WARNING)
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION)
public annotation class InsecureRequests
