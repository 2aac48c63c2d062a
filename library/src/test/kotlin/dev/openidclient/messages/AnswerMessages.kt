package dev.openidclient.messages

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.resource.resource
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.TokenType
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import dev.openidclient.token.introspect
import dev.openidclient.token.revoke
import dev.openidclient.userinfo.userInfo

private val BASIC = mapOf("WWW-Authenticate" to "Basic realm=\"as\"")

/** Answers that are errors, or are not what was asked for, whatever they are about. */
internal suspend fun Messages.errorAnswers() {
    of { tokenAnswer("""{"error":"invalid_grant"}""", 400) }
    of { tokenAnswer("""{"error":"invalid_grant","error_description":"code is used up"}""", 400, "text/plain") }
    of { tokenAnswer("""{"error":"bad_verification_code"}""") }
    of { tokenAnswer("""{"error":"invalid_client"}""", 401) { authentication = ClientSecretBasic("s3cret") } }
    of {
        val listing = serverMetadata("token_endpoint_auth_methods_supported" to json("""["private_key_jwt","none"]"""))
        StubServer().answer("/token", """{"error":"invalid_client"}""", 401).client(listing).clientCredentialsGrant()
    }
    of { tokenAnswer("""{"error":"invalid_client","error_description":"bad secret"}""", 401, headers = BASIC) }
    of { tokenAnswer("""{"message":"no"}""", 401, headers = BASIC) }
    of { tokenAnswer("", 403, contentType = null) }
    of { tokenAnswer("<p>No", 401, "text/html") }
    of { tokenAnswer("<p>No", 400, "text/html") }
    of { tokenAnswer("""{"error":{"message":"no"}}""", 400) }
    of { tokenAnswer("", 400, contentType = null) }
    of { tokenAnswer("oops", 400, contentType = null) }
    of { tokenAnswer("<p>Sorry", 503, "text/html") }
    of { tokenAnswer("", 302, headers = mapOf("Location" to "https://login.example.com/?code=x")) }
    of { clientOf("/api", "", 401).resource("https://as.example.com/api", "t0ken") }
    of {
        clientOf("/api", "", 401, headers = mapOf("WWW-Authenticate" to "Bearer error=\"invalid_token\""))
            .resource("https://as.example.com/api", "t0ken")
    }
    of { clientOf("/userinfo", """{"error":"invalid_token"}""", 401).userInfo("t0ken", "248289761001") }
    of { clientOf("/userinfo", "", 403).userInfo("t0ken", "248289761001") }
}

/** Bodies that cannot be read. */
internal suspend fun Messages.unreadableAnswers() {
    of { tokenAnswer("<p>Hello", 200, "text/html") }
    of { tokenAnswer("access_token=x&token_type=bearer", 200, "application/x-www-form-urlencoded") }
    of { tokenAnswer("{broken") }
    of { tokenAnswer("[1]") }
    of { tokenAnswer("") }
    of { tokenAnswer("oops", contentType = null) }
    of { tokenAnswer("...", headers = mapOf("Content-Encoding" to "br")) }
    of { tokenAnswer("...", headers = mapOf("Content-Encoding" to "gzip")) }
    of { tokenAnswer("{}".padEnd(200)) { maximumResponseSize = 100 } }
}

/** Members of token responses. */
internal suspend fun Messages.tokenResponses() {
    of { tokenMembers("access_token" to null) }
    of { tokenMembers("access_token" to text("a\u0001b")) }
    of { tokenMembers("refresh_token" to text("a\u00FFb")) }
    of { tokenMembers("token_type" to null) }
    of { tokenMembers("token_type" to number(1)) }
    of { tokenMembers("token_type" to text("mac")) }
    of { tokenMembers("scope" to number(1)) }
    of { tokenMembers("scope" to json("[1]")) }
    of { tokenMembers("id_token" to json("{}")) }
    of { tokenMembers { requireSenderConstrained() } }
    of { tokenMembers("token_type" to text("N_A")).let { clientOf("/userinfo", "{}").userInfo(it) } }
    of {
        clientOf("/token", """{"access_token":"x","token_type":"N_A"}""")
            .run { resource("https://api.example.com/", grant("urn:ietf:params:oauth:grant-type:token-exchange")) }
    }
    of { tokenMembers("authorization_details" to text("x")).authorizationDetails }
    of { tokenMembers("issued_token_type" to number(1)).issuedTokenType }
}

/** Members of the other answers. */
internal suspend fun Messages.otherAnswers() {
    of { clientOf("/device", "{}").deviceAuthorization() }
    of { clientOf("/device", """{"device_code":"d","user_code":"u","verification_uri":1}""").deviceAuthorization() }
    val device = """"device_code":"d","user_code":"u","verification_uri":"https://as.example.com/d""""
    of { clientOf("/device", "{$device}").deviceAuthorization() }
    of { clientOf("/device", """{$device,"expires_in":-1}""").deviceAuthorization() }
    of { clientOf("/ciba", "{}").backchannelAuthentication { loginHint("a") } }
    of {
        StubServer().answerPush("{}").client(everyEndpoint()).run { push(authorizationRequest()) }
    }
    of {
        StubServer().answerPush("""{"request_uri":"u"}""").client(everyEndpoint()).run { push(authorizationRequest()) }
    }
    of { clientOf("/introspect", "{}").introspect("t0ken") }
    of { clientOf("/introspect", """{"active":"yes"}""").introspect("t0ken") }
    of { clientOf("/introspect", """{"active":true,"exp":"x"}""").introspect("t0ken").expiresAt }
    of { clientOf("/introspect", """{"active":true,"cnf":"x"}""").introspect("t0ken").confirmation }
    of { clientOf("/revoke", """{"error":"unsupported_token_type"}""", 400).revoke("t0ken") }
    of { clientOf("/userinfo", "{}").userInfo("t0ken", "248289761001") }
    of { clientOf("/userinfo", """{"sub":"2"}""").userInfo("t0ken", "248289761001") }
    of {
        clientOf("/userinfo", """{"sub":"2"}""") { metadata { userinfoSignedResponseAlg("RS256") } }
            .userInfo("t0ken", "2")
    }
    of {
        clientOf("/introspect", """{"active":true}""") { metadata { introspectionSignedResponseAlg("RS256") } }
            .introspect("t0ken")
    }
    of {
        clientOf("/userinfo", """{"sub":"2"}""") { metadata { userinfoEncryptedResponseAlg("RSA-OAEP-256") } }
            .userInfo("t0ken", "2")
    }
}
