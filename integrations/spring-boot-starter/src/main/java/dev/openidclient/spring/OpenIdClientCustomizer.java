package dev.openidclient.spring;

import dev.openidclient.client.ClientSettings;

/**
 * Says more of clients than properties can: a key that an HSM or KMS holds, a security profile, a transport. A bean of
 * this is asked for each client, after what the properties say.
 *
 * <pre>{@code
 * @Bean
 * OpenIdClientCustomizer profile() {
 *     return (name, settings) -> settings.fapi2Security();
 * }
 * }</pre>
 */
@FunctionalInterface
public interface OpenIdClientCustomizer {
    /** Sets what it likes in {@code settings} of the client that the properties call {@code name}. */
    void customize(String name, ClientSettings settings);
}
