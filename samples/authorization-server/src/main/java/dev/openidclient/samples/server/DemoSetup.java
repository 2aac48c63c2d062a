package dev.openidclient.samples.server;

import java.util.List;

/** What one run of the server consists of: where it listens, who may sign in, and which programs may ask. */
record DemoSetup(
        int port,
        List<String> redirectUris,
        List<String> postLogoutRedirectUris,
        DemoUser user,
        DemoClient webClient,
        DemoClient publicClient,
        DemoClient serviceClient) {

    String issuer() {
        return "http://127.0.0.1:" + port;
    }

    /** The audience of access tokens for the orders. */
    String apiAudience() {
        return issuer() + "/api";
    }
}
