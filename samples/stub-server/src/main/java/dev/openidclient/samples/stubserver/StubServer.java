package dev.openidclient.samples.stubserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least of an authorization server that one client needs to sign in, on a port of this machine. It lets everybody
 * in; the assertions of the client are looked at by shape only.
 */
public final class StubServer implements AutoCloseable {
    /** Of the client that it knows; its secret is {@code secret}, and any key is taken for its own. */
    public static final String CLIENT_ID = "sample";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int OK = 200;
    private static final int FOUND = 302;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;

    private final HttpServer server;
    private final KeyPair key;
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger services = new AtomicInteger();
    private volatile Map<String, String> asked = Map.of();

    public StubServer() throws IOException, GeneralSecurityException {
        this(0);
    }

    /** On {@code port}; 0: on a free one. */
    public StubServer(int port) throws IOException, GeneralSecurityException {
        key = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> send(exchange, OK, metadata());
                case "/jwks" -> send(exchange, OK, jwks());
                case "/authorize" -> authorize(exchange);
                case "/device" -> send(exchange, OK, device());
                case "/token" -> token(exchange, form(body(exchange)));
                case "/orders" -> orders(exchange);
                case "/userinfo" -> send(exchange, OK, "{\"sub\":\"alice\"}");
                default -> send(exchange, BAD_REQUEST, "{}");
            }
        }
    }

    private String metadata() {
        return """
                {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
                "device_authorization_endpoint":"%1$s/device","userinfo_endpoint":"%1$s/userinfo","jwks_uri":"%1$s/jwks",
                "authorization_response_iss_parameter_supported":true}""".formatted(issuer());
    }

    private String jwks() {
        var rsa = (RSAPublicKey) key.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                .formatted(number(rsa.getModulus()), number(rsa.getPublicExponent()));
    }

    private String device() {
        return "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"%s/go\",\"expires_in\":60,\"interval\":1}"
                .formatted(issuer());
    }

    private void authorize(HttpExchange exchange) throws IOException {
        asked = form(exchange.getRequestURI().getRawQuery());
        exchange.getResponseHeaders()
                .set(
                        "location",
                        "%s?code=c&state=%s&iss=%s".formatted(asked.get("redirect_uri"), asked.get("state"), issuer()));
        exchange.sendResponseHeaders(FOUND, -1);
    }

    private void token(HttpExchange exchange, Map<String, String> form) throws IOException {
        var isDevice = form.containsKey("device_code");
        if (!isAuthenticated(exchange, form)) {
            send(exchange, BAD_REQUEST, "{\"error\":\"invalid_client\"}");
        } else if ("client_credentials".equals(form.get("grant_type"))) {
            var number = services.incrementAndGet();
            send(
                    exchange,
                    OK,
                    "{\"access_token\":\"s%d\",\"token_type\":\"Bearer\",\"expires_in\":60}".formatted(number));
        } else if (isDevice && polls.incrementAndGet() == 1) {
            send(exchange, BAD_REQUEST, "{\"error\":\"authorization_pending\"}");
        } else if (!isDevice && !challenge(form.get("code_verifier")).equals(asked.get("code_challenge"))) {
            send(exchange, BAD_REQUEST, "{\"error\":\"invalid_grant\"}");
        } else {
            var idToken = idToken(isDevice ? null : asked.get("nonce"));
            send(
                    exchange,
                    OK,
                    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":60,\"id_token\":\"%s\"}"
                            .formatted(idToken));
        }
    }

    /** Its shape is looked at, or the secret. */
    private static boolean isAuthenticated(HttpExchange exchange, Map<String, String> form) {
        var basic = Base64.getEncoder().encodeToString((CLIENT_ID + ":secret").getBytes(StandardCharsets.US_ASCII));
        return ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("authorization"))
                || form.getOrDefault("client_assertion", "").split("\\.").length == 3;
    }

    /** For the first token of a service: who calls again is to use it again. */
    private void orders(HttpExchange exchange) throws IOException {
        if ("Bearer s1".equals(exchange.getRequestHeaders().getFirst("authorization"))) {
            send(exchange, OK, "orders");
        } else {
            exchange.getResponseHeaders().set("www-authenticate", "Bearer error=\"invalid_token\"");
            exchange.sendResponseHeaders(UNAUTHORIZED, -1);
        }
    }

    private String idToken(String nonce) {
        var now = Instant.now().getEpochSecond();
        var claims = "{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"%s\",\"iat\":%d,\"exp\":%d%s}"
                .formatted(issuer(), CLIENT_ID, now, now + 60, nonce == null ? "" : ",\"nonce\":\"" + nonce + "\"");
        var signed = base64("{\"alg\":\"RS256\",\"kid\":\"1\"}") + "." + base64(claims);
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String challenge(String verifier) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return BASE64.encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger value) {
        var bytes = value.toByteArray();
        var start = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    public static Map<String, String> form(String encoded) {
        var parameters = new HashMap<String, String>();
        for (var pair : encoded.split("&")) {
            var parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
