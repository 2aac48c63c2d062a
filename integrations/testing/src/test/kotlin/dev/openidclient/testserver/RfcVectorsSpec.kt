package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.Jwk
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.time.Instant

/** What the RFCs print is taken as it stands. */
class RfcVectorsSpec :
    FunSpec({
        val issued = Instant.ofEpochSecond(1_562_262_616)

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                issuer = "https://server.example.com"
                clock = StandingClock(issued)
                configure()
            }

        test("the DPoP proof of RFC 9449 §4.1 binds the token to the key of §6.1") {
            val raw = RawClient(server())
            val grant = arrayOf("client_id" to "app", "grant_type" to "client_credentials")

            val answer = raw.token(*grant, headers = HttpHeaders.of("dpop" to PROOF)).json()
            answer.text("token_type") shouldBe "DPoP"

            val token = answer.text("access_token").orEmpty()
            val state = raw.post(INTROSPECT, "client_id" to "app", "token" to token).json()
            state["cnf"] shouldBe jsonOf("jkt" to "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
            raw
                .token(*grant, headers = HttpHeaders.of("dpop" to PROOF))
                .shouldRefuse("invalid_dpop_proof", "its jti came before")
        }

        test("the access token of RFC 9449 §7.1 has the hash that its proof says") {
            Jca.sha256("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU") shouldBe
                "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
        }

        test("the request object of RFC 9101 §4 is a request") {
            val key = Jwk.parse(REQUEST_OBJECT_KEY)
            val server =
                server {
                    allowMissingPkce()
                    client("s6BhdRkqt3") {
                        jwks(key)
                        redirectUris("https://client.example.org/cb")
                    }
                }

            val url = "${server.issuer}/authorize?client_id=s6BhdRkqt3&request=$REQUEST_OBJECT"
            val response = queryOf(server.signIn(url).replace('#', '?'))
            response["state"] shouldBe "af0ifjsldkj"
            Jws.parse(response["id_token"].orEmpty())?.claims?.text("nonce") shouldBe "n-0S6_WzA2Mj"
        }

        test("the certificate of RFC 8705, Appendix A, has its thumbprint") {
            val certificate =
                CertificateFactory
                    .getInstance("X.509")
                    .generateCertificate(CERTIFICATE.byteInputStream()) as X509Certificate
            val server =
                server {
                    client("app") {
                        tokenEndpointAuthMethod("self_signed_tls_client_auth")
                        jwks(Jwk.parse(CERTIFICATE_KEY))
                    }
                }

            val raw = RawClient(server, server.withCertificate(certificate))
            val answer = raw.token("client_id" to "app", "grant_type" to "client_credentials").json()
            val token = answer.text("access_token").orEmpty()
            raw.post(INTROSPECT, "client_id" to "app", "token" to token).json()["cnf"] shouldBe
                jsonOf("x5t#S256" to "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0")
        }

        test("the ES256 of RFC 7515, Appendix A.3, verifies") {
            val jwk =
                """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"""
            val compact =
                "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL" +
                    "mNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA" +
                    "pmWQxfKTUJqPP3-Kg6NU1Q"

            Jws.parse(compact)?.isSignedBy(listOfNotNull(parseObject(jwk))) shouldBe true
        }
    })

private const val PROOF =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rsc" +
        "EJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtM" +
        "jU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29t" +
        "L3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNy" +
        "JK70nfbV37xRZT3Lg"

private const val MODULUS =
    "x5RbkAZkmpRxia65qRQ1wwSMSxQUnS7gcpVTV_cdHmfmG2ltd2yabEO9XadD8pJNZubINPpmgHh3J1aD9WRwS05ucmFq3CfFsluL" +
        "t13_7oX5yDRSKX7poXmT_5ko8k4NJZPMAO8fPToDTH7kHYbONSE2FYa5GZ60CUsFhSonI-dcMDJ0Ary9lxIw5k2z4TAdARVWcS7s" +
        "D07VhlMMshrwsPHBQgTatlkxyIHXbYdtak8fqvNAwr7OlVEvM_Ipf5OfmdB8Sd-wjzaBsyP4VhJKoi_qdgSzpC694XZeYPq45Sw-" +
        "q51iFUlcOlTCI7z6jltUtnR6ySn6XDGFnzH5Fe5ypw"

private const val REQUEST_OBJECT_KEY =
    """{"kty": "RSA", "kid": "k2bdc", "e": "AQAB", "n": "$MODULUS"}"""

private const val REQUEST_OBJECT =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsyYmRjIn0.ewogICAgImlzcyI6ICJzNkJoZFJrcXQzIiwKICAgICJhdWQiOiAiaHR0cHM6" +
        "Ly9zZXJ2ZXIuZXhhbXBsZS5jb20iLAogICAgInJlc3BvbnNlX3R5cGUiOiAiY29kZSBpZF90b2tlbiIsCiAgICAiY2xpZW50X2lk" +
        "IjogInM2QmhkUmtxdDMiLAogICAgInJlZGlyZWN0X3VyaSI6ICJodHRwczovL2NsaWVudC5leGFtcGxlLm9yZy9jYiIsCiAgICAi" +
        "c2NvcGUiOiAib3BlbmlkIiwKICAgICJzdGF0ZSI6ICJhZjBpZmpzbGRraiIsCiAgICAibm9uY2UiOiAibi0wUzZfV3pBMk1qIiwK" +
        "ICAgICJtYXhfYWdlIjogODY0MDAKfQ.Nsxa_18VUElVaPjqW_ToI1yrEJ67BgKb5xsuZRVqzGkfKrOIX7BCx0biSxYGmjK9KJPct" +
        "H1OC0iQJwXu5YVY-vnW0_PLJb1C2HG-ztVzcnKZC2gE4i0vgQcpkUOCpW3SEYXnyWnKzuKzqSb1wAZALo5f89B_p6QA6j6JwBSRv" +
        "dVsDPdulW8lKxGTbH82czCaQ50rLAg3EYLYaCb4ik4I1zGXE4fvim9FIMs8OCMmzwIB5S-ujFfzwFjoyuPEV4hJnoVUmXR_W9typ" +
        "Pf846lGwA8h9G9oNTIuX8Ft2jfpnZdFmLg3_wr3Wa5q3a-lfbgF3S9H_8nN3j1i7tLR_5Nz-g"

private const val CERTIFICATE_KEY =
    """{"kty":"EC","crv":"P-256","x":"1yfLHCpXqFjxCeHHHMVDTcLscpb07KUxudBmOMn8C7Q",
        "y":"8_coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8"}"""

private const val CERTIFICATE =
    """-----BEGIN CERTIFICATE-----
MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
-----END CERTIFICATE-----"""
