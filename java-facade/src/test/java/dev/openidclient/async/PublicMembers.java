package dev.openidclient.async;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;

/** The public methods of a module as Kotlin sees them: what is {@code internal} there is public in its class files. */
final class PublicMembers {
    private static final Pattern CLASS = Pattern.compile("^public .*\\b(?:class|interface) ([\\w/$]+)");
    private static final Pattern METHOD = Pattern.compile("^\\tpublic .*\\bfun (\\S+) (\\(\\S*\\)\\S+)$");

    private PublicMembers() {}

    /** Those of all classes that stand where {@code sample} does, without constructors and synthetic methods. */
    static List<Method> of(Class<?> sample) {
        try {
            List<Method> methods = new ArrayList<>();
            Class<?> owner = Object.class;
            for (String line : abi(sample).lines().collect(Collectors.toList())) {
                var declaration = CLASS.matcher(line);
                var method = METHOD.matcher(line);
                if (declaration.find()) {
                    owner = Class.forName(declaration.group(1).replace('/', '.'));
                } else if (method.find()
                        && !line.contains(" synthetic ")
                        && !method.group(1).equals("<init>")) {
                    methods.add(method(owner, method.group(1), method.group(2)));
                }
            }
            return methods;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }

    private static Method method(Class<?> owner, String name, String descriptor) throws NoSuchMethodException {
        var type = MethodType.fromMethodDescriptorString(descriptor, PublicMembers.class.getClassLoader());
        return owner.getDeclaredMethod(name, type.parameterArray());
    }

    private static String abi(Class<?> sample) throws IOException, URISyntaxException {
        Path classes = Path.of(
                sample.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(classes)) {
            return abi(classes);
        }
        Path copy = Files.createTempDirectory("classes");
        try (var jar = FileSystems.newFileSystem(classes, (ClassLoader) null)) {
            copyClasses(jar.getPath("/"), copy);
            return abi(copy);
        } finally {
            delete(copy);
        }
    }

    private static String abi(Path classes) throws IOException {
        var abi = new StringBuilder();
        try (var files = Files.walk(classes)) {
            List<File> classFiles = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .sorted()
                    .map(Path::toFile)
                    .collect(Collectors.toList());
            AbiTools.Companion.getInstance(PublicMembers.class.getClassLoader())
                    .printJvmDump(abi, classFiles, AbiFilters.Companion.getEMPTY());
        }
        return abi.toString();
    }

    private static void copyClasses(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted((first, second) -> second.compareTo(first))
                    .map(Path::toFile)
                    .forEach(File::delete);
        }
    }
}
