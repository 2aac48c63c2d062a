package dev.openidclient.samples.server;

import static org.springframework.security.config.Customizer.withDefaults;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcUserInfoAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SimpleUrlAuthenticationSuccessHandler;
import org.springframework.security.web.session.HttpSessionEventPublisher;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/** The protocol endpoints, their keys, and the person who signs in. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({RegisteredDemoClients.class, SignInPages.class, OrdersApi.class})
class AuthorizationServerConfiguration {
    @Bean
    @Order(1)
    SecurityFilterChain protocol(HttpSecurity http, DemoSetup setup) throws Exception {
        OAuth2AuthorizationServerConfigurer server = new OAuth2AuthorizationServerConfigurer();
        http.securityMatcher(server.getEndpointsMatcher())
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(failures -> failures.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint(SignInPages.LOGIN),
                        new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                .headers(SecurityHeaders::add)
                .oauth2ResourceServer(userInfo -> userInfo.jwt(withDefaults()).dPoP(withDefaults()))
                .with(
                        server,
                        endpoints -> endpoints
                                .authorizationEndpoint(it -> it.consentPage(SignInPages.CONSENT))
                                .pushedAuthorizationRequestEndpoint(withDefaults())
                                .deviceAuthorizationEndpoint(it -> it.verificationUri(SignInPages.DEVICE))
                                .deviceVerificationEndpoint(it -> it.consentPage(SignInPages.CONSENT)
                                        .deviceVerificationResponseHandler(new SimpleUrlAuthenticationSuccessHandler(
                                                SignInPages.DEVICE_CONNECTED)))
                                .oidc(oidc -> oidc.userInfoEndpoint(
                                        it -> it.userInfoMapper(context -> userInfo(context, setup.user())))));
        return http.build();
    }

    private static OidcUserInfo userInfo(OidcUserInfoAuthenticationContext context, DemoUser user) {
        return new OidcUserInfo(user.claims(context.getAccessToken().getScopes()));
    }

    @Bean
    AuthorizationServerSettings settings(DemoSetup setup) {
        return AuthorizationServerSettings.builder().issuer(setup.issuer()).build();
    }

    @Bean
    OAuth2AuthorizationConsentService consents() {
        return new ConsentEveryTime();
    }

    @Bean
    UserDetailsService users(DemoSetup setup, PasswordEncoder encoder) {
        return new InMemoryUserDetailsManager(User.withUsername(setup.user().username())
                .password(encoder.encode(setup.user().password()))
                .roles("USER")
                .build());
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return new RandomSecrets();
    }

    @Bean
    JWKSource<SecurityContext> keys() throws JOSEException {
        return new ImmutableJWKSet<>(new JWKSet(new RSAKeyGenerator(2048)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .keyIDFromThumbprint(true)
                .generate()));
    }

    @Bean
    JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
        return NimbusJwtDecoder.withJwkSource(keys).build();
    }

    /** Names the orders as the audience of the access tokens that may read them. */
    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> audience(DemoSetup setup) {
        return context -> {
            if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())
                    && context.getAuthorizedScopes().contains(OrdersApi.SCOPE)) {
                context.getClaims().audience(List.of(setup.apiAudience()));
            }
        };
    }

    /** Lets the server forget the sign-in of a browser when its session ends. */
    @Bean
    HttpSessionEventPublisher sessionEvents() {
        return new HttpSessionEventPublisher();
    }
}
