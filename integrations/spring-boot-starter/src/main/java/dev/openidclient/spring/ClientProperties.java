package dev.openidclient.spring;

import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.metadata.DiscoveryAlgorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client at one authorization server. */
public class ClientProperties {
    /** The issuer: the https URL of the authorization server, without its /.well-known part. */
    private @Nullable String issuer;

    /** Which document names the server's endpoints: that of OpenID Connect, of OAuth 2 (RFC 8414), or any. */
    private DiscoveryAlgorithm discoveryAlgorithm = DiscoveryAlgorithm.OIDC;

    /** The client id, as the server has registered it. */
    private @Nullable String clientId;

    /** The client secret. Take it from the environment, as ${ORDERS_CLIENT_SECRET}. */
    private @Nullable String clientSecret;

    /** How the client authenticates. Default: basic with a secret, private-key-jwt with a key, else none. */
    private @Nullable Authentication authentication;

    /** The private key of private-key-jwt: a location of a PEM file, as file:/run/secrets/client.pem, or the PEM text. */
    private @Nullable String key;

    /** The JWS algorithm of the key; needed for RSA, as PS256. */
    private @Nullable JwsAlgorithm keyAlgorithm;

    /** The key id ("kid") by which the server knows the key. */
    private @Nullable String keyId;

    /** The scopes to ask for. */
    private List<String> scope = new ArrayList<>();

    /** The resources to ask a token for (RFC 8707), as https://api.example.com. */
    private List<String> resource = new ArrayList<>();

    /** Further parameters of token requests, as parameters.audience=orders where a server wants one. */
    private Map<String, String> parameters = new LinkedHashMap<>();

    /** The origins whose requests get this client's tokens, as https://api.example.com. Exactly these, no wildcards. */
    private List<String> allow = new ArrayList<>();

    /** Internal origins to ask in place of public ones, as https://id.example.com=https://keycloak.internal:8443. */
    private Map<String, String> mapOrigin = new LinkedHashMap<>();

    /** How old the server's metadata become before they are asked for anew; at least 5 minutes. */
    private @Nullable Duration metadataLifetime;

    /** The time that one request to the authorization server may take. */
    private @Nullable Duration timeout;

    /** Permits http in place of https: for tests on your own machine. */
    private boolean allowInsecureRequests;

    private final Dpop dpop = new Dpop();

    private final Tls tls = new Tls();

    public @Nullable String getIssuer() {
        return issuer;
    }

    public void setIssuer(@Nullable String issuer) {
        this.issuer = issuer;
    }

    public DiscoveryAlgorithm getDiscoveryAlgorithm() {
        return discoveryAlgorithm;
    }

    public void setDiscoveryAlgorithm(DiscoveryAlgorithm discoveryAlgorithm) {
        this.discoveryAlgorithm = discoveryAlgorithm;
    }

    public @Nullable String getClientId() {
        return clientId;
    }

    public void setClientId(@Nullable String clientId) {
        this.clientId = clientId;
    }

    public @Nullable String getClientSecret() {
        return clientSecret;
    }

    public void setClientSecret(@Nullable String clientSecret) {
        this.clientSecret = clientSecret;
    }

    public @Nullable Authentication getAuthentication() {
        return authentication;
    }

    public void setAuthentication(@Nullable Authentication authentication) {
        this.authentication = authentication;
    }

    public @Nullable String getKey() {
        return key;
    }

    public void setKey(@Nullable String key) {
        this.key = key;
    }

    public @Nullable JwsAlgorithm getKeyAlgorithm() {
        return keyAlgorithm;
    }

    public void setKeyAlgorithm(@Nullable JwsAlgorithm keyAlgorithm) {
        this.keyAlgorithm = keyAlgorithm;
    }

    public @Nullable String getKeyId() {
        return keyId;
    }

    public void setKeyId(@Nullable String keyId) {
        this.keyId = keyId;
    }

    public List<String> getScope() {
        return scope;
    }

    public void setScope(List<String> scope) {
        this.scope = scope;
    }

    public List<String> getResource() {
        return resource;
    }

    public void setResource(List<String> resource) {
        this.resource = resource;
    }

    public Map<String, String> getParameters() {
        return parameters;
    }

    public void setParameters(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    public List<String> getAllow() {
        return allow;
    }

    public void setAllow(List<String> allow) {
        this.allow = allow;
    }

    public Map<String, String> getMapOrigin() {
        return mapOrigin;
    }

    public void setMapOrigin(Map<String, String> mapOrigin) {
        this.mapOrigin = mapOrigin;
    }

    public @Nullable Duration getMetadataLifetime() {
        return metadataLifetime;
    }

    public void setMetadataLifetime(@Nullable Duration metadataLifetime) {
        this.metadataLifetime = metadataLifetime;
    }

    public @Nullable Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(@Nullable Duration timeout) {
        this.timeout = timeout;
    }

    public boolean isAllowInsecureRequests() {
        return allowInsecureRequests;
    }

    public void setAllowInsecureRequests(boolean allowInsecureRequests) {
        this.allowInsecureRequests = allowInsecureRequests;
    }

    public Dpop getDpop() {
        return dpop;
    }

    public Tls getTls() {
        return tls;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "ClientProperties(" + issuer + ", " + clientId + ")";
    }

    /** How a client shows who it is. */
    public enum Authentication {
        /** With its secret in a header, {@code client_secret_basic}. */
        BASIC,
        /** With its secret in the form, {@code client_secret_post}. */
        POST,
        /** With an assertion that its key signs, {@code private_key_jwt}. */
        PRIVATE_KEY_JWT,
        /** With the certificate of {@code tls.bundle}, {@code tls_client_auth}. */
        TLS,
        /** Not at all: a public client. */
        NONE
    }

    /** Proof of possession (RFC 9449). */
    public static class Dpop {
        /** The private key of DPoP proofs: a location of a PEM file, the PEM text, or "generate" for one of this process. */
        private @Nullable String key;

        /** The JWS algorithm of the key; needed for RSA. */
        private @Nullable JwsAlgorithm keyAlgorithm;

        public @Nullable String getKey() {
            return key;
        }

        public void setKey(@Nullable String key) {
            this.key = key;
        }

        public @Nullable JwsAlgorithm getKeyAlgorithm() {
            return keyAlgorithm;
        }

        public void setKeyAlgorithm(@Nullable JwsAlgorithm keyAlgorithm) {
            this.keyAlgorithm = keyAlgorithm;
        }
    }

    /** TLS to the authorization server. */
    public static class Tls {
        /** The SSL bundle (spring.ssl.bundle) with the client certificate, and the authorities that are trusted. */
        private @Nullable String bundle;

        public @Nullable String getBundle() {
            return bundle;
        }

        public void setBundle(@Nullable String bundle) {
            this.bundle = bundle;
        }
    }
}
