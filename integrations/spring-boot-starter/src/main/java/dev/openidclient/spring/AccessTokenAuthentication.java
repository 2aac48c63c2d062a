package dev.openidclient.spring;

import dev.openidclient.resourceserver.GrantedAccess;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * An access token as Spring Security's authentication: each scope is an authority {@code SCOPE_…}, the name is the
 * subject, or without one the client id, and the principal what the token grants. It has no credentials: the token is kept
 * nowhere.
 */
public final class AccessTokenAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private final transient GrantedAccess access;
    private final String name;

    AccessTokenAuthentication(GrantedAccess access) {
        super(authorities(access));
        this.access = access;
        String subject = access.getSubject() == null ? access.getClientId() : access.getSubject();
        this.name = subject == null ? "" : subject;
        setAuthenticated(true);
    }

    private static List<GrantedAuthority> authorities(GrantedAccess access) {
        List<GrantedAuthority> authorities = new ArrayList<>();
        access.getScopes().forEach(scope -> authorities.add(new SimpleGrantedAuthority("SCOPE_" + scope)));
        return authorities;
    }

    /** Nothing: the token itself is kept nowhere. */
    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public GrantedAccess getPrincipal() {
        return access;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String toString() {
        return "AccessTokenAuthentication(" + getAuthorities() + ")";
    }
}
