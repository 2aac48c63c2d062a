package dev.openidclient.samples.springbootstart;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringBootVersion;

/**
 * What the starter adds to the start of an empty application: pairs of starts, with it and without it, each in a JVM of
 * its own, now the one first and now the other. Ends with a failure where the median of the differences is above the limit.
 */
public final class StartProgram {
    private static final double LIMIT = 150;

    /** What the starter brings, which an application without it has not either. */
    private static final List<String> BROUGHT =
            List.of("openid-client", "kotlin-", "kotlinx-", "annotations-", "ktor-", "nimbus-jose-jwt-");

    private static final List<String> SPARE = List.of("--server.port=0", "--server.address=127.0.0.1");

    /** A client and a resource server. */
    private static final List<String> PROPERTIES = List.of(
            "--openid-client.clients.orders.issuer=https://as.example.com",
            "--openid-client.clients.orders.client-id=s6BhdRkqt3",
            "--openid-client.clients.orders.client-secret=secret",
            "--openid-client.clients.orders.allow=https://api.example.com",
            "--openid-client.resource-server.resource=https://api.example.com",
            "--openid-client.resource-server.issuer=https://as.example.com");

    private StartProgram() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int pairs = Integer.parseInt(args[0]);
        List<String> all = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        List<String> without = command(all.stream().filter(it -> !isBrought(it)), SPARE);
        List<String> with = command(
                all.stream(), Stream.concat(SPARE.stream(), PROPERTIES.stream()).toList());
        milliseconds(without); // the first start of each reads the files from the disk
        milliseconds(with);
        double[] empty = new double[pairs];
        double[] starter = new double[pairs];
        double[] difference = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            boolean isFirst = i % 2 == 0;
            double earlier = milliseconds(isFirst ? without : with);
            double later = milliseconds(isFirst ? with : without);
            empty[i] = isFirst ? earlier : later;
            starter[i] = isFirst ? later : earlier;
            difference[i] = starter[i] - empty[i];
        }
        System.out.printf(
                "Spring Boot %s on Java %s, %d pairs, medians: %.0f ms without the starter, %.0f ms with it; the"
                        + " differences: median %.0f ms, quartiles %.0f and %.0f ms; at most %.0f ms%n",
                SpringBootVersion.getVersion(),
                Runtime.version().feature(),
                pairs,
                quantile(empty, 0.5),
                quantile(starter, 0.5),
                quantile(difference, 0.5),
                quantile(difference, 0.25),
                quantile(difference, 0.75),
                LIMIT);
        if (quantile(difference, 0.5) > LIMIT) {
            throw new IllegalStateException("the starter adds more");
        }
    }

    private static boolean isBrought(String path) {
        String name = Path.of(path).getFileName().toString();
        // built, but not packed: the folder of the classes of a module
        String text = name.equals("classes") ? "openid-client" : name;
        return !path.contains("spring-boot-starter/versions")
                && BROUGHT.stream().anyMatch(text::startsWith);
    }

    private static List<String> command(Stream<String> classPath, List<String> properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath.toList()),
                EmptyApplication.class.getName()));
        command.addAll(properties);
        return command;
    }

    /** From the start of the process until it says that it has started. */
    private static double milliseconds(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> output = new ArrayList<>();
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.equals(EmptyApplication.STARTED)) {
                    long end = System.nanoTime();
                    process.waitFor();
                    return (end - start) / 1e6;
                }
                output.add(line);
            }
        }
        throw new IllegalStateException("it did not start: " + String.join("\n", output));
    }

    private static double quantile(double[] values, double part) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = part * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
