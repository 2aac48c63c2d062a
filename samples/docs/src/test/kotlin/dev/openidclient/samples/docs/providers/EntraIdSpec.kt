package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyPair
import java.security.KeyStore
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.cert.X509Certificate
import java.util.Base64

private const val CLIENT = "11111111-2222-4333-8444-555555555555"
private const val CONTOSO = "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa"
private const val FABRIKAM = "bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb"
private const val LOGIN = "https://login.microsoftonline.com"
private const val B2C = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_sign_in"

/** A key with a certificate that it signed itself, as `openssl req -x509` makes one. */
private val OWN: KeyStore by lazy {
    val file = Files.createTempDirectory("entra").resolve("own.p12")
    val keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString()
    val make = "-genkeypair -alias own -keyalg RSA -keysize 2048 -dname CN=app -storetype PKCS12 -storepass $PASSWORD"
    val process = ProcessBuilder(listOf(keytool) + make.split(' ') + listOf("-keystore", "$file")).inheritIO().start()
    process.waitFor() shouldBe 0
    KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()).also { Files.delete(file) }
}

private const val PASSWORD = "changeit"

private fun certificate() = OWN.getCertificate("own") as X509Certificate

private fun signingKey(): SigningKey {
    val private = OWN.getKey("own", PASSWORD.toCharArray()) as PrivateKey
    return SigningKey.fromKeyPair(KeyPair(certificate().publicKey, private), JwsAlgorithm.PS256)
}

private fun thumbprint(): String {
    val digest = MessageDigest.getInstance("SHA-256").digest(certificate().encoded)
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest)
}

private fun issuerOf(tenant: String) = "$LOGIN/$tenant/v2.0"

/** The metadata at [authority], whose issuer is [issuer]; there are no code_challenge_methods_supported in it. */
private fun entra(
    authority: String,
    issuer: String,
    host: String = LOGIN,
) = ScriptedProvider(issuer, CLIENT).discovery(
    "authorization_endpoint" to "$host/$authority/oauth2/v2.0/authorize",
    "token_endpoint" to "$host/$authority/oauth2/v2.0/token",
    "device_authorization_endpoint" to "$host/$authority/oauth2/v2.0/devicecode",
    "end_session_endpoint" to "$host/$authority/oauth2/v2.0/logout",
    "userinfo_endpoint" to "https://graph.microsoft.com/oidc/userinfo",
    "jwks_uri" to "$host/$authority/discovery/v2.0/keys",
    "id_token_signing_alg_values_supported" to listOf("RS256"),
    "token_endpoint_auth_methods_supported" to listOf("client_secret_post", "private_key_jwt", "client_secret_basic"),
    "subject_types_supported" to listOf("pairwise"),
    url = "$host/$authority/v2.0/.well-known/openid-configuration",
)

private fun forAllTenants() = entra("organizations", "$LOGIN/{tenantid}/v2.0")

/** Each key says whose tokens it signs: a template, or one tenant. */
private fun ScriptedProvider.keysOf(vararg keys: Pair<SigningKey, String>): ScriptedProvider {
    val list = keys.map { (key, issuer) -> JsonObject(key.publicJwk.json + json("issuer" to issuer)) }
    return answer("$LOGIN/organizations/discovery/v2.0/keys", json("keys" to list))
}

private fun claims(tenant: String): Array<Pair<String, Any?>> =
    arrayOf(
        "iss" to issuerOf(tenant),
        "tid" to tenant,
        "oid" to "cccccccc-3333-4333-8333-cccccccccccc",
        "sub" to "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
        "preferred_username" to "jane@contoso.com",
        "ver" to "2.0",
    )

private fun tokens(idToken: String) =
    json(
        "token_type" to "Bearer",
        "scope" to "openid profile email",
        "expires_in" to 3736,
        "ext_expires_in" to 3736,
        "access_token" to "eyJ0eXAi.access",
        "refresh_token" to "0.AXMA-refresh",
        "id_token" to idToken,
    )

private suspend fun signedIn(
    entra: ScriptedProvider,
    client: OpenIdClient,
    tenant: String,
    key: SigningKey = entra.key,
    vararg changed: Pair<String, Any?>,
) = beginEntra(client).let { request ->
    entra.answer(
        "$LOGIN/organizations/oauth2/v2.0/token",
        tokens(entra.idToken(request, *claims(tenant), *changed, signedBy = key)),
    )
    finishEntra(client, request.callback("session_state" to "s-1"), request.pending.encode(), setOf(CONTOSO, FABRIKAM))
}

class EntraIdSpec :
    FunSpec({
        test("a single tenant is a server like any other, and its refused secret is told with AADSTS…") {
            val entra = entra(CONTOSO, issuerOf(CONTOSO))
            val client = entraClient(CONTOSO, "secret", entra)
            val request = beginEntra(client)
            val token = "$LOGIN/$CONTOSO/oauth2/v2.0/token"
            entra.answer(token, tokens(entra.idToken(request, *claims(CONTOSO))))
            val tokens =
                finishEntra(
                    client,
                    request.callback(),
                    request.pending.encode(),
                    setOf(CONTOSO),
                ).shouldNotBeNull()
            entra.answer(
                token,
                json(
                    "error" to "invalid_client",
                    "error_description" to "AADSTS7000215: Invalid client secret provided.",
                    "error_codes" to listOf(7000215),
                    "correlation_id" to FABRIKAM,
                    "error_uri" to "$LOGIN/error?code=7000215",
                ),
                401,
            )

            tokens.claims?.issuer shouldBe issuerOf(CONTOSO)
            val refused = shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) }
            refused.errorDescription shouldContain "AADSTS7000215"
            refused.json.getValue("error_codes").toString() shouldBe "[7000215]"
        }

        test("a tenant that is asked for by its domain has the issuer with its UUID") {
            val entra = entra("contoso.com", issuerOf(CONTOSO))

            entraClient("contoso.com", "secret", entra).server.issuer shouldBe issuerOf(CONTOSO)
        }

        test("an ID Token of another tenant is refused where there is one") {
            val entra = entra(CONTOSO, issuerOf(CONTOSO))
            val client = entraClient(CONTOSO, "secret", entra)
            val request = beginEntra(client)
            entra.answer("$LOGIN/$CONTOSO/oauth2/v2.0/token", tokens(entra.idToken(request, *claims(FABRIKAM))))

            shouldThrow<ValidationException> { client.authorizationCodeGrant(request.callback(), request.pending) }
                .subject shouldBe "claim:iss"
        }

        test("for all tenants the issuer has {tenantid}, and people of two tenants sign in") {
            val entra = forAllTenants()
            entra.keysOf(entra.key to "$LOGIN/{tenantid}/v2.0")
            val client = entraForAllTenants("secret", entra)

            for (tenant in listOf(CONTOSO, FABRIKAM)) {
                val tokens = signedIn(entra, client, tenant).shouldNotBeNull()
                tokens.claims?.issuer shouldBe issuerOf(tenant)
            }
        }

        test("a tenant that is no customer is not let in") {
            val entra = forAllTenants()
            entra.keysOf(entra.key to "$LOGIN/{tenantid}/v2.0")
            val client = entraForAllTenants("secret", entra)

            signedIn(entra, client, "dddddddd-4444-4444-8444-dddddddddddd").shouldBeNull()
        }

        test("a key that is one tenant's signs no token of another one") {
            val entra = forAllTenants()
            val own = ScriptedProvider.keyPair("contoso")
            val foreign = ScriptedProvider.keyPair("fabrikam")
            entra.keysOf(own to issuerOf(CONTOSO), foreign to issuerOf(FABRIKAM))
            val client = entraForAllTenants("secret", entra)

            signedIn(entra, client, CONTOSO, own).shouldNotBeNull()
            shouldThrow<ValidationException> { signedIn(entra, client, CONTOSO, foreign) }
        }

        for (tenant in listOf("", "../x", "contoso.com")) {
            test("a tid of \"$tenant\" is refused") {
                val entra = forAllTenants()
                entra.keysOf(entra.key to "$LOGIN/{tenantid}/v2.0")
                val client = entraForAllTenants("secret", entra)

                shouldThrow<ValidationException> { signedIn(entra, client, tenant) }.subject shouldBe "claim:iss"
            }
        }

        for (host in listOf("https://login.microsoftonline.us", "https://login.partner.microsoftonline.cn")) {
            test("the national cloud $host is found by its address for all tenants") {
                val entra = entra("organizations", "$host/{tenantid}/v2.0", host)
                val client = OpenIdClient.discover("$host/organizations/v2.0", CLIENT) { transport = entra }

                client.server.issuer shouldBe "$host/{tenantid}/v2.0"
            }
        }

        context("Azure AD B2C") {
            fun b2c() =
                ScriptedProvider("https://contoso.b2clogin.com/$CONTOSO/v2.0/", CLIENT)
                    .discovery(
                        "authorization_endpoint" to "$B2C/oauth2/v2.0/authorize",
                        "token_endpoint" to "$B2C/oauth2/v2.0/token",
                        "jwks_uri" to "$B2C/discovery/v2.0/keys",
                        "id_token_signing_alg_values_supported" to listOf("RS256"),
                        url = "$B2C/v2.0/.well-known/openid-configuration",
                    )

            suspend fun answer(
                b2c: ScriptedProvider,
                request: AuthorizationRequest?,
                authTime: Int,
            ) = json(
                "access_token" to "eyJ.b2c",
                "id_token" to
                    b2c.idToken(
                        "nonce" to request?.parameters["nonce"],
                        "sub" to "jane",
                        "tfp" to "B2C_1_sign_in",
                        "auth_time" to authTime,
                    ),
                "token_type" to "Bearer",
                "not_before" to 1700000000,
                "expires_in" to "3600",
                "refresh_token" to "eyJ.refresh",
                "scope" to "$CLIENT offline_access openid",
            )

            test("names itself by the id of its tenant, and a refresh brings another auth_time") {
                val b2c = b2c()
                val client = b2cClient("secret", b2c)
                val request = beginB2c(client)
                request.url.query["scope"] shouldBe "openid offline_access $CLIENT"
                b2c.answer("$B2C/oauth2/v2.0/token", answer(b2c, request, authTime = 1700000000))
                val tokens = client.authorizationCodeGrant(request.callback(), request.pending)
                b2c.answer("$B2C/oauth2/v2.0/token", answer(b2c, null, authTime = 1700003600))

                tokens.expiresIn?.seconds shouldBe 3600
                client.refreshTokenGrant(tokens).claims?.authTime?.epochSecond shouldBe 1700003600
            }

            test("issues no access token for openid alone, which is an error that says so") {
                val b2c = b2c()
                val client = b2cClient("secret", b2c)
                val request = client.authorizationRequest { redirectUri("https://rp.example.com/cb").scope("openid") }
                val idToken = b2c.idToken(request, "sub" to "jane")
                val answer =
                    json(
                        "id_token" to idToken,
                        "token_type" to "Bearer",
                        "id_token_expires_in" to 3600,
                        "scope" to "openid",
                    )
                b2c.answer("$B2C/oauth2/v2.0/token", answer)

                shouldThrow<InvalidResponseException> {
                    client.authorizationCodeGrant(
                        request.callback(),
                        request.pending,
                    )
                }.message shouldContain "\"access_token\""
            }

            test("in Java is the same") {
                val b2c = b2c()
                val client = EntraId.b2c("secret", b2c).join()
                val request = EntraId.beginB2c(client)
                b2c.answer("$B2C/oauth2/v2.0/token", answer(b2c, request, authTime = 1700000000))
                val tokens = client.authorizationCodeGrant(request.callback(), request.pending).join()
                b2c.answer("$B2C/oauth2/v2.0/token", answer(b2c, null, authTime = 1700003600))

                client.refreshTokenGrant(tokens).join().claims?.subject shouldBe "jane"
                client.close()
            }
        }

        context("a certificate") {
            val key = signingKey()

            test("is named by its SHA-256 thumbprint, for the token endpoint of the tenant") {
                val entra = entra(CONTOSO, issuerOf(CONTOSO))
                val authentication = entraCertificate(CONTOSO, certificate(), key)
                val client =
                    OpenIdClient.discover(issuerOf(CONTOSO), CLIENT) {
                        this.authentication = authentication
                        transport = entra
                    }
                val token = "$LOGIN/$CONTOSO/oauth2/v2.0/token"
                entra.answer(token, json("token_type" to "Bearer", "expires_in" to 3599, "access_token" to "eyJ.graph"))

                graphTokens(client).accessToken shouldBe "eyJ.graph"
                val sent = entra.formTo(token)
                val assertion = sent["client_assertion"].shouldNotBeNull()
                sent["scope"] shouldBe "https://graph.microsoft.com/.default"
                headerOf(assertion) shouldBe json("alg" to "PS256", "typ" to "JWT", "x5t#S256" to thumbprint())
                payloadOf(assertion)["aud"] shouldBe json("aud" to token)["aud"]
            }

            test("in Java is the same") {
                val entra = entra(CONTOSO, issuerOf(CONTOSO))
                val client = EntraId.client(CONTOSO, "secret", entra).join()
                val token = "$LOGIN/$CONTOSO/oauth2/v2.0/token"
                entra.answer(token, json("token_type" to "Bearer", "expires_in" to 3599, "access_token" to "eyJ.graph"))

                EntraId.graphTokens(client).join().accessToken shouldBe "eyJ.graph"
                EntraId.certificate(CONTOSO, certificate(), key).toString() shouldContain "PrivateKeyJwt"
                client.close()
            }
        }

        test("in Java a tenant that is a customer is let in, and no other") {
            val entra = forAllTenants()
            entra.keysOf(entra.key to "$LOGIN/{tenantid}/v2.0")
            val client = EntraId.forAllTenants("secret", entra).join()
            for ((customers, isLetIn) in listOf(setOf(CONTOSO) to true, setOf(FABRIKAM) to false)) {
                val request = EntraId.begin(client)
                val idToken = entra.idToken(request, *claims(CONTOSO))
                entra.answer("$LOGIN/organizations/oauth2/v2.0/token", tokens(idToken))
                val tokens = EntraId.finish(client, request.callback(), request.pending.encode(), customers).join()

                tokens.isPresent shouldBe isLetIn
            }
            client.close()
        }
    })
