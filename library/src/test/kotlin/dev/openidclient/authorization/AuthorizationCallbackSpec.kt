package dev.openidclient.authorization

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.CODE
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class AuthorizationCallbackSpec :
    FunSpec({
        for (start in listOf("https://rp.example.com/cb", "/cb", "", "myapp://cb", "com.example.app:/cb")) {
            test("reads the query of a URL that starts with \"$start\"") {
                AuthorizationCallback.url("$start?code=a+b&state=%C3%A4").parameters shouldBe
                    Parameters.of("code" to "a b", "state" to "ä")
            }
        }

        test("reads nothing from a URL without a query") {
            AuthorizationCallback.url("https://rp.example.com/cb").parameters shouldBe Parameters.EMPTY
        }

        test("does not read the fragment") {
            AuthorizationCallback.url("https://rp.example.com/cb?state=s#code=c&state=x").parameters shouldBe
                Parameters.of("state" to "s")
        }

        for (name in listOf("code", "error", "state", "iss", "response")) {
            test("takes the response from the query where that has $name, whatever the fragment has") {
                AuthorizationCallback.url("/cb?$name=a#code=EVIL&state=x").codeParameters shouldBe
                    Parameters.of(name to "a")
            }
        }

        test("takes the response from the fragment where the query has nothing of it") {
            AuthorizationCallback.url("/cb?tenant=1#code=a&state=s").codeParameters shouldBe
                Parameters.of("code" to "a", "state" to "s")
        }

        test("takes a question mark in the fragment for no query") {
            AuthorizationCallback.url("https://rp.example.com/cb#a?code=c").parameters shouldBe Parameters.EMPTY
        }

        test("keeps duplicates, for the checks to see") {
            AuthorizationCallback.url("/cb?code=a&code=b").parameters.all("code") shouldBe listOf("a", "b")
        }

        test("with a form body only the form counts") {
            AuthorizationCallback.formPost("https://rp.example.com/cb?x=1", "code=a+b&state=s").parameters shouldBe
                Parameters.of("code" to "a b", "state" to "s")
        }

        test("with a form body neither the code nor the response of the URL counts") {
            val callback = AuthorizationCallback.formPost("/cb?code=EVIL&response=a.b.c", Parameters.of("state" to "s"))

            callback.parameters shouldBe Parameters.of("state" to "s")
            callback.jwtResponse.shouldBeNull()
        }

        for (type in listOf(
            "application/x-www-form-urlencoded;charset=UTF-8",
            "Application/X-WWW-Form-Urlencoded ; a=b",
        )) {
            test("takes a form with the content type $type") {
                AuthorizationCallback.formPost("/cb", "code=a", type).parameters["code"] shouldBe "a"
            }
        }

        for (type in listOf("application/json", "text/plain", "", "application/x-www-form-urlencoded2")) {
            test("rejects a form with the content type \"$type\"") {
                shouldThrow<InvalidResponseException> { AuthorizationCallback.formPost("/cb", "code=a", type) }
                    .message shouldContain "application/x-www-form-urlencoded"
            }
        }

        test("takes parameters that are already parsed") {
            val parameters = Parameters.of("code" to "a")

            AuthorizationCallback.parameters(parameters).parameters shouldBe parameters
        }

        val redirectUris =
            mapOf(
                "https://rp.example.com/cb?code=a#f" to "https://rp.example.com/cb",
                "HTTPS://RP.example.COM:443/a/../cb?code=a" to "https://rp.example.com/cb",
                "https://rp.example.com?code=a" to "https://rp.example.com/",
                "https://rp.example.com?code=a|b c" to "https://rp.example.com/",
                "http://localhost:8080/cb?code=a" to "http://localhost:8080/cb",
                "myapp://cb?code=a" to "myapp://cb",
                "myapp://CB/x?code=a" to "myapp://CB/x",
                "com.example.app:/oauth/cb?code=a" to "com.example.app:/oauth/cb",
            )
        for ((url, expected) in redirectUris) {
            test("the redirect URI of $url is $expected") {
                AuthorizationCallback.url(url).redirectUri shouldBe expected
            }
        }

        for (url in listOf(
            "/cb?code=a",
            "cb?code=a",
            "?code=a",
            "//rp.example.com/cb?code=a",
            "/cb?x=https://rp.example.com",
        )) {
            test("the redirect URI of $url is not known") {
                AuthorizationCallback.url(url).redirectUri.shouldBeNull()
            }
        }

        test("the redirect URI of mere parameters is not known") {
            AuthorizationCallback.parameters(Parameters.of("code" to "a")).redirectUri.shouldBeNull()
        }

        test("shows neither query, form nor fragment") {
            val shown =
                AuthorizationCallback
                    .formPost(
                        "https://rp.example.com/cb?a=$CODE#$CODE",
                        "code=$CODE",
                    ).toString()

            shown shouldContain "https://rp.example.com/cb"
            shown shouldNotContain CODE
        }
    })
