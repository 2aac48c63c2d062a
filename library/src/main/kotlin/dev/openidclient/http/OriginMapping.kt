package dev.openidclient.http

/** The origins that servers have for everybody, and those by which they are reached from here. */
internal class OriginMapping private constructor(
    private val targets: Map<String, AbsoluteUrl>,
) {
    val isEmpty: Boolean get() = targets.isEmpty()

    /** Whether something goes over plain `http`. */
    val isInsecure: Boolean get() = targets.values.any { it.scheme == "http" }

    /**
     * This, and from [from] to [to]. Throws [IllegalArgumentException] where one of them is no origin, [to] is `http`
     * without [insecureAllowed], or a rule for one of them is there already.
     */
    fun and(
        from: String,
        to: String,
        insecureAllowed: Boolean,
    ): OriginMapping {
        val public = requireOrigin(from) { "mapOrigin(\"$it\", …)" }
        val target = requireOrigin(to) { "mapOrigin(\"${public.origin}\", \"$it\")" }
        for (url in listOf(public, target)) {
            require(url.scheme in SCHEMES) { "mapOrigin(…) is for https origins, but this is \"${url.origin}\"" }
        }
        require(insecureAllowed || target.scheme == "https") {
            "mapOrigin(…) sends to https origins only, but this is \"${target.origin}\": " +
                "mapOriginInsecure(\"${public.origin}\", \"${target.origin}\") permits plain http to it"
        }
        return and(public.origin, target)
    }

    /** This, and all of [other]. Throws [IllegalArgumentException] where their rules contradict each other. */
    fun and(other: OriginMapping): OriginMapping =
        other.targets.entries.fold(this) { all, (from, target) -> all.and(from, target) }

    private fun and(
        from: String,
        target: AbsoluteUrl,
    ): OriginMapping {
        require(from != target.origin) { "mapOrigin(…): \"$from\" is mapped to itself" }
        val earlier = targets[from]
        require(earlier == null) { "mapOrigin(…): \"$from\" is mapped already, to \"${earlier?.origin}\"" }
        // a request is mapped once, so the rule that it would meet then has no effect
        require(target.origin !in targets) {
            "mapOrigin(…): \"$from\" is mapped to \"${target.origin}\", which is mapped itself: name the last one"
        }
        require(targets.values.none { it.origin == from }) {
            "mapOrigin(…): another origin is mapped to \"$from\", which would be mapped itself: name the last one"
        }
        return OriginMapping(targets + (from to target))
    }

    /** Where what is sent to [url] goes; null: there. */
    fun targetOf(url: String): AbsoluteUrl? = AbsoluteUrl.parse(url)?.let { targets[it.origin] }

    companion object {
        val NONE: OriginMapping = OriginMapping(emptyMap())

        private val SCHEMES = setOf("https", "http")
    }
}
