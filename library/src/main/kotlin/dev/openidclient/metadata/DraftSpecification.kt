package dev.openidclient.metadata

/**
 * Follows a draft, which may still change, and this with it in any version. Kotlin asks for
 * `@OptIn(DraftSpecification::class)` where it is used; Java does not ask.
 */
@MustBeDocumented
@RequiresOptIn("Follows a draft of a specification: it may change in any version.")
@Retention(AnnotationRetention.BINARY)
@Target(
    AnnotationTarget.CLASS,
    AnnotationTarget.FUNCTION,
    AnnotationTarget.PROPERTY,
)
public annotation class DraftSpecification
