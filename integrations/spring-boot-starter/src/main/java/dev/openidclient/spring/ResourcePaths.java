package dev.openidclient.spring;

import java.util.List;

/** The paths that need a token. Servlets and WebFlux mean the same by them: what only one of them knows is refused. */
final class ResourcePaths {
    private static final String PROPERTY = OpenIdClientProperties.PREFIX + ".resource-server.paths";
    private static final String ALL = "/*";

    private ResourcePaths() {}

    /** All paths where the property is not set. */
    static List<String> of(ResourceServerProperties server) {
        List<String> paths = server.getPaths();
        if (paths == null) {
            return List.of(ALL);
        }
        if (paths.isEmpty()) {
            throw invalid("is empty, so that no path would need a token");
        }
        return paths.stream().map(ResourcePaths::checked).toList();
    }

    /** Beside chains of Spring Security, which say themselves where the filter stands. */
    static void requireUnset(ResourceServerProperties server) {
        if (server.getPaths() != null) {
            throw new InvalidPropertyException(
                    PROPERTY,
                    "is set, and would be ignored: in servlets, Spring Security's chains say which paths need a token",
                    "Take " + PROPERTY + " out, and say it with securityMatcher and authorizeHttpRequests of the"
                            + " SecurityFilterChain that has the AccessTokenFilter.",
                    null);
        }
    }

    private static String checked(String path) {
        String pattern = path.endsWith("/**") ? path.substring(0, path.length() - 1) : path;
        String exact = pattern.endsWith(ALL) ? pattern.substring(0, pattern.length() - 1) : pattern + "/";
        boolean isOfOneMeaning = exact.chars().noneMatch(it -> "*{}?".indexOf(it) >= 0);
        // a slash at the end would be that one path, and nothing below it
        if (!pattern.startsWith("/") || pattern.endsWith("/") || !isOfOneMeaning) {
            throw invalid("has \"" + path + "\", which is no path that the filter knows");
        }
        return pattern;
    }

    private static InvalidPropertyException invalid(String what) {
        return new InvalidPropertyException(
                PROPERTY,
                what,
                "Each begins with \"/\" and has no other wildcard than one at its end: /api/* is /api and all below,"
                        + " /api is that path alone. Take " + PROPERTY + " out for all paths.",
                null);
    }
}
