package dev.openidclient.benchmarks.loop

/** Which rows of this suite are measured: those that [names] has, with commas between; all where it has none. */
internal class Selection(
    names: String,
) {
    private val named = names.split(',').map(String::trim).filter(String::isNotEmpty).toSet()

    init {
        val unknown = named - NAMES
        require(unknown.isEmpty()) { "no row is named $unknown: there are $NAMES" }
    }

    val isAll: Boolean get() = named.isEmpty()

    operator fun contains(name: String): Boolean = isAll || name in named

    companion object {
        const val CODE_EXCHANGE: String = "code-exchange"
        const val FACADE: String = "facade"
        const val KTOR_PLUGIN: String = "ktor-plugin"
        const val TIMEOUT: String = "timeout"

        private val NAMES = ClientCredentialsRow.ENGINES + setOf(CODE_EXCHANGE, FACADE, KTOR_PLUGIN, TIMEOUT)
    }
}
