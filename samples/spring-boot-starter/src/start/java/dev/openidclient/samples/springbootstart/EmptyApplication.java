package dev.openidclient.samples.springbootstart;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring MVC, and nothing of its own. */
@SpringBootApplication(proxyBeanMethods = false)
public class EmptyApplication {
    static final String STARTED = "started";

    public static void main(String[] args) {
        SpringApplication.run(EmptyApplication.class, args);
        System.out.println(STARTED);
        System.out.flush();
        Runtime.getRuntime().halt(0); // how it ends is not measured
    }
}
