package dev.openidclient.samples.server;

import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;

/**
 * Remembers no consent, so that every sign-in shows the consent page and every run can refuse there: a scope that was
 * granted before is otherwise granted without being asked.
 */
final class ConsentEveryTime implements OAuth2AuthorizationConsentService {
    @Override
    public void save(OAuth2AuthorizationConsent consent) {}

    @Override
    public void remove(OAuth2AuthorizationConsent consent) {}

    @Override
    public OAuth2AuthorizationConsent findById(String clientId, String principalName) {
        return null;
    }
}
