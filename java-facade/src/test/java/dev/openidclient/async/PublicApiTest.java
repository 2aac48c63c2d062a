package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublicApiTest {
    private static final String UPDATE = "./mvnw -pl library,java-facade test -Dtest=PublicApiTest -Dapi.update=true";

    // Surefire says the module's directory; an IDE runs tests in it
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final AbiTools TOOLS = AbiTools.Companion.getInstance(PublicApiTest.class.getClassLoader());

    @Test
    @DisplayName("the public ABI is the recorded one")
    void theAbiIsTheRecordedOne() throws IOException {
        Path record = MODULE.resolve("api/openid-client-java.api");
        Path found = MODULE.resolve("target/api/openid-client-java.api");
        String abi = publicAbi(MODULE.resolve("target/classes"));
        assertFalse(abi.isBlank(), "there is no class to look at");
        write(found, abi);
        if (Boolean.getBoolean("api.update")) {
            write(record, abi);
        }

        String difference = difference(record, found);

        assertNull(
                difference,
                () -> "The public ABI is not the recorded one. If that is intended, run \"" + UPDATE + "\" and commit "
                        + record + ".\n" + difference);
    }

    @Test
    @DisplayName("a signature that is not recorded is a difference")
    void aChangedSignatureIsADifference() throws IOException {
        Path found = write(MODULE.resolve("target/api/found.api"), "public final class A {\n}\n");
        Path other = write(MODULE.resolve("target/api/other.api"), "public abstract class A {\n}\n");

        assertNotNull(difference(other, found));
        assertNotNull(difference(MODULE.resolve("target/api/absent.api"), found));
        assertNull(difference(found, found));
    }

    @Test
    @DisplayName("the module exports its one package")
    void theModuleExportsItsPackage() throws IOException {
        String abi = publicAbi(MODULE.resolve("target/classes"));
        String declaration = Files.readString(MODULE.resolve("src/main/java/module-info.java"));

        assertEquals(
                abi.lines().filter(line -> line.contains("class ")).count(),
                abi.lines()
                        .filter(line -> line.contains("class dev/openidclient/async/"))
                        .count());
        assertEquals(
                "    exports dev.openidclient.async;",
                declaration.lines().filter(line -> line.contains("exports")).collect(Collectors.joining("\n")));
    }

    private static String publicAbi(Path classes) throws IOException {
        StringBuilder abi = new StringBuilder();
        try (var files = Files.walk(classes)) {
            var classFiles = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .sorted()
                    .map(Path::toFile)
                    .collect(Collectors.<File>toList());
            TOOLS.printJvmDump(abi, classFiles, AbiFilters.Companion.getEMPTY());
        }
        return abi.toString();
    }

    /** The differences as a patch, or null where there are none. */
    private static String difference(Path record, Path found) throws IOException {
        Path recorded = Files.exists(record) ? record : write(found.resolveSibling("empty.api"), "");
        return TOOLS.filesDiff(recorded.toFile(), found.toFile());
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
