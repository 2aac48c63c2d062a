package dev.openidclient.samples.mcp.conformance;

import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.async.AsyncAssertionProvider;
import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncMcpAccess;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncProtectedResource;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.AuthorizationRequiredException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;

public record JavaClient(Map<String, String> environment, String url) {
    public static void main(String[] arguments) {
        new JavaClient(System.getenv(), arguments[arguments.length - 1]).run();
    }

    public void run() {
        try (AsyncMcpAccess mcp = AsyncMcpAccess.of(url, this::configure)) {
            for (String call : List.of("tools/list", "tools/call", "tools/list")) {
                int status = send(mcp, call, 3).join().getStatus();
                if (status != 200) throw new IllegalStateException(call + ": " + status);
            }
        }
    }

    private CompletableFuture<HttpResponse> send(AsyncMcpAccess mcp, String call, int tries) {
        String version = environment.get("MCP_CONFORMANCE_PROTOCOL_VERSION");
        String message = """
            {"jsonrpc":"2.0","id":1,"method":"%s","params":{"name":"test-tool","arguments":{},"_meta":{
            "io.modelcontextprotocol/protocolVersion":"%s","io.modelcontextprotocol/clientCapabilities":{}}}}\
            """;
        return mcp.send(request -> request.method("POST")
                        .body(HttpBody.json(message.formatted(call, version)))
                        .header("accept", "application/json, text/event-stream")
                        .header("mcp-protocol-version", version))
                .exceptionallyCompose(failure ->
                        AsyncErrors.unwrap(failure) instanceof AuthorizationRequiredException e && tries > 0
                                ? person(e.getUrl())
                                        .thenCompose(callback -> mcp.complete(callback, e.getPending()))
                                        .thenCompose(done -> send(mcp, call, tries - 1))
                                : CompletableFuture.failedFuture(failure));
    }

    private static CompletableFuture<String> person(String url) { // the suite sends their browser back at once
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return HttpClient.newHttpClient()
                .sendAsync(request, BodyHandlers.discarding())
                .thenApply(page -> page.headers().firstValue("location").orElseThrow());
    }

    private void configure(InteractiveTokensSettings settings) {
        settings.connection(connection -> connection.allowInsecureRequests());
        String scenario = environment.get("MCP_CONFORMANCE_SCENARIO");
        if (scenario.startsWith("auth/dpop")) settings.dpop(new Dpop(SigningKey.generate()));
        if (scenario.startsWith("auth/2025-03-26")) settings.legacyEndpoints();
        String jwt = given("idp_issuer") == null ? given("valid_jwt") : assertion();
        if (scenario.startsWith("auth/client-credentials")) settings.clientCredentials();
        else if (jwt == null) settings.redirectUri("http://127.0.0.1:1/callback");
        else
            settings.jwtBearer(
                    AsyncAssertionProvider.toAssertionProvider(server -> CompletableFuture.completedFuture(jwt)));
        if (given("client_id") != null) settings.registered(issuer(), given("client_id"), this::configure);
        else settings.register().metadataDocument("https://conformance-test.local/client-metadata.json");
    }

    private void configure(ClientSettings client) {
        String pem = given("private_key_pem");
        if (pem != null) client.authentication(new PrivateKeyJwt(SigningKey.fromPem(pem)));
        if (given("client_secret") != null) client.authentication(new ClientSecretBasic(given("client_secret")));
    }

    private String issuer() { // of the client that is given: the suite does not say it
        var found = AsyncProtectedResource.discover(url, s -> s.connection(c -> c.allowInsecureRequests()));
        return found.join().authorizationServer().join().getIssuer();
    }

    private String assertion() {
        String id = given("idp_client_id");
        var idp = AsyncOpenIdClient.discover(given("idp_issuer"), id, s -> s.allowInsecureRequests());
        return idp.join()
                .identityAssertion(given("idp_id_token"), TokenType.ID_TOKEN, issuer(), r -> r.resource(url))
                .join()
                .getAssertion();
    }

    private String given(String name) {
        String context = environment.getOrDefault("MCP_CONFORMANCE_CONTEXT", "{}");
        JsonElement value = JsonElementKt.getJsonObject(Json.Default.parseToJsonElement(context))
                .get(name);
        return value == null ? null : JsonElementKt.getJsonPrimitive(value).getContent();
    }
}
