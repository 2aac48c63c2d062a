/** Traces and metrics of openid-client: {@link dev.openidclient.opentelemetry.OpenTelemetryListener}. */
@NullMarked
package dev.openidclient.opentelemetry;

import org.jspecify.annotations.NullMarked;
