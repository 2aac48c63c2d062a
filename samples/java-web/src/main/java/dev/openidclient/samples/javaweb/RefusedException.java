package dev.openidclient.samples.javaweb;

/** This application refuses the request, for the reason that the explanation gives. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Explanation explanation;

    RefusedException(Explanation explanation) {
        super(explanation.title());
        this.explanation = explanation;
    }

    Explanation explanation() {
        return explanation;
    }
}
