package dev.openidclient.samples.springbootstarter;

import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.error.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The error page of calls that get no token. */
// region no-token
@RestControllerAdvice
public class NoToken {
    private static final Logger LOG = LoggerFactory.getLogger(NoToken.class);

    @ExceptionHandler
    ProblemDetail noToken(OAuthException failure) {
        if (failure instanceof RequestRefusedException refused) {
            throw refused; // what a caller of ours lacks: the filter answers 401 or 403
        }
        LOG.warn("no token, {}: {}", failure.getCode(), failure.getMessage()); // no secret is in it
        return ProblemDetail.forStatus(failure instanceof TransportException ? 503 : 502);
    }
}
// endregion
