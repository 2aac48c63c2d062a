package dev.openidclient.http

/** The `user-agent` of every request whose caller names no other. */
internal const val USER_AGENT: String = "openid-client-jvm/0.1.0"
