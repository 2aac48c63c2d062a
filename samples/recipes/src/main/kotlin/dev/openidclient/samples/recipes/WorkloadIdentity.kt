package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.tokensource.CustomTokens
import dev.openidclient.tokensource.TokenSource
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.nio.file.Files
import java.nio.file.Path

/**
 * Tokens for the JWT that the platform keeps in [file] and replaces before it ends, as Kubernetes does. One for the
 * program; close it before the client. `token()`, back-off and the rest are as those of any other source.
 */
fun workloadTokens(
    client: OpenIdClient,
    file: Path,
): CustomTokens =
    TokenSource.of({ name = "workload" }) {
        val jwt = withContext(Dispatchers.IO) { Files.readString(file).trim() }
        client.jwtBearerGrant(jwt) { scope("orders:read") }
    }
