package dev.openidclient.spring;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientAuthentication;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.clientauth.NoClientAuthentication;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.event.ClientListener;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.spring.ClientProperties.Authentication;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.tokensource.ClientCredentialsSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.io.ResourceLoader;

/** Makes a client of its properties, and says which of them is wrong. */
final class ClientFactory {
    private static final String GENERATE = "generate";
    /** Of {@link ClientSettings#metadataLifetime}. */
    private static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(5);

    private static final String PEM = "-----BEGIN";

    private final ResourceLoader resources;
    private final @Nullable SslBundles bundles;
    private final List<ClientListener> listeners;
    private final List<OpenIdClientCustomizer> customizers;
    private final Consumer<ClientCredentialsSettings> sharing;

    ClientFactory(
            ResourceLoader resources,
            @Nullable SslBundles bundles,
            List<ClientListener> listeners,
            List<OpenIdClientCustomizer> customizers,
            Consumer<ClientCredentialsSettings> sharing) {
        this.resources = resources;
        this.bundles = bundles;
        this.listeners = listeners;
        this.customizers = customizers;
        this.sharing = sharing;
    }

    OpenIdClients.Entry make(String name, ClientProperties properties) {
        Named named = new Named(OpenIdClientProperties.PREFIX + ".clients." + name, properties);
        AsyncDiscoveredClient opened = named.open(name);
        try {
            AsyncDiscoveredClient client = named.proving(opened);
            AsyncClientCredentialsTokens service =
                    AsyncClientCredentialsTokens.of(client, settings -> sharing.accept(settings.name(name)));
            AsyncTokenSource tokens = service.source(named::ask);
            return new OpenIdClients.Entry(opened, client, service, tokens, named.access(client, tokens));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** One client, with the name of its properties. */
    private final class Named {
        private final String prefix;
        private final ClientProperties properties;

        Named(String prefix, ClientProperties properties) {
            this.prefix = prefix;
            this.properties = properties;
        }

        AsyncDiscoveredClient open(String name) {
            String issuer = issuer();
            String clientId =
                    required("client-id", properties.getClientId(), "the client id that the server has given you");
            ClientAuthentication authentication = authentication();
            try {
                return AsyncOpenIdClient.lazily(issuer, clientId, settings -> {
                    settings.authentication(authentication);
                    apply(settings);
                    listeners.forEach(settings::listener);
                    customizers.forEach(customizer -> customizer.customize(name, settings));
                });
            } catch (IllegalArgumentException e) {
                throw wrong("", "cannot be used: " + e.getMessage(), "settings that fit each other", e);
            }
        }

        private void apply(ClientSettings settings) {
            if (properties.isAllowInsecureRequests()) {
                settings.allowInsecureRequests();
            }
            settings.discoveryAlgorithm(properties.getDiscoveryAlgorithm());
            Duration timeout = properties.getTimeout();
            if (timeout != null) {
                settings.timeout(atLeast("timeout", timeout, Duration.ofMillis(1), "a time above zero, as 5s"));
            }
            Duration lifetime = properties.getMetadataLifetime();
            if (lifetime != null) {
                settings.metadataLifetime(
                        atLeast("metadata-lifetime", lifetime, SHORTEST_LIFETIME, "5 minutes or more, as 12h"));
            }
            properties
                    .getMapOrigin()
                    .forEach((from, to) -> valid(
                            "map-origin",
                            "two https origins: openid-client.clients.….map-origin.[https://id.example.com]=https://id.internal:8443",
                            () -> settings.mapOrigin(from, to)));
            String bundle = properties.getTls().getBundle();
            if (bundle != null) {
                present(settings, bundle(bundle));
            }
        }

        private void present(ClientSettings settings, SslBundle bundle) {
            String advice = "an SSL bundle whose keys and certificates fit";
            KeyStore keys;
            KeyStore trusted;
            try {
                keys = bundle.getStores().getKeyStore();
                trusted = bundle.getStores().getTrustStore();
            } catch (IllegalStateException e) {
                throw wrong("tls.bundle", "names a bundle that cannot be read: " + e.getMessage(), advice, e);
            }
            if (keys == null && properties.getAuthentication() == Authentication.TLS) {
                throw wrong("tls.bundle", "names a bundle without a client certificate", advice, null);
            }
            valid(
                    "tls.bundle",
                    advice,
                    () -> settings.tls(tls -> {
                        if (keys != null) {
                            tls.keyStore(keys, password(bundle), bundle.getKey().getAlias());
                        }
                        if (trusted != null) {
                            tls.trustStore(trusted);
                        }
                    }));
        }

        private Duration atLeast(String property, Duration value, Duration least, String advice) {
            if (value.compareTo(least) < 0) {
                throw wrong(property, "is " + value + ", which is too short", advice, null);
            }
            return value;
        }

        private SslBundle bundle(String bundle) {
            String advice = "the name of a bundle: spring.ssl.bundle.pem.<name> or spring.ssl.bundle.jks.<name>";
            if (bundles == null) {
                throw wrong("tls.bundle", "names an SSL bundle, but there are none", advice, null);
            }
            try {
                return bundles.getBundle(bundle);
            } catch (NoSuchSslBundleException e) {
                throw wrong("tls.bundle", "names \"" + bundle + "\", which is no SSL bundle", advice, e);
            }
        }

        private static char[] password(SslBundle bundle) {
            String key = bundle.getKey().getPassword();
            String password = key != null ? key : bundle.getStores().getKeyStorePassword();
            return password == null ? new char[0] : password.toCharArray();
        }

        private String issuer() {
            String advice = "the https URL of the authorization server, as https://as.example.com";
            String issuer = required("issuer", properties.getIssuer(), advice);
            URI url;
            try {
                url = URI.create(issuer);
            } catch (IllegalArgumentException e) {
                throw wrong("issuer", "is no URL", advice, null);
            }
            if ("http".equals(url.getScheme()) && !properties.isAllowInsecureRequests()) {
                throw wrong(
                        "issuer",
                        "is an http URL",
                        advice + "; for tests " + prefix + ".allow-insecure-requests=true permits http",
                        null);
            }
            if (url.getHost() == null
                    || url.getScheme() == null
                    || !url.getScheme().startsWith("http")) {
                throw wrong("issuer", "is no https URL", advice, null);
            }
            if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
                throw wrong("issuer", "has user information, a query or a fragment", advice, null);
            }
            return issuer;
        }

        private ClientAuthentication authentication() {
            String secret = properties.getClientSecret();
            return switch (kind()) {
                case BASIC -> new ClientSecretBasic(secret(secret));
                case POST -> new ClientSecretPost(secret(secret));
                case PRIVATE_KEY_JWT ->
                    new PrivateKeyJwt(
                            key("key", properties.getKey(), properties.getKeyAlgorithm(), properties.getKeyId()));
                case TLS -> {
                    required(
                            "tls.bundle",
                            properties.getTls().getBundle(),
                            "the SSL bundle with the client certificate");
                    yield TlsClientAuth.INSTANCE;
                }
                case NONE -> NoClientAuthentication.INSTANCE;
            };
        }

        private Authentication kind() {
            if (properties.getAuthentication() != null) {
                return properties.getAuthentication();
            }
            if (properties.getClientSecret() != null) {
                return Authentication.BASIC;
            }
            return properties.getKey() != null ? Authentication.PRIVATE_KEY_JWT : Authentication.NONE;
        }

        private String secret(@Nullable String secret) {
            return required("client-secret", secret, "the client's secret, as ${ORDERS_CLIENT_SECRET}");
        }

        AsyncDiscoveredClient proving(AsyncDiscoveredClient client) {
            String location = properties.getDpop().getKey();
            if (location == null) {
                return client;
            }
            SigningKey key = GENERATE.equals(location)
                    ? SigningKey.generate("ES256")
                    : key("dpop.key", location, properties.getDpop().getKeyAlgorithm(), null);
            return valid("dpop.key", "a key that the security profile allows", () -> client.withDpop(new Dpop(key)));
        }

        private SigningKey key(
                String property, @Nullable String location, @Nullable JwsAlgorithm algorithm, @Nullable String keyId) {
            String advice =
                    "the location of a PEM file with a private key, as file:/run/secrets/client.pem, or the PEM text";
            String pem = pem(property, required(property, location, advice), advice);
            return valid(
                    property,
                    advice + "; an RSA key needs " + property + "-algorithm, as PS256",
                    () -> SigningKey.fromPem(pem, algorithm, keyId));
        }

        private String pem(String property, String location, String advice) {
            if (location.contains(PEM)) {
                return location;
            }
            try {
                return resources.getResource(location).getContentAsString(StandardCharsets.UTF_8);
            } catch (IOException e) {
                // what was meant to be a key may be one: it is shown nowhere
                throw wrong(property, "names no file that can be read", advice, null);
            }
        }

        void ask(TokenRequestBuilder request) {
            if (!properties.getScope().isEmpty()) {
                request.scope(properties.getScope().toArray(String[]::new));
            }
            properties.getResource().forEach(request::resource);
            properties
                    .getParameters()
                    .forEach((name, value) -> valid(
                            "parameters." + name,
                            "a value, as openid-client.clients.….parameters.audience=orders",
                            () -> request.parameter(name, value)));
        }

        @Nullable
        AsyncResourceAccess access(AsyncDiscoveredClient client, AsyncTokenSource tokens) {
            if (properties.getAllow().isEmpty()) {
                return null;
            }
            return valid(
                    "allow",
                    "origins, as https://api.example.com: no path, no wildcard",
                    () -> AsyncResourceAccess.of(
                            client,
                            tokens,
                            settings -> properties.getAllow().forEach(origin -> {
                                if (properties.isAllowInsecureRequests()) {
                                    settings.allowInsecure(origin);
                                } else {
                                    settings.allow(origin);
                                }
                            })));
        }

        private String required(String property, @Nullable String value, String advice) {
            if (value == null || value.isBlank()) {
                throw wrong(property, "is missing", advice, null);
            }
            // Spring Boot leaves a placeholder as it is where it has nothing for it
            if (value.startsWith("${") && value.endsWith("}")) {
                throw wrong(property, "names a property or variable that is not set", advice, null);
            }
            return value;
        }

        private <T> T valid(String property, String advice, Supplier<T> make) {
            try {
                return make.get();
            } catch (IllegalArgumentException e) {
                throw wrong(property, "is wrong: " + e.getMessage(), advice, e);
            }
        }

        private InvalidPropertyException wrong(String property, String what, String advice, @Nullable Throwable cause) {
            String name = property.isEmpty() ? prefix : prefix + "." + property;
            return new InvalidPropertyException(name, what, "Set " + name + " to " + advice + ".", cause);
        }
    }
}
