/** Metrics of openid-client through Micrometer: {@link dev.openidclient.micrometer.MicrometerListener}. */
@NullMarked
package dev.openidclient.micrometer;

import org.jspecify.annotations.NullMarked;
