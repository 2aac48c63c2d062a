package dev.openidclient.samples.server;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a person sees at the server: sign-in, consent, the code of a device, and errors. */
@Configuration(proxyBeanMethods = false)
@RestController
@RequestMapping(produces = MediaType.TEXT_HTML_VALUE)
class SignInPages implements ErrorController {
    static final String HOME = "/";
    static final String LOGIN = "/login";
    static final String CONSENT = "/consent";
    static final String DEVICE = "/device";
    static final String DEVICE_CONNECTED = "/device/connected";
    private static final String ERROR = "/error";

    private static final Map<String, String> SCOPE_TEXTS = Map.of(
            "profile", "your name, language and time zone",
            "email", "your e-mail address",
            "orders:read", "your orders");

    private final RegisteredClientRepository clients;

    SignInPages(RegisteredClientRepository clients) {
        this.clients = clients;
    }

    @Bean
    @Order(3)
    SecurityFilterChain pages(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests -> requests.requestMatchers(HOME, ERROR, "/style.css", "/icon.svg")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .headers(SecurityHeaders::add)
                .formLogin(login -> login.loginPage(LOGIN).permitAll());
        return http.build();
    }

    @GetMapping(HOME)
    String home() {
        return HtmlPage.titled("Demo authorization server")
                .paragraph("Start at the application that sent you here. This page is also where a sign-out ends"
                        + " when the application names no page of its own.")
                .toString();
    }

    @GetMapping(LOGIN)
    String login(@RequestParam Map<String, String> parameters, CsrfToken csrf) {
        HtmlPage page = HtmlPage.titled("Sign in");
        if (parameters.containsKey("error")) {
            page.alert("Wrong user name or password.");
        } else if (parameters.containsKey("logout")) {
            page.paragraph("You are signed out.");
        }
        return page.html("<form method=\"post\" action=\"%s\">", LOGIN)
                .hidden(csrf.getParameterName(), csrf.getToken())
                .html("""
                        <label>User name <input name="username" autocomplete="username" required autofocus></label>
                        <label>Password <input name="password" type="password" autocomplete="current-password" required>
                        </label>
                        <button type="submit">Sign in</button>
                        </form>""")
                .toString();
    }

    /** Two forms, as there is no script: one posts the scopes, the other posts none, which denies the request. */
    @GetMapping(CONSENT)
    String consent(
            @RequestParam("client_id") String clientId,
            @RequestParam String scope,
            @RequestParam String state,
            @RequestParam(name = "user_code", required = false) String userCode,
            Principal person) {
        RegisteredClient client = clients.findByClientId(clientId);
        String action = userCode == null ? "/oauth2/authorize" : "/oauth2/device_verification";
        HtmlPage page = HtmlPage.titled("Allow access?")
                .html("<p><strong>%s</strong> asks you, ", client == null ? clientId : client.getClientName())
                .html("<strong>%s</strong>, to see:</p>", person.getName());
        openConsentForm(page, action, clientId, state, userCode);
        for (String name : Arrays.stream(scope.split(" ")).sorted().collect(Collectors.toList())) {
            if (name.equals("openid")) {
                continue; // granted with any other scope
            }
            page.html("<label class=\"choice\"><input type=\"checkbox\" name=\"scope\" value=\"%s\" checked> ", name)
                    .html("%s</label>", SCOPE_TEXTS.getOrDefault(name, name));
        }
        page.html("<button type=\"submit\">Allow</button></form>");
        openConsentForm(page, action, clientId, state, userCode);
        return page.html("<button type=\"submit\" class=\"quiet\">Deny</button></form>")
                .toString();
    }

    private static void openConsentForm(HtmlPage page, String action, String clientId, String state, String userCode) {
        page.html("<form method=\"post\" action=\"%s\">", action)
                .hidden("client_id", clientId)
                .hidden("state", state);
        if (userCode != null) {
            page.hidden("user_code", userCode);
        }
    }

    @GetMapping(DEVICE)
    String device(@RequestParam(name = "user_code", defaultValue = "") String userCode) {
        return HtmlPage.titled("Connect a device")
                .html("<form method=\"get\" action=\"/oauth2/device_verification\">")
                .html(
                        "<label>Code shown on the device <input name=\"user_code\" value=\"%s\" required></label>",
                        userCode)
                .html("<button type=\"submit\">Continue</button></form>")
                .toString();
    }

    @GetMapping(DEVICE_CONNECTED)
    String deviceConnected() {
        return HtmlPage.titled("Device connected")
                .paragraph("You can close this page.")
                .toString();
    }

    @RequestMapping(ERROR)
    String error(HttpServletRequest request) {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object message = request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        HtmlPage page = HtmlPage.titled("This did not work");
        if (message != null && !message.toString().isBlank()) {
            page.alert(message.toString());
        }
        return page.paragraph("HTTP status " + (status == null ? "unknown" : status))
                .toString();
    }
}
