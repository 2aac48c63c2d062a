package dev.openidclient.spring;

import dev.openidclient.resourceserver.ResourceServerSettings;

/** Says more of the resource server than properties can, after what those say: introspection, replay caches, proxies. */
@FunctionalInterface
public interface ResourceServerCustomizer {
    /** Sets what it likes in {@code settings}. */
    void customize(ResourceServerSettings settings);
}
