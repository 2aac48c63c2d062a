package dev.openidclient.messages

/** Texts of the sources that no failure tells: of printed values, of the log, of the compiler, of regular expressions. */
private val NO_MESSAGES =
    setOf(
        "PendingAuthorization(issuer=…, clientId=…, redirectUri=…, state=…, ",
        "nonce=…, codeVerifier=…, maxAge=…, createdAt=…, scope=…, ",
        "resource=…, acrValues=…, isAcrRequired=…)",
        "default-src 'none'; style-src …; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "…:… cannot be listened at: …", // an IOException
        "HttpBody(…, … bytes)",
        "end of the tokens of a resource",
        "KnownResource(…, …, …)",
        "the stored resource", // forgotten, and found again
        "Follows a draft of a specification: it may change in any version.", // of the compiler
        "ChallengedRequest(…, …, … before)",
        "no token yet",
        "HttpResponse(…, …, … bytes)",
        "ResourceRequestBuilder(…, …, …)",
        "{} answered {}",
        "{} failed, and is not reported again",
        "Operation(… at …:…, attempt …)",
        "Outcome(status=…, … ms",
        "Served(…, …, …)",
        "RefreshFailed(…, …, …)",
        "FAILING(since …, …)",
        "ClientCredentialsTokens(…, … sources)",
        "The claim to register at {} could not be removed, and ends by itself: {}",
        "The registration at {} is kept in memory alone until the store can take it: {}",
        "ExchangedTokens(…, … subjects)",
        "InMemoryReplayCache(… of … entries)",
        "InMemoryTokenStore(… of … entries)",
        "openid-client token store v1",
        "ResourceRequest(… …, …)",
        "CompletedSignIn(…, returnTo=…, …)",
        "CertifiedSigningKey(…, … certificates…)",
        "{}: the metadata can be had again, after {} failures since {}",
        "{}: still no new metadata: {}",
        "{}: fallbackMetadata of the settings is used, for: {}",
        "{}: the server's metadata do not hold: {}",
        "{}: the metadata cannot be had: {}",
        "{}: the client had to make room for others",
        "{}: tokens can be had again, after {} failures since {}",
        "{}: the server has ended a session: {}",
        "{}: there is no session: {}",
        "{}: a refresh is in doubt: {}",
        "{}: the token store failed: {}",
        "{}: the subject token is refused: {}",
        "{}: no tokens can be had: {}",
        "{}: still no tokens: {}",
        "{}: an entry had to make room for others",
        "{}: goes on without the token store: {}",
        "{}: still without the token store: {}",
        "tokens that are refused could not be removed",
        "the sessions of a logout token could not be ended yet",
        "a lease could not be renewed",
        "a lease could not be ended",
        "tokens that waited to be written are of no use any more",
        "it changes again and again",
        "a doubt could not be written to the token store",
        "the tokens of a session that has ended could not be revoked",
        "a session that has ended could not be taken from the index",
        "cryptography is computed by {}",
        "{} is on the class path and does not load: the JDK computes instead",
        "… does not verify as it should",
        "{} does not make a {}: the JDK computes instead",
        "Sends tokens and secrets over plain http: only for tests.",
        """"(?:[\t !#-\[\]-~\x80-\x{10FFFF}]|\\[\t -~\x80-\x{10FFFF}])*+"))?+[ \t]*+)*+""",
        "[A-Za-z]+, (?<day>[0-9]{2})-…-(?<year>[0-9]{2}) … GMT",
        "[A-Za-z]{3} … (?<day>[0-9 ][0-9]) … (?<year>[0-9]{4})",
    )

/** Messages of causes, which the message of the failure says in its own words. */
private val IN_CAUSES =
    setOf(
        // of the timeout of a loopback redirect
        "the authorization response is encrypted, but the client has no key to open it: give it one with ",
        "decryption(…) in the settings, or register it without \"authorization_encrypted_response_alg\"",
        "the time is up",
        "Can not establish tunnel connection",
        "the server's certificate does not have its IP address as iPAddress",
        "the server's certificate has no DNS name, so the engine CIO cannot check its host",
        "java.net.http does not take the URL",
        "the body ended after … of … bytes",
        "the key agreement failed",
        "\"epk\" is no point of …",
        "the secret is zero",
        "there is no encrypted key",
        "the encrypted key must be as long as the modulus",
        "the key does not unwrap",
        "a seed has … bytes",
        "the tokens need … characters, but an entry may have …",
        "client identities: a registration needs … characters, but an entry may have ",
    )

/** What only another JDK, class path or provider of cryptography brings about; other tests make some of it happen. */
private val OF_OTHER_PLATFORMS =
    setOf(
        "Ktor's client does not run with the versions of kotlin-stdlib, kotlinx-coroutines and kotlinx-serialization on ",
        "the class path. Set them to 2.3.21, 1.11.0 and 1.11.0 or later, in Spring Boot by the properties ",
        "kotlin.version, kotlin-coroutines.version and kotlin-serialization.version; or use HttpEngine.JAVA",
        "the system property … must be \"…\" or \"…\", but is \"…\"",
        "the running JDK has no …",
        "the running JDK cannot make a key of … from a seed",
        "the key cannot verify a signature of …",
        "the key cannot sign with …",
        "the key cannot be used: …",
        "of an unknown curve",
    )

/** What several instances with one token store bring about, in tests of their own. */
private val OF_INSTANCES =
    setOf(
        "the session has ended meanwhile",
        "the token store, where this session changes all the time",
        "another instance's request to end",
        "…: the last tokens of this session could not be written to the token store yet…",
        "they are served from memory alone; let the server put fewer claims into them",
    )

/** What the sender of a request is told in a challenge; the tests of challenges have them to the letter. */
private val IN_CHALLENGES =
    setOf(
        "The access token is not valid here",
        "A DPoP nonce is needed",
        "The DPoP proof is not valid here",
        "The access token does not cover this request",
        "The authorization details do not cover this request",
        "Another or more recent authentication is needed",
        "More than one Authorization header",
        "The Authorization header must have one access token",
        "More than one DPoP header",
        "A DPoP proof belongs to the scheme DPoP",
        "The URL of the request cannot be told",
    )

/** Second lines of defence, which nothing reaches today. */
private val UNREACHED =
    setOf(
        "claim \"iat\" of the ID Token must be a number, but is …",
        "\"…\" cannot be checked for the \"alg\" \"…\"",
        "a DPoP proof names the URL of its request, but this is none",
        "discovery was cancelled by the transport of the settings",
        "find was cancelled by itself for …",
    )

internal val WITHOUT_LINE: Set<String> =
    NO_MESSAGES + IN_CAUSES + OF_OTHER_PLATFORMS + OF_INSTANCES + IN_CHALLENGES + UNREACHED
