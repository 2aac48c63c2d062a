package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.ServedFrom
import dev.openidclient.token.TokenResponse
import java.time.Duration
import java.time.Instant

/** What the entry of a session is worth to who asks [cell], and what a refresh makes of the entry. */
internal class UserServing(
    private val shelf: UserShelf,
    private val session: UserSession,
    private val cell: UserSession.Cell,
) {
    private val engine = shelf.engine

    /** What is fresh by now, without a request: another one has renewed it. */
    fun adopted(entry: TokenEntry): Obtained? = usable(entry)?.takeUnless { it.held.isRenewable && isStale(it.held) }

    private fun isStale(held: HeldTokens) = held.freshness(engine.time) == Freshness.STALE

    /** What can be handed out, though it may be time for another one. */
    fun usable(entry: TokenEntry): Obtained? {
        val held = held(entry) ?: return null
        return when (held.freshness(engine.time)) {
            Freshness.FRESH, Freshness.STALE -> stored(held)
            Freshness.LAST_RESORT, Freshness.EXPIRED -> null
        }
    }

    /** What lives at all: there will be no other one. */
    fun alive(entry: TokenEntry): Obtained? =
        held(entry)?.takeIf { it.freshness(engine.time) != Freshness.EXPIRED }?.let(::stored)

    /** The tokens of [entry]; for narrower scopes, which stand in no store, what is here of the same sign-in. */
    private fun held(entry: TokenEntry): HeldTokens? =
        when {
            cell.isScoped -> cell.known?.takeIf { cell.signIn == entry.signIn && !cell.refuses(it.tokens) }
            entry.isRefused || cell.refuses(entry.tokens) -> null
            else -> session.hold(entry)
        }

    private fun stored(held: HeldTokens) = Obtained(held, ServedFrom.STORE)

    fun whyNotRefreshable(entry: TokenEntry): String? {
        val end = entry.tokens.kept.refreshTokenExpiresAt
        return when {
            entry.tokens.refreshToken == null ->
                "the access token has expired, and the server has issued no refresh token"
            end != null && engine.time.clock.instant() >= end -> "the refresh token has expired"
            else -> null
        }
    }

    /** Whether the refresh token, of which it is not known whether it is used up, may be sent once more. */
    fun mayResend(entry: TokenEntry): Boolean {
        val doubt = entry.doubt ?: return true
        return when (shelf.settings.afterDoubt) {
            is AfterDoubt.Never -> false
            is AfterDoubt.LastResort -> isUsedUp(entry)
            is AfterDoubt.Within -> shelf.resends(doubt) || isUsedUp(entry)
        }
    }

    /** Whether there is nothing left to lose: the access token of the session itself cannot be used any more. */
    private fun isUsedUp(entry: TokenEntry): Boolean =
        entry.isRefused || cell.refuses(entry.tokens) ||
            session.hold(entry).freshness(engine.time).let { it == Freshness.LAST_RESORT || it == Freshness.EXPIRED }

    /** What is handed out of [refreshed], which is kept as [entry]. */
    fun obtained(
        entry: TokenEntry,
        refreshed: TokenResponse,
    ): Obtained {
        val scoped = if (cell.isScoped) engine.rules.lifetime.hold(refreshed, engine.time) else null
        cell.signIn = entry.signIn
        return Obtained(scoped ?: session.hold(entry), ServedFrom.FLIGHT)
    }

    /** What is to be kept in place of [before], of which [refreshed] came. */
    fun after(
        before: TokenEntry,
        refreshed: TokenResponse,
        client: OpenIdClient,
    ): TokenEntry =
        if (cell.isScoped) {
            rotated(before, refreshed)
        } else {
            TokenEntry(refreshed, shelf.thumbprintOf(refreshed, client), before.signIn)
        }

    /** What is to be kept in place of [before], where an answer that does not hold brought a [replacement]. */
    fun afterReplacement(
        before: TokenEntry,
        replacement: String,
    ): TokenEntry {
        val tokens = before.tokens.withRefreshToken(replacement)
        return TokenEntry(tokens, before.thumbprint, before.signIn, isRefused = !cell.isScoped)
    }

    /** [entry] with the refresh token, and its end, that an answer for narrower scopes brought. */
    private fun rotated(
        entry: TokenEntry,
        refreshed: TokenResponse,
    ): TokenEntry {
        val refreshToken = refreshed.refreshToken ?: entry.tokens.refreshToken
        val end = refreshed.kept.refreshTokenExpiresAt
        val isSame = refreshToken == entry.tokens.refreshToken && end == entry.tokens.kept.refreshTokenExpiresAt
        val tokens = if (isSame) entry.tokens else entry.tokens.withRefreshToken(checkNotNull(refreshToken), end)
        return TokenEntry(tokens, entry.thumbprint, entry.signIn, doubt = null, entry.isRefused)
    }

    fun inDoubt(cause: Throwable?) =
        TokenSourceException(
            ErrorCode.REFRESH_IN_DOUBT,
            "${engine.shown}: the outcome of the last refresh is not known, so the refresh token may be used up" +
                (if (shelf.settings.afterDoubt is AfterDoubt.Never) ": the user must sign in (afterDoubt)" else ""),
            cause,
        )
}

/** Whether [doubt] is so young that the refresh token is sent once more at once. */
internal fun UserShelf.resends(doubt: Doubt): Boolean {
    val policy = settings.afterDoubt as? AfterDoubt.Within ?: return false
    return isWithin(policy.duration, doubt.since, engine.time.clock.instant())
}

internal fun isWithin(
    duration: Duration,
    since: Instant,
    now: Instant,
): Boolean = Duration.between(since, now) < duration
