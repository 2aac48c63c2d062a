package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.TransportException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sign-in with what is pending in the session of the person who signs in. */
// region controller
@RestController
public class SignInController {
    private static final Logger LOG = LoggerFactory.getLogger(SignInController.class);
    private static final String PENDING = "sign-in.pending";
    private static final String USER = "sign-in.user";

    private final AsyncOpenIdClient client;
    private final String redirectUri;

    SignInController(AsyncOpenIdClient client, @Value("${openid.redirect-uri}") String redirectUri) {
        this.client = client;
        this.redirectUri = redirectUri;
    }

    @GetMapping("/login")
    void login(HttpSession session, HttpServletResponse response) throws IOException {
        var request = client.authorizationRequest(r -> r // PKCE, state and nonce are made inside
                .redirectUri(redirectUri)
                .scope("openid", "email"));
        session.setAttribute(PENDING, request.getPending().encode()); // a String: any session store takes it
        response.sendRedirect(request.getUrl());
    }

    @GetMapping("/callback")
    void callback(HttpServletRequest request, HttpSession session, HttpServletResponse response) throws IOException {
        var pending = (String) session.getAttribute(PENDING);
        session.removeAttribute(PENDING); // first: no callback is taken twice
        if (pending == null) {
            response.sendRedirect("/login"); // begun in another browser, or over
            return;
        }
        var callback = request.getRequestURI() + "?" + request.getQueryString();
        var tokens = client.authorizationCodeGrant(callback, PendingAuthorization.decode(pending))
                .join();
        request.changeSessionId(); // against session fixation
        session.setAttribute(USER, tokens.getClaims().getSubject());
        response.sendRedirect("/");
    }

    @GetMapping("/")
    String home(HttpSession session) {
        var user = session.getAttribute(USER);
        return user == null ? "Sign in at /login" : "Hello " + user;
    }

    @ExceptionHandler(OAuthException.class) // also where it is the cause of what join() throws
    String refused(OAuthException failure, HttpServletResponse response) {
        LOG.warn("sign-in failed: {}: {}", failure.getCode(), failure.getMessage()); // no secret is in it
        response.setStatus(failure instanceof TransportException ? 503 : 400);
        return failure instanceof AuthorizationResponseException ? "You did not agree." : "Please sign in again.";
    }
}
// endregion
