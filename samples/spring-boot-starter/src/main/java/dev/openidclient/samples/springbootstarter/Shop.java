package dev.openidclient.samples.springbootstarter;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application: it calls an API with access tokens, by DPoP and as bearer, and is that API itself. */
@SpringBootApplication(proxyBeanMethods = false)
public class Shop {}
