package dev.openidclient.tokensource

import dev.openidclient.client.CellMap
import dev.openidclient.event.TokenEvent

/** The traits of plain cells. */
internal class CellTraits<C : TokenCell>(
    private val engine: SourceEngine,
) : CellMap.Traits<C> {
    override fun isBusy(cell: C): Boolean = cell.isFlying

    override fun isUseless(cell: C): Boolean = cell.isUseless

    override fun lastUsedAt(cell: C): Long = cell.lastUsedAt

    override fun evicted(cell: C) {
        SourceLog.evicted(engine)
        engine.tell { TokenEvent.Evicted(it) }
    }
}
