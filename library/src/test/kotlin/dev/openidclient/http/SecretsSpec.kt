package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.Base64

class SecretsSpec :
    FunSpec({
        fun form(vararg parameters: Pair<String, String>) =
            Secrets.of(HttpRequest("POST", "https://a/", body = HttpBody.form(Parameters.of(*parameters))))

        fun authorization(value: String) =
            Secrets.of(HttpRequest("GET", "https://a/", HttpHeaders.of("authorization" to value)))

        fun basic(
            clientId: String,
            secret: String,
        ): Secrets {
            val pair = "${FormEncoding.encode(clientId)}:${FormEncoding.encode(secret)}"
            return authorization("Basic ${Base64.getEncoder().encodeToString(pair.encodeToByteArray())}")
        }

        val secretParameters =
            listOf(
                "code",
                "code_verifier",
                "client_secret",
                "client_assertion",
                "refresh_token",
                "token",
                "assertion",
                "device_code",
                "auth_req_id",
                "request",
                "login_hint",
                "vendor_secret",
            )
        for (name in secretParameters) {
            test("the value of \"$name\" is masked") {
                form(name to "SplxlOBe").mask("bad SplxlOBe!") shouldBe "bad ██!"
            }
        }

        for (name in listOf("client_id", "grant_type", "redirect_uri", "scope", "resource")) {
            test("the value of \"$name\" is shown") {
                form(name to "SplxlOBe").mask("bad SplxlOBe!") shouldBe "bad SplxlOBe!"
            }
        }

        test("every value of a repeated parameter is masked") {
            form("code" to "first", "code" to "second").mask("first second") shouldBe "██ ██"
        }

        test("every occurrence is masked") {
            form("code" to "first").mask("first, first") shouldBe "██, ██"
        }

        test("a secret within another one leaves no rest of it") {
            form("code" to "abcd", "token" to "abcdefgh").mask("abcdefgh abcd") shouldBe "██ ██"
        }

        test("values of less than four characters are no secrets, and masking them would garble the text") {
            form("code" to "abc").mask("abc") shouldBe "abc"
        }

        for (scheme in listOf("Bearer", "DPoP")) {
            test("the token after $scheme is masked") {
                authorization("$scheme mF_9.B5f-4.1JqM").mask("token mF_9.B5f-4.1JqM expired") shouldBe
                    "token ██ expired"
            }
        }

        test("the credentials of the Basic scheme are masked as they were sent") {
            basic("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")
                .mask("czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3") shouldBe "██"
        }

        test("the secret of the Basic scheme is masked in plain text, the client_id is shown") {
            basic("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")
                .mask("s6BhdRkqt3 sent 7Fjfp0ZBr1KtDRbnfVdmIw") shouldBe "s6BhdRkqt3 sent ██"
        }

        test("the secret of the Basic scheme is masked escaped and unescaped") {
            basic("c", "a b+:ä!").mask("<a b+:ä!> <a+b%2B%3A%C3%A4%21>") shouldBe "<██> <██>"
        }

        test("a secret that was sent unescaped in the Basic scheme is masked as it is") {
            val sent = Base64.getEncoder().encodeToString("c:p+ss%41word".encodeToByteArray())

            authorization("Basic $sent").mask("<p+ss%41word>") shouldBe "<██>"
        }

        test("the credentials of the Basic scheme are masked without their padding, too") {
            val sent = Base64.getEncoder().encodeToString("c:s3cret!!".encodeToByteArray())
            sent.endsWith("=") shouldBe true

            authorization("Basic $sent").mask("<$sent> <${sent.trimEnd('=')}>") shouldBe "<██> <██>"
        }

        test("a secret is masked in each spelling in which a server may have got it") {
            val spelled = "client_secret=s3cr+t/ü &client_secret=s3cr%2Bt%2F%C3%BC+&client_secret=s3cr%2bt%2f%c3%bc%20"

            form("client_secret" to "s3cr+t/ü ").mask(spelled) shouldBe
                "client_secret=██&client_secret=██&client_secret=██"
        }

        test("the query of the request and its user information are masked") {
            val secrets = Secrets.of(HttpRequest("GET", "https://user:HUNTER2@a/b?k=1&key=s3cret"))

            secrets.mask("https://user:HUNTER2@a/b?k=1&key=s3cret, s3cret, HUNTER2") shouldBe "https://██@a/b██, ██, ██"
        }

        for (name in listOf("access_token", "refresh_token", "id_token", "client_secret", "device_code")) {
            test("the $name of the answer is masked, whatever its case") {
                val answer = HttpResponse(200, body = """{"$name":"SplxlOBe"}""".encodeToByteArray())

                Secrets.of(HttpRequest("GET", "https://a/"), answer).mask("a splxlobe") shouldBe "a ██"
            }
        }

        test("credentials of the Basic scheme that are no base64 are masked as they are") {
            authorization("Basic ?not-base64?").mask("got ?not-base64?") shouldBe "got ██"
        }

        test("the DPoP proof is masked") {
            Secrets
                .of(HttpRequest("GET", "https://a/", HttpHeaders.of("dpop" to "eyJ0eXAi.e30.c2ln")))
                .mask("proof eyJ0eXAi.e30.c2ln is old") shouldBe "proof ██ is old"
        }

        fun header(
            name: String,
            value: String,
        ) = Secrets.of(HttpRequest("GET", "https://a/", HttpHeaders.of(name to value)))

        test("each cookie is masked, with its name where all of them are repeated") {
            header("cookie", "a=first; b=second").mask("<first> <second> <a=first; b=second>") shouldBe
                "<██> <██> <██>"
        }

        for (name in listOf("x-api-key", "ocp-apim-subscription-key", "x-vendor")) {
            test("the header $name of the caller's own is masked, with and without a scheme before it") {
                header(name, "Key s3cret-key").mask("<Key s3cret-key> <s3cret-key>") shouldBe "<██> <██>"
            }
        }

        for (name in listOf("x-api-key", "x-auth", "client-token", "x-gateway-secret")) {
            test("a short value of the header $name, which is named like a credential, is masked") {
                header(name, "hush").mask("<hush>") shouldBe "<██>"
            }
        }

        test("a short word in another header is shown: it may be a part of what an engine says") {
            header("x-mode", "Connect").mask("java.net.ConnectException: refused") shouldBe
                "java.net.ConnectException: refused"
        }

        test("the value of another header is shown where it stands in the URL, as a host does") {
            val headers = HttpHeaders.of("origin" to "https://as.example.com", "x-tenant" to "EXAMPLE.com")
            val secrets = Secrets.of(HttpRequest("GET", "https://as.example.com/a", headers))

            secrets.mask("no connection to as.example.com/192.0.2.1") shouldBe
                "no connection to as.example.com/192.0.2.1"
        }

        test("a value of another header that stands in the query only is masked") {
            Secrets
                .of(HttpRequest("GET", "https://a/?code=SplxlOBeZQQ", HttpHeaders.of("x-vendor" to "SplxlOBeZQQ")))
                .mask("<SplxlOBeZQQ>") shouldBe "<██>"
        }

        for (name in listOf("accept", "content-type", "user-agent", "traceparent", "x-request-id")) {
            test("the header $name is shown") {
                header(name, "application/json").mask("application/json") shouldBe "application/json"
            }
        }

        test("a request without secrets masks nothing") {
            Secrets.of(HttpRequest("GET", "https://a/")).mask("text") shouldBe "text"
            Secrets.NONE.mask("text") shouldBe "text"
        }
    })
