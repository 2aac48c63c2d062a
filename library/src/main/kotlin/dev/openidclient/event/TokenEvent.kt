package dev.openidclient.event

import java.time.Instant

/** What became of the tokens of a token source, or of the metadata of a server. */
public sealed class TokenEvent(
    /** Whose tokens. The same object for all events of one source. */
    public val source: EventSource,
) {
    /** A caller got a token, from [from], that was [state]. */
    public class Served internal constructor(
        source: EventSource,
        public val from: ServedFrom,
        public val state: ServedState,
        /** When it ends. */
        public val expiresAt: Instant,
    ) : TokenEvent(source) {
        override fun toString(): String = "Served($source, $from, $state)"
    }

    /** A new token was obtained. */
    public class Obtained internal constructor(
        source: EventSource,
        /** When it ends: from then on it is not handed out at all. */
        public val expiresAt: Instant,
    ) : TokenEvent(source) {
        override fun toString(): String = "Obtained($source)"
    }

    /** No token was obtained; it is tried again, or not, as [failure] says. */
    public class RefreshFailed internal constructor(
        source: EventSource,
        public val failure: FailureClass,
        /** One of [ErrorCode][dev.openidclient.error.ErrorCode]; `OTHER` where a program's own source failed. */
        public val errorCode: String,
    ) : TokenEvent(source) {
        override fun toString(): String = "RefreshFailed($source, $failure, $errorCode)"
    }

    /** A refresh has no known outcome: the server may have replaced the refresh token. */
    public class InDoubt internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "InDoubt($source)"
    }

    /** A refresh token was sent once more. */
    public class Resent internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "Resent($source)"
    }

    /** A session has ended by the server's word: its user must sign in again. */
    public class SignInRequired internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "SignInRequired($source)"
    }

    /** A caller said that a token is refused. */
    public class Invalidated internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "Invalidated($source)"
    }

    /** The token store could not be read, or an entry could not be leased. */
    public class StoreFailed internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "StoreFailed($source)"
    }

    /** New tokens could not be written to the token store: they are kept in memory, and written later. */
    public class StoreWriteFailed internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "StoreWriteFailed($source)"
    }

    /** New metadata of the server did not hold: the known one, where there is one, is kept. */
    public class MetadataRefused internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "MetadataRefused($source)"
    }

    /** The metadata of the server could not be had: the known one, where there is one, is kept. */
    public class MetadataFailed internal constructor(
        source: EventSource,
        /** One of [ErrorCode][dev.openidclient.error.ErrorCode]; `OTHER` where a program's own transport failed. */
        public val errorCode: String,
    ) : TokenEvent(source) {
        override fun toString(): String = "MetadataFailed($source, $errorCode)"
    }

    /** An entry had to make room for others: of user tokens that is a sign-out, of `metadata` a server's client. */
    public class Evicted internal constructor(
        source: EventSource,
    ) : TokenEvent(source) {
        override fun toString(): String = "Evicted($source)"
    }
}

/** Whose event it is: few values, whatever the number of users and sessions. */
public class EventSource internal constructor(
    /** The issuer of the authorization server; null where a program's own source does not say. */
    public val issuer: String?,
    /** The client; null where a program's own source does not say. */
    public val clientId: String?,
    /** `client_credentials`, `user`, `token_exchange`, `jwt_bearer`, `custom`, or `metadata`. More may come. */
    public val kind: String,
    /** The name that the program gave the source; null where it gave none. */
    public val name: String?,
) {
    override fun equals(other: Any?): Boolean =
        other is EventSource && issuer == other.issuer && clientId == other.clientId && kind == other.kind &&
            name == other.name

    override fun hashCode(): Int = listOf(issuer, clientId, kind, name).hashCode()

    override fun toString(): String = name ?: kind
}

/** Where a served token came from. */
public enum class ServedFrom { MEMORY, FLIGHT, STORE }

/** How a served token was. [LAST_RESORT]: about to expire, and no other one could be had. */
public enum class ServedState { FRESH, STALE, LAST_RESORT }

/** Why no token was obtained, and so what happens next. */
public enum class FailureClass {
    /** The server cannot be reached or is overloaded: tried again, soon at first. */
    OUTAGE,

    /** Client, settings and server do not fit: tried again, slowly. */
    CONFIGURATION,

    /** The token to be exchanged is refused. */
    SUBJECT_REFUSED,

    /** The refresh token is refused: the session is over. */
    SESSION_OVER,

    /** The server may have acted on the refresh token. */
    DOUBT,

    /** The token store failed. */
    STORE,
}
