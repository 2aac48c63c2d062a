package dev.openidclient.spring;

import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.metadata.DiscoveryAlgorithm;
import java.net.URI;
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

    private final Store store = new Store();

    public Map<String, Client> getClients() {
        return clients;
    }

    public ResourceServer getResourceServer() {
        return resourceServer;
    }

    public Store getStore() {
        return store;
    }

    /** Whether tokens go anywhere by themselves. */
    boolean hasAllowed() {
        return clients.values().stream().anyMatch(client -> !client.getAllow().isEmpty());
    }

    /** Whether {@code url} is at a host to which tokens go, or none can be told in it. */
    boolean isHostAllowed(String url) {
        String host = URI.create(url).getHost();
        return host == null
                || clients.values().stream()
                        .flatMap(client -> client.getAllow().stream())
                        .map(origin -> URI.create(origin).getHost())
                        .anyMatch(allowed -> allowed == null || allowed.equalsIgnoreCase(host));
    }

    @Override
    public String toString() {
        return "OpenIdClientProperties(" + clients.keySet() + ")";
    }

    /** What keeps tokens for all instances of the application. */
    public enum StoreType {
        /** The Redis of {@code spring.data.redis}, with {@code openid-client-redis}. */
        REDIS,
        /** The application's {@code DataSource}, with {@code openid-client-jdbc}. */
        JDBC,
        /** Nothing: each instance has tokens of its own, in memory. */
        NONE
    }

    /** Where the tokens of the clients are kept for all instances, sealed. */
    public static class Store {
        /** What keeps the tokens. Default: Redis or the database, whichever is there, once there is a key. */
        private @Nullable StoreType type;

        /** The keys that seal what is kept, by ids of your own: 32 random bytes in base64 each, the same in all instances. */
        private Map<String, String> keys = new LinkedHashMap<>();

        /** The id of the key that seals; the others open what they have sealed. Needed where there are several. */
        private @Nullable String activeKey;

        /** Tells the entries of this application from those of others in the same store. */
        private String namespace = "";

        /** The table of the tokens, where a database keeps them. */
        private String table = "openid_token";

        /** The table of the proofs that came, where a database remembers them. */
        private String replayTable = "openid_replay";

        public @Nullable StoreType getType() {
            return type;
        }

        public void setType(@Nullable StoreType type) {
            this.type = type;
        }

        public Map<String, String> getKeys() {
            return keys;
        }

        public void setKeys(Map<String, String> keys) {
            this.keys = keys;
        }

        public @Nullable String getActiveKey() {
            return activeKey;
        }

        public void setActiveKey(@Nullable String activeKey) {
            this.activeKey = activeKey;
        }

        public String getNamespace() {
            return namespace;
        }

        public void setNamespace(String namespace) {
            this.namespace = namespace;
        }

        public String getTable() {
            return table;
        }

        public void setTable(String table) {
            this.table = table;
        }

        public String getReplayTable() {
            return replayTable;
        }

        public void setReplayTable(String replayTable) {
            this.replayTable = replayTable;
        }

        /** Shows no key. */
        @Override
        public String toString() {
            return "Store(" + type + ", " + keys.keySet() + ")";
        }
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
