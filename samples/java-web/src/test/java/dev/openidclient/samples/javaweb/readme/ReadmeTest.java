package dev.openidclient.samples.javaweb.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every Java block of the README is compiled: it stands in {@code ReadmeJava.java}, word for word. */
class ReadmeTest {
    private static final Path README = Path.of("../../README.md");
    private static final Path SOURCE = Path.of("src/main/java/dev/openidclient/samples/javaweb/readme/ReadmeJava.java");
    private static final Pattern MARKED_BLOCK =
            Pattern.compile("<!-- java: (\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ANY_BLOCK = Pattern.compile("^```java$", Pattern.MULTILINE);
    private static final Pattern REGION = Pattern.compile("// region (\\S+)\n(.*?)// endregion", Pattern.DOTALL);

    private final String readme = Files.readString(README);
    private final Map<String, String> blocks = find(MARKED_BLOCK, readme);
    private final Map<String, String> regions = find(REGION, Files.readString(SOURCE));

    ReadmeTest() throws IOException {}

    @Test
    void everyJavaBlockNamesItsRegion() {
        assertFalse(blocks.isEmpty(), "README.md has no block of Java");
        assertEquals(
                ANY_BLOCK.matcher(readme).results().count(),
                blocks.size(),
                "every block of Java in README.md needs its own \"<!-- java: name -->\" in the line above");
    }

    @Test
    void readmeAndCompiledRegionsHaveTheSameNames() {
        assertEquals(regions.keySet(), blocks.keySet(), "the regions of ReadmeJava.java, and the blocks of README.md");
    }

    @TestFactory
    Stream<DynamicTest> everyBlockIsWhatIsCompiled() {
        return blocks.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertEquals(
                                regions.get(name),
                                blocks.get(name),
                                "the Java block \"" + name
                                        + "\" of README.md differs from its region in ReadmeJava.java")));
    }

    private static Map<String, String> find(Pattern pattern, String text) {
        Map<String, String> found = new TreeMap<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            found.put(matcher.group(1), words(matcher.group(2)));
        }
        return found;
    }

    /** The text without line breaks: README and source are laid out differently. */
    private static String words(String text) {
        return text.trim().replaceAll("\\s+", " ").replaceAll(" ?([().]) ?", "$1");
    }
}
