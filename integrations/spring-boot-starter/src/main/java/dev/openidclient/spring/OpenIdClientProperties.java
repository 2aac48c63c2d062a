package dev.openidclient.spring;

import dev.openidclient.jose.JwsAlgorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What {@code application.properties} says of clients. A property that there is not fails the start. */
@ConfigurationProperties(OpenIdClientProperties.PREFIX)
public class OpenIdClientProperties {
    static final String PREFIX = "openid-client";

    /** The clients, by names of your own. */
    private final Map<String, Client> clients = new LinkedHashMap<>();

    private final ResourceServer resourceServer = new ResourceServer();

    public Map<String, Client> getClients() {
        return clients;
    }

    public ResourceServer getResourceServer() {
        return resourceServer;
    }

    @Override
    public String toString() {
        return "OpenIdClientProperties(" + clients.keySet() + ")";
    }

    /** The receiving side: whose access tokens this application takes. */
    public static class ResourceServer {
        /** The identifier of this API, an https URL, exactly as servers write it into "aud" of its tokens. */
        private @Nullable String resource;

        /** The authorization servers whose tokens are taken, each as its tokens name it ("iss"). */
        private List<String> issuer = new ArrayList<>();

        /** Other names in "aud" that are taken for this API. */
        private List<String> audience = new ArrayList<>();

        /** Other origins at which clients reach this API, which DPoP proofs may name, as https://eu.api.example.com. */
        private List<String> origins = new ArrayList<>();

        /** The paths that need a token, where Spring Security is not there. */
        private List<String> paths = new ArrayList<>(List.of("/*"));

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

        public List<String> getPaths() {
            return paths;
        }

        public void setPaths(List<String> paths) {
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

    /** One client at one authorization server. */
    public static class Client {
        /** The issuer: the https URL of the authorization server, without its /.well-known part. */
        private @Nullable String issuer;

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
            return "Client(" + issuer + ", " + clientId + ")";
        }
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
