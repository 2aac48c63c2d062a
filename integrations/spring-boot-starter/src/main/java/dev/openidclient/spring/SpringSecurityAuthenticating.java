package dev.openidclient.spring;

import dev.openidclient.resourceserver.GrantedAccess;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** The authentication of Spring Security, for as long as the request goes on. No session keeps it. */
final class SpringSecurityAuthenticating implements AccessTokenFilter.Authenticating {
    @Override
    public void around(GrantedAccess access, AccessTokenFilter.Filtered rest) throws IOException, ServletException {
        SecurityContext before = SecurityContextHolder.getContext();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new AccessTokenAuthentication(access));
        SecurityContextHolder.setContext(context);
        try {
            rest.proceed();
        } finally {
            SecurityContextHolder.setContext(before);
        }
    }
}
