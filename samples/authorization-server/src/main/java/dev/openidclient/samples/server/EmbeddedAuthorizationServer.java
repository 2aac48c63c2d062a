package dev.openidclient.samples.server;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * A Spring Authorization Server on 127.0.0.1, in this process and in memory only: keys, secrets and the password are
 * new at every start. Beside the protocol it serves the orders at {@link #apiUrl()}. It writes nothing to the standard
 * streams, except one line when it has to move to another port. Stop it with {@link #close()}.
 *
 * <p>Redirect URIs need the host 127.0.0.1; their port may differ from the registered one (RFC 8252 §7.3).
 */
public final class EmbeddedAuthorizationServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String LOGGING_PROPERTY = "org.springframework.boot.logging.LoggingSystem";

    /** Held, as {@code java.util.logging} forgets the level of a logger that nobody holds. */
    private static final List<Logger> SILENCED = List.of(
            Logger.getLogger("org.apache.catalina"),
            Logger.getLogger("org.apache.coyote"),
            Logger.getLogger("org.apache.tomcat"),
            Logger.getLogger("org.springframework"));

    private final DemoSetup setup;
    private final ConfigurableApplicationContext context;

    private EmbeddedAuthorizationServer(DemoSetup setup, ConfigurableApplicationContext context) {
        this.setup = setup;
        this.context = context;
    }

    /**
     * Starts a server at {@code port}, or at a free one when it is 0 or taken; the latter is said on the error stream.
     *
     * @throws IllegalStateException when the server does not start
     */
    public static EmbeddedAuthorizationServer start(
            int port, List<String> redirectUris, List<String> postLogoutRedirectUris) {
        int actual = free(port);
        if (port != 0 && actual != port) {
            System.err.println("Port " + port + " is taken: the authorization server listens on port " + actual + ".");
        }
        DemoSetup setup = new DemoSetup(
                actual,
                List.copyOf(redirectUris),
                List.copyOf(postLogoutRedirectUris),
                new DemoUser("alice", RandomSecrets.password()),
                new DemoClient("demo-web", RandomSecrets.clientSecret()),
                new DemoClient("demo-public", ""),
                new DemoClient("demo-service", RandomSecrets.clientSecret()));
        return new EmbeddedAuthorizationServer(setup, run(setup));
    }

    private static int free(int wanted) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(HOST, wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            if (wanted == 0) {
                throw new IllegalStateException("no free port on " + HOST, e);
            }
            return free(0);
        }
    }

    private static ConfigurableApplicationContext run(DemoSetup setup) {
        SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
        SpringApplication application = new SpringApplication(AuthorizationServerConfiguration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        application.addInitializers(context -> context.getBeanFactory().registerSingleton("setup", setup));
        // Spring Boot would configure the logging of the whole process
        String logging = System.getProperty(LOGGING_PROPERTY);
        System.setProperty(LOGGING_PROPERTY, "none");
        try {
            return application.run(
                    // as arguments, which no variable of the environment and no file of the embedding program overrides
                    "--spring.config.name=embedded-authorization-server",
                    "--server.address=" + HOST,
                    "--server.port=" + setup.port(),
                    "--server.servlet.session.cookie.name=AUTHORIZATION_SERVER", // cookies do not tell ports apart
                    "--spring.main.web-application-type=servlet",
                    "--spring.jmx.enabled=false");
        } finally {
            if (logging == null) {
                System.clearProperty(LOGGING_PROPERTY);
            } else {
                System.setProperty(LOGGING_PROPERTY, logging);
            }
        }
    }

    /** The issuer identifier; its metadata stands below {@code /.well-known/openid-configuration}. */
    public String issuer() {
        return setup.issuer();
    }

    /** The orders: JSON for an access token with the scope {@code orders:read}. */
    public String apiUrl() {
        return setup.issuer() + OrdersApi.PATH;
    }

    /** The person who can sign in. */
    public DemoUser user() {
        return setup.user();
    }

    /** A confidential client: code flow with PKCE, rotating refresh tokens, device authorization; secret as basic or post. */
    public DemoClient webClient() {
        return setup.webClient();
    }

    /** A client without a secret: code flow with PKCE. The server gives it no refresh token. */
    public DemoClient publicClient() {
        return setup.publicClient();
    }

    /** A confidential client for client credentials with the scope {@code orders:read}. */
    public DemoClient serviceClient() {
        return setup.serviceClient();
    }

    /**
     * Tells the {@link #webClient()} at {@code uri} that the person has signed out elsewhere, with a logout token (OpenID
     * Connect Back-Channel Logout), and returns the status of the answer.
     *
     * @throws IllegalStateException when nobody answers there
     */
    public int sendBackChannelLogout(String uri) {
        ResolvableType type = ResolvableType.forClassWithGenerics(JWKSource.class, SecurityContext.class);
        return BackChannelLogout.post(
                uri,
                setup,
                context.<JWKSource<SecurityContext>>getBeanProvider(type).getObject());
    }

    /** Stops the server; its tokens and sessions are gone with it. */
    @Override
    public void close() {
        context.close();
    }
}
