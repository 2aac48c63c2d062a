package dev.openidclient.samples.server;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** What the pages forbid the browser, beside what Spring Security forbids by itself. */
final class SecurityHeaders {
    /** Without {@code form-action}: the answer to a form redirects to whichever application asked. */
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';" + " frame-ancestors 'none'";

    private SecurityHeaders() {}

    static void add(HeadersConfigurer<HttpSecurity> headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER));
    }
}
