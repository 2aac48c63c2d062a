package dev.openidclient.metadata

/** Marks the builders of this library, so that an inner block cannot reach an outer one by accident. */
@DslMarker
@Target(AnnotationTarget.CLASS, AnnotationTarget.TYPE)
public annotation class OpenIdClientDsl
