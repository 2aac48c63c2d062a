package dev.openidclient.spring;

import dev.openidclient.resourceserver.GrantedAccess;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Whose request it is: the subject of its token, or without one the client. */
final class Caller {
    private Caller() {}

    static @Nullable Principal of(GrantedAccess access) {
        String name = access.getSubject() == null ? access.getClientId() : access.getSubject();
        return name == null ? null : () -> name;
    }
}
