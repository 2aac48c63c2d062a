package dev.openidclient.spring;

import dev.openidclient.micrometer.MicrometerListener;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Metrics of the clients, where there is a registry. */
@AutoConfiguration(
        before = OpenIdClientAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, MicrometerListener.class})
@ConditionalOnBean(MeterRegistry.class)
public class OpenIdMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    MicrometerListener openIdMicrometerListener(MeterRegistry registry) {
        return MicrometerListener.of(registry);
    }
}
