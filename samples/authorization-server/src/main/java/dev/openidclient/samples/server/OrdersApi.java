package dev.openidclient.samples.server;

import static org.springframework.security.config.Customizer.withDefaults;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.security.Principal;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An API that wants an access token with the scope {@code orders:read}: 401 without a valid one, 403 without the scope,
 * each with its {@code WWW-Authenticate} challenge.
 */
@Configuration(proxyBeanMethods = false)
@RestController
class OrdersApi {
    static final String PATH = "/api/orders";
    static final String SCOPE = "orders:read";

    @GetMapping(PATH)
    Orders orders(Principal caller) {
        return new Orders(
                caller.getName(),
                List.of(
                        new Item("A-1001", "Espresso machine", "249.00", "EUR"),
                        new Item("A-1002", "Coffee grinder", "89.50", "EUR")));
    }

    record Orders(String requestedBy, List<Item> orders) {}

    record Item(String id, String name, String price, String currency) {}

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, DemoSetup setup, JWKSource<SecurityContext> keys) throws Exception {
        http.securityMatcher("/api/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_" + SCOPE))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .oauth2ResourceServer(tokens -> tokens.jwt(jwt -> jwt.decoder(accessTokens(setup, keys)))
                        .dPoP(withDefaults()));
        return http.build();
    }

    private static JwtDecoder accessTokens(DemoSetup setup, JWKSource<SecurityContext> keys) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys).build();
        decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(List.<OAuth2TokenValidator<Jwt>>of(
                new JwtIssuerValidator(setup.issuer()),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, aud -> aud != null && aud.contains(setup.apiAudience())))));
        return decoder;
    }
}
