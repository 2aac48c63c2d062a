package dev.openidclient.spring;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receiving side: whose access tokens this application takes. */
public class ResourceServerProperties {
    /** The identifier of this API, an https URL, exactly as servers write it into "aud" of its tokens. */
    private @Nullable String resource;

    /** The authorization servers whose tokens are taken, each as its tokens name it ("iss"). */
    private List<String> issuer = new ArrayList<>();

    /** Other names in "aud" that are taken for this API. */
    private List<String> audience = new ArrayList<>();

    /** Other origins at which clients reach this API, which DPoP proofs may name, as https://eu.api.example.com. */
    private List<String> origins = new ArrayList<>();

    /**
     * The paths that need a token, as /api/*: that and all below. All, where it is not set. Not beside Spring Security's
     * chains for servlets, which say it themselves.
     */
    private @Nullable List<String> paths;

    /** Takes tokens that are bound to a key, with DPoP proofs. */
    private boolean dpop;

    /** Takes no token that is not bound to a key or a certificate. */
    private boolean requireSenderConstrained;

    /** Permits http in place of https: for tests on your own machine. */
    private boolean allowInsecureRequests;

    public @Nullable String getResource() {
        return resource;
    }

    public void setResource(@Nullable String resource) {
        this.resource = resource;
    }

    public List<String> getIssuer() {
        return issuer;
    }

    public void setIssuer(List<String> issuer) {
        this.issuer = issuer;
    }

    public List<String> getAudience() {
        return audience;
    }

    public void setAudience(List<String> audience) {
        this.audience = audience;
    }

    public List<String> getOrigins() {
        return origins;
    }

    public void setOrigins(List<String> origins) {
        this.origins = origins;
    }

    public @Nullable List<String> getPaths() {
        return paths;
    }

    public void setPaths(@Nullable List<String> paths) {
        this.paths = paths;
    }

    public boolean isDpop() {
        return dpop;
    }

    public void setDpop(boolean dpop) {
        this.dpop = dpop;
    }

    public boolean isRequireSenderConstrained() {
        return requireSenderConstrained;
    }

    public void setRequireSenderConstrained(boolean requireSenderConstrained) {
        this.requireSenderConstrained = requireSenderConstrained;
    }

    public boolean isAllowInsecureRequests() {
        return allowInsecureRequests;
    }

    public void setAllowInsecureRequests(boolean allowInsecureRequests) {
        this.allowInsecureRequests = allowInsecureRequests;
    }
}
