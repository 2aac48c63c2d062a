package dev.openidclient.client

/** What the settings of a client demand of its authorization responses. */
internal class ResponseRules(
    val kind: ResponseKind,
    /** The ID Token of a [ResponseKind.CODE_ID_TOKEN] response must have `s_hash`. */
    val isSignatureDetached: Boolean,
    /** A response with a code alone must have `iss`, whether the server says that it sends it or not. */
    val isIssRequired: Boolean,
)
