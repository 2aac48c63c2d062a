package dev.openidclient.samples.springbootsecurity;

import dev.openidclient.spring.AccessTokenEntryPoint;
import dev.openidclient.spring.AccessTokenFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/** The rules of an API, in Spring Security's words. */
// region chain
@Configuration(proxyBeanMethods = false)
public class ApiSecurity {
    @Bean
    SecurityFilterChain api(HttpSecurity http, AccessTokenFilter tokens, AccessTokenEntryPoint challenge) {
        return http.addFilterBefore(tokens, AnonymousAuthenticationFilter.class)
                .exceptionHandling(failures -> failures.authenticationEntryPoint(challenge))
                .csrf(csrf -> csrf.disable()) // without cookies there is nothing to forge
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.requestMatchers("/shop", "/error")
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/api/**")
                        .hasAuthority("SCOPE_orders:read")
                        .anyRequest()
                        .hasAuthority("SCOPE_orders:write"))
                .build();
    }
}
// endregion
